"""Superset for one check: its own database, no cache, nobody else on this machine."""

import os

SECRET_KEY = "a check of its own, on a database that is thrown away"
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['HEADRACE_SUPERSET_DB']}"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
LOG_LEVEL = "WARNING"


def DB_CONNECTION_MUTATOR(uri, params, *_who):
    """Only for the check's own time: by default PyAthena looks once a second whether a query has ended."""
    params.setdefault("connect_args", {})["poll_interval"] = 0.05
    return uri, params
