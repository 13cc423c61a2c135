"""Small copies of exports that survey tools made, with invented authorities, and their studies."""

import csv
import shutil
from pathlib import Path

from barolib.files.layout import Layout

DATA = Path(__file__).parents[1] / "importers" / "data"
EDITION = "2025"
#: The statuses that codes of the survey stand for.
CODES = {"AO01": "metropole", "AO02": "agglomeration", "AO03": "ville"}


def study(root, kind):
    """A copy of the study that the exports of a folder answer."""
    shutil.copytree(DATA / kind / "study", root, dirs_exist_ok=True)
    return Layout.at(root)


def truth():
    """By authority, its latest complete response as it was put in."""
    path = DATA / "limesurvey" / "truth.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["submit"] and row["name"] != "TEST"]
    rows.sort(key=lambda row: row["submit"])
    return {" ".join(row["name"].split()): row for row in rows}


def answers(row):
    """The answers of a row of the truth, as answers.csv has them."""
    cells = {key: cell for key, cell in row.items() if "-" in key}
    return {key: "NC" if cell == "7" else cell for key, cell in cells.items()}


def reviewed(mapping):
    """The mapping once a person looked at it; codes get their meaning, guesses stay."""
    statuses = {text: CODES.get(text, status) for text, status in mapping.statuses.items()}
    answers = {text: "NC" if text == "AO07" else level for text, level in mapping.answers.items()}
    return mapping.model_copy(update={"to_confirm": [], "statuses": statuses, "answers": answers})
