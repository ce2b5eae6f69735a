import com.segment.analytics.Analytics;
import com.segment.analytics.Callback;
import com.segment.analytics.messages.*;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends with Segment's library for Java: Sender URL KEY all|one. Ends when each message was delivered or given up. */
class Sender {
  static final Date HAPPENED = Date.from(Instant.parse("2026-11-01T10:20:30.400Z"));

  public static void main(String[] args) throws Exception {
    boolean all = args[2].equals("all");
    CountDownLatch told = new CountDownLatch(all ? 4 : 1);
    Callback callback = new Callback() {
      public void success(Message message) { told.countDown(); }
      public void failure(Message message, Throwable why) { told.countDown(); }
    };
    Analytics analytics = Analytics.builder(args[1]).endpoint(args[0]).callback(callback).flushQueueSize(10).build();
    send(analytics, TrackMessage.builder("Order Completed")
        .properties(Map.of("order_id", "O-1", "revenue", 49.9, "currency", "EUR")), "m-order");
    if (all) {
      send(analytics, IdentifyMessage.builder().traits(Map.of("plan", "gold")), "m-identify");
      send(analytics, ScreenMessage.builder("Home").properties(Map.of("path", "/")), "m-page");
      send(analytics, GroupMessage.builder("g-1").traits(Map.of("size", 3)), "m-group");
    }
    analytics.flush();
    told.await(60, TimeUnit.SECONDS);
    analytics.shutdown();
    System.exit(0);
  }

  static void send(Analytics analytics, MessageBuilder<?, ?> message, String id) {
    message.userId("u-1").messageId(id).timestamp(HAPPENED);
    analytics.enqueue(message);
  }
}
