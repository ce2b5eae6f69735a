"""Imports a bundle into a Superset of its own, twice, and asks each chart's data over Superset's API.

ask.py BUNDLE.zip: prints one JSON document. Everything is in one process: Superset's own client for tests stands for the browser.
"""

import json
import sys

from flask_migrate import upgrade
from superset.app import create_app

app = create_app()


def prepare():
    """A new database of Superset's, its roles, and somebody to ask."""
    with app.app_context():
        upgrade()
        from superset import appbuilder

        appbuilder.add_permissions(update_perms=True)
        manager = appbuilder.sm
        manager.sync_role_definitions()
        manager.add_user("check", "Check", "Check", "check@example.com", manager.find_role("Admin"), "check")


def main(bundle):
    prepare()
    client = app.test_client()

    def ask(method, path, **more):
        answer = getattr(client, method)(path, headers=headers, **more)
        if answer.status_code != 200:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.get_data(as_text=True)[:2000]}")
        return answer.get_json()

    headers = {}
    login = {"username": "check", "password": "check", "provider": "db", "refresh": False}
    token = ask("post", "/api/v1/security/login", json=login)["access_token"]
    headers["Authorization"] = f"Bearer {token}"

    def numbers():
        """Each thing's id by its uuid: a second import must leave them as they are."""
        kinds = ["database", "dataset", "chart", "dashboard"]
        page = {"q": "(page_size:500,columns:!(id,uuid))"}
        rows = {kind: ask("get", f"/api/v1/{kind}/", query_string=page)["result"] for kind in kinds}
        return {kind: {row["uuid"]: row["id"] for row in rows[kind]} for kind in kinds}

    imports = []
    for _ in range(2):
        with open(bundle, "rb") as file:
            data = {"bundle": (file, "headrace.zip")}
            ask("post", "/api/v1/assets/import/", data=data, content_type="multipart/form-data")
        imports.append(numbers())
    charts = {
        uuid: ask("get", f"/api/v1/chart/{number}/data/")["result"][0] for uuid, number in imports[0]["chart"].items()
    }
    dashboards = {
        uuid: len(ask("get", f"/api/v1/dashboard/{number}/charts")["result"])
        for uuid, number in imports[0]["dashboard"].items()
    }
    fields = ["data", "query", "error"]
    shown = {uuid: {field: chart.get(field) for field in fields} for uuid, chart in charts.items()}
    sys.stdout.write("\n" + json.dumps({"imports": imports, "charts": shown, "dashboards": dashboards}) + "\n")


main(sys.argv[1])
