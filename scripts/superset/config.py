"""Superset for one check: its own database, no cache, nobody else on this machine."""

import os

SECRET_KEY = "a check of its own, on a database that is thrown away"
SQLALCHEMY_DATABASE_URI = f"sqlite:///{os.environ['HEADRACE_SUPERSET_DB']}"
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
RATELIMIT_ENABLED = False
LOG_LEVEL = "WARNING"
