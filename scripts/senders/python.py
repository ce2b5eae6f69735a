"""Sends with one of the Python libraries: python.py LIBRARY MODE URL KEY all|one. Prints the ids of what it sent.

OpenTelemetry's exporters for Python are not here: they send protobuf only, which the collector does not take.
"""

import json
import sys
import time
from datetime import datetime, timezone
from urllib.parse import urlsplit

name, mode, url, key, what = sys.argv[1:]
happened = datetime(2026, 11, 1, 10, 20, 30, 400000, tzinfo=timezone.utc)
order = {"order_id": "O-1", "revenue": 49.9, "currency": "EUR"}

TRIES = 3
"""After so many it is plain that a library goes on."""


def track(client) -> list[str]:
    """Segment's calls, which RudderStack's library has as well."""
    ids = ["m-order"]
    client.track("u-1", "Order Completed", order, timestamp=happened, message_id="m-order")
    if what == "all":
        ids += ["m-identify", "m-page", "m-group"]
        client.identify("u-1", {"plan": "gold"}, timestamp=happened, message_id="m-identify")
        client.page("u-1", "Shop", "Home", {"path": "/"}, timestamp=happened, message_id="m-page")
        client.group("u-1", "g-1", {"size": 3}, timestamp=happened, message_id="m-group")
    client.shutdown()
    return ids


def segment() -> list[str]:
    from segment.analytics.client import Client

    return track(Client(key, host=url, max_retries=3, upload_interval=0.1))


def rudder() -> list[str]:
    from rudderstack.analytics.client import Client

    return track(Client(key, host=url, max_retries=3, upload_interval=0.1))


def snowplow() -> list[str]:
    """The write key is the app id: this tracker sets no headers. It makes its own event ids."""
    from snowplow_tracker import Emitter, PageView, SelfDescribing, SelfDescribingJson
    from snowplow_tracker import StructuredEvent, Subject, Tracker

    place = urlsplit(url)
    failures = []
    emitter = Emitter(
        place.hostname,
        protocol=place.scheme,
        port=place.port,
        method=mode.lower(),
        on_failure=lambda _sent, unsent: failures.append(unsent),
    )
    tracker = Tracker("n", emitters=emitter, app_id=key, subject=Subject().set_user_id("u-1"))
    ms = int(happened.timestamp() * 1000)
    data = SelfDescribingJson("iglu:com.acme/order_completed/jsonschema/1-0-0", order)
    events = [SelfDescribing(data, true_timestamp=ms)]
    if what == "all":
        events.append(PageView("https://shop.example/", "Home", true_timestamp=ms))
        events.append(StructuredEvent("shop", "add", value=2.5, true_timestamp=ms))
    ids = [tracker.track(event) for event in events]
    tracker.flush()
    # It sends again from a timer, which ends with the process.
    while len(failures) < TRIES and emitter.event_store.size() > 0:
        time.sleep(0.05)
    with emitter.lock:
        return ids


def cloudevents() -> list[str]:
    """The library makes the requests, and `requests` sends them."""
    import requests
    from cloudevents.core.bindings.http import to_binary_event, to_structured_event
    from cloudevents.core.v1.event import CloudEvent

    common = {"source": "/shop", "time": happened, "userid": "u-1"}
    events = [CloudEvent({**common, "id": "m-order", "type": "order_completed"}, order)]
    if what == "all":
        for other in ["m-page", "m-group"]:
            events.append(CloudEvent({**common, "id": other, "type": "com.acme.seen"}, {"path": "/"}))
    if mode == "batched":
        bodies = [to_structured_event(event).body.decode() for event in events]
        sent = [({"content-type": "application/cloudevents-batch+json"}, f"[{','.join(bodies)}]".encode())]
    else:
        make = to_binary_event if mode == "binary" else to_structured_event
        sent = [(message.headers, message.body) for message in map(make, events)]
    for headers, body in sent:
        requests.post(f"{url}/v1/cloudevents", data=body, headers={**headers, "x-write-key": key}, timeout=30)
    return [f"/shop {event.get_id()}" for event in events]


libraries = {
    "segment-analytics-python": segment,
    "rudder-sdk-python": rudder,
    "snowplow-tracker": snowplow,
    "cloudevents": cloudevents,
}
ids = libraries[name]()
print(json.dumps({"ids": ids, "order": ids[0]}))
