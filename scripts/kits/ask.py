"""Runs what the kits write, each with the program it is for, and prints one JSON document.

ask.py NOTEBOOK ZEPPELIN TABLEAU: the notebook, the folder of Zeppelin's notes in Python, the folder of Tableau's sources.
"""

import glob
import json
import os
import sys

import nbformat
from nbclient import NotebookClient
from tableaudocumentapi import Datasource


def rows(text):
    """The line that a cell has printed for us."""
    return json.loads(text.strip().split("\n")[-1])


def notebook(path):
    """The rows of each chart, and whether it drew a picture. Every cell runs as it is; after a chart's, one asks for its rows."""
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    cells = []
    for cell in book.cells:
        cells.append(cell)
        if "headrace" in cell.metadata:
            cells.append(nbformat.v4.new_code_cell('print(answer.to_json(orient="records", double_precision=15))'))
    book.cells = cells
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    charts = {}
    for at, cell in enumerate(book.cells):
        if "headrace" in cell.metadata:
            data = rows("".join(output.get("text", "") for output in book.cells[at + 1].outputs))
            pictures = [one for one in cell.outputs if "image/png" in one.get("data", {})]
            charts[cell.metadata["headrace"]["chart"]] = {"data": data, "drawn": len(pictures) > 0}
    return charts


class Shown:
    """Stands for Zeppelin's `z`."""

    def __init__(self):
        self.data = None

    def input(self, name, default):
        return default

    def show(self, frame):
        self.data = json.loads(frame.to_json(orient="records", double_precision=15))


def zeppelin(folder):
    """The rows of each paragraph in Python."""
    charts = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.zpln"))):
        z = Shown()
        names = {"z": z}
        with open(path) as file:
            paragraphs = json.load(file)["paragraphs"]
        for paragraph in paragraphs:
            magic, _, code = paragraph["text"].partition("\n")
            if magic == "%python":
                exec(compile(code, paragraph.get("title", path), "exec"), names)
                if "title" in paragraph:
                    charts[paragraph["title"]] = {"data": z.data, "drawn": True}
    return charts


def tableau(folder):
    """What the Document API finds in each source."""
    sources = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.tds"))):
        source = Datasource.from_file(path)
        fields = {
            field.id: {
                "caption": field.caption,
                "datatype": field.datatype,
                "role": field.role,
                "aggregation": field.default_aggregation,
                "calculation": field.calculation,
                "description": field.description,
            }
            for field in source.fields.values()
        }
        connections = [{"class": one.dbclass, "server": one.server, "database": one.dbname} for one in source.connections]
        sources[os.path.basename(path)[: -len(".tds")]] = {
            "caption": source.caption,
            "connections": connections,
            "fields": fields,
        }
    return sources


def main(book, notes, sources):
    # What cells print must not come between.
    out, sys.stdout = sys.stdout, sys.stderr
    answer = {"notebook": notebook(book), "zeppelin": zeppelin(notes), "tableau": tableau(sources)}
    out.write("\n" + json.dumps(answer) + "\n")


main(*sys.argv[1:])
