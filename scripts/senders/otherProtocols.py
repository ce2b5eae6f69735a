"""Sends with a Python library of another protocol than Segment's: otherProtocols.py LIBRARY URL KEY all|one.

`snowplow-tracker` has the write key as its app id, since it sets no headers; `cloudevents` makes the requests that
`requests` sends. Snowplow's makes its own event ids. Prints the library's version. OpenTelemetry's exporters for Python are not here: they send protobuf only.
"""

import sys
from datetime import datetime, timezone
from importlib.metadata import version
from urllib.parse import urlsplit

name, url, key, what = sys.argv[1:]
happened = datetime(2026, 11, 1, 10, 20, 30, 400000, tzinfo=timezone.utc)
order = {"order_id": "O-1", "revenue": 49.9, "currency": "EUR"}


def snowplow() -> None:
    from snowplow_tracker import Emitter, PageView, SelfDescribing, SelfDescribingJson, StructuredEvent, Subject, Tracker

    place = urlsplit(url)
    emitter = Emitter(place.hostname, protocol=place.scheme, port=place.port, batch_size=4)
    tracker = Tracker("n", emitters=emitter, app_id=key, subject=Subject().set_user_id("u-1"))
    ms = happened.timestamp() * 1000
    data = SelfDescribingJson("iglu:com.acme/order_completed/jsonschema/1-0-0", order)
    tracker.track(SelfDescribing(data, true_timestamp=ms))
    if what == "all":
        tracker.track(PageView("https://shop.example/", "Home", true_timestamp=ms))
        tracker.track(StructuredEvent("shop", "add", value=2.5, true_timestamp=ms))
    tracker.flush()


def cloudevents() -> None:
    import requests
    from cloudevents.core.bindings.http import to_binary_event, to_structured_event
    from cloudevents.core.v1.event import CloudEvent

    common = {"source": "/shop", "time": happened, "userid": "u-1"}
    event = CloudEvent({**common, "id": "m-order", "type": "order_completed"}, order)
    sent = [to_structured_event(event)]
    if what == "all":
        sent.append(to_binary_event(CloudEvent({**common, "id": "m-page", "type": "page_view"}, {"path": "/"})))
    for message in sent:
        headers = {**message.headers, "x-write-key": key}
        answer = requests.post(f"{url}/v1/cloudevents", data=message.body, headers=headers)
        answer.raise_for_status()


{"snowplow-tracker": snowplow, "cloudevents": cloudevents}[name]()
print(version(name))
