import java.io.FileNotFoundException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** What Spark and Hive do with a table's files, through s3a://: Lake ENDPOINT BUCKET. Each step prints a line, or the program fails. */
class Lake {
  static final int MIB = 1024 * 1024;
  /** Three parts when written, two when copied. */
  static final byte[] LARGE = new byte[11 * MIB];
  static final byte[] SMALL = "{\"event_name\":\"page_view\"}\r\n0\r\n한글\n".getBytes(StandardCharsets.UTF_8);

  public static void main(String[] args) throws Exception {
    new Random(1).nextBytes(LARGE);
    Path root = new Path("s3a://" + args[1] + "/spark");
    try (FileSystem fs = FileSystem.newInstance(URI.create(root.toString()), settings(args[0]))) {
      Path temporary = new Path(root, "_temporary/dt=2026-11-01");
      Path table = new Path(root, "dt=2026-11-01");
      write(fs, new Path(temporary, "small.json"), SMALL);
      write(fs, new Path(temporary, "large.parquet"), LARGE);
      System.out.println("wrote two files");
      expect(names(fs, temporary), List.of("large.parquet " + LARGE.length, "small.json " + SMALL.length));
      System.out.println("listed them");
      require(fs.rename(temporary, table), "rename said false");
      expect(names(fs, table), List.of("large.parquet " + LARGE.length, "small.json " + SMALL.length));
      require(!fs.exists(new Path(temporary, "small.json")), "the file is still where it was");
      System.out.println("renamed their folder");
      read(fs, table);
      System.out.println("read them, whole and in ranges");
      require(fs.delete(new Path(root, "dt=2026-11-01"), true), "delete said false");
      try {
        fs.getFileStatus(new Path(table, "small.json"));
        throw new AssertionError("the file is still there");
      } catch (FileNotFoundException gone) {
        System.out.println("deleted the folder");
      }
    }
  }

  static Configuration settings(String endpoint) {
    Configuration settings = new Configuration();
    settings.set("fs.s3a.endpoint", endpoint);
    settings.set("fs.s3a.endpoint.region", "us-east-1");
    settings.set("fs.s3a.path.style.access", "true");
    settings.set("fs.s3a.connection.ssl.enabled", "false");
    settings.set("fs.s3a.access.key", "spark");
    settings.set("fs.s3a.secret.key", "local");
    settings.set("fs.s3a.attempts.maximum", "1");
    settings.set("fs.s3a.multipart.size", "5M");
    settings.set("fs.s3a.multipart.threshold", "6M");
    return settings;
  }

  static void write(FileSystem fs, Path path, byte[] bytes) throws Exception {
    try (FSDataOutputStream out = fs.create(path, true)) {
      out.write(bytes);
    }
  }

  static void read(FileSystem fs, Path table) throws Exception {
    try (FSDataInputStream in = fs.open(new Path(table, "small.json"))) {
      byte[] read = new byte[SMALL.length];
      in.readFully(read);
      require(Arrays.equals(read, SMALL) && in.read() == -1, "the small file has other bytes");
    }
    try (FSDataInputStream in = fs.open(new Path(table, "large.parquet"))) {
      byte[] footer = new byte[8];
      in.readFully(LARGE.length - footer.length, footer);
      require(Arrays.equals(footer, Arrays.copyOfRange(LARGE, LARGE.length - 8, LARGE.length)), "another footer");
      byte[] whole = new byte[LARGE.length];
      in.readFully(0, whole);
      require(Arrays.equals(whole, LARGE), "the large file has other bytes");
    }
  }

  static List<String> names(FileSystem fs, Path folder) throws Exception {
    List<String> names = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder, true);
    while (files.hasNext()) {
      LocatedFileStatus file = files.next();
      names.add(file.getPath().getName() + " " + file.getLen());
    }
    names.sort(null);
    return names;
  }

  static void expect(List<String> got, List<String> wanted) {
    require(got.equals(wanted), "wanted " + wanted + ", got " + got);
  }

  static void require(boolean holds, String what) {
    if (!holds) throw new AssertionError(what);
  }
}
