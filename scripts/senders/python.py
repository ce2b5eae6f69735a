"""Sends with one of the Python libraries: python.py LIBRARY URL KEY all|one. Prints the library's version."""

import sys
from datetime import datetime, timezone
from importlib.metadata import version

name, url, key, what = sys.argv[1:]
happened = datetime(2026, 11, 1, 10, 20, 30, 400000, tzinfo=timezone.utc)

if name == "segment-analytics-python":
    from segment.analytics.client import Client

    client = Client(key, host=url, max_retries=3, upload_interval=0.1)
else:
    from rudderstack.analytics.client import Client

    client = Client(key, host=url, max_retries=3, upload_interval=0.1)

order = {"order_id": "O-1", "revenue": 49.9, "currency": "EUR"}
client.track("u-1", "Order Completed", order, timestamp=happened, message_id="m-order")
if what == "all":
    client.identify("u-1", {"plan": "gold"}, timestamp=happened, message_id="m-identify")
    client.page("u-1", "Shop", "Home", {"path": "/"}, timestamp=happened, message_id="m-page")
    client.group("u-1", "g-1", {"size": 3}, timestamp=happened, message_id="m-group")
client.shutdown()
print(version(name))
