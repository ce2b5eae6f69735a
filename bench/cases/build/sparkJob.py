"""The build's job as a user of Spark would write it: read, deduplicate, type, sort, write. Local mode, two cores.

Argument: a JSON document with `objects`, `ddl` (the typed columns as Spark writes a schema), `target`, `runs`. Prints
one JSON line a run. The session's start is not timed, and the first run can be taken for warm-up.
"""
import json
import re
import sys
import time

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F

job = json.loads(sys.argv[1])
spark = (
    SparkSession.builder.master("local[2]")
    .appName("bench")
    .config("spark.driver.memory", "6g")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "4")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.parquet.compression.codec", "zstd")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")

TEXTS = [
    "event_id", "event_name", "event_time", "received_at", "source", "user_id", "anonymous_id", "session_id",
    "context", "properties", "schema_version",
]
ENVELOPE = ", ".join(f"{name} string" for name in TEXTS)
TIMES = ("event_time", "received_at")


def run():
    events = spark.read.schema(ENVELOPE).json(job["objects"])
    first = Window.partitionBy("source", "event_id").orderBy("received_at", "event_time", "event_name", "properties")
    unique = events.withColumn("place", F.row_number().over(first)).where("place = 1").drop("place")
    typed = unique.withColumn("typed", F.from_json("properties", job["ddl"]))
    columns = [F.col(name).cast("timestamp").alias(name) if name in TIMES else F.col(name) for name in TEXTS]
    table = typed.select(*columns, "typed.*").sort("event_name", "event_time", "event_id")
    table.write.mode("overwrite").parquet(job["target"])


def peak():
    """Of the JVM: this process's child does the work."""
    pid = spark.sparkContext._gateway.proc.pid
    found = re.search(r"VmHWM:\s+(\d+) kB", open(f"/proc/{pid}/status").read())
    return int(found.group(1)) * 1024 if found else 0


for _ in range(job["runs"]):
    began = time.monotonic()
    run()
    print(json.dumps({"wallMs": (time.monotonic() - began) * 1000, "peakRssBytes": peak()}), flush=True)
spark.stop()
