"""The published tables as a Data Package: what each file and each of its columns holds.

https://datapackage.org, version 2: datapackage.json at the top of what is packed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from barolib.files import digests, manifest
from barolib.files.layout import Layout
from barolib.report import citation, downloads
from barolib.report.cover import read_cover
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.survey import contracts
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw

NAME, CITATION = "datapackage.json", "CITATION.bib"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

#: A type of the dictionary in Table Schema; of one that is not here, `string`.
_TYPES = {"real": "number", "share": "number", "flag": "boolean"}
_TYPES |= dict.fromkeys(("whole", "count", "level", "percent"), "integer")


def write(root: Path, layout: Layout, raw: Raw) -> None:
    """Write datapackage.json, the code lists and CITATION.bib at the top of a packed study.

    Parameters
    ----------
    root : Path
        Holds the files to describe, where a study has them.
    layout : Layout
        The folders of the study that they come from, whose processed tables are read.
    raw : Raw
        The raw tables of the edition, as read and corrected.

    References
    ----------
    Data Package, version 2 (datapackage.org).

    Examples
    --------
    >>> import barolib
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write(Path(folder), Layout.find(), barolib.open("2021").raw)
    ...     sorted(path.name for path in Path(folder).iterdir())
    ['CITATION.bib', 'datapackage.json', 'questionnaire.csv', 'themes.csv']
    """
    described = manifest.read(layout.processed(raw.edition.id))
    every = [
        Templates(layout.sources / "report", Facts(layout, raw, lang), layout.texts_apart)
        for lang in described["parameters"]["languages"]
    ]
    covers = [read_cover(templates) for templates in every]
    cited = [citation.cite(*pair)["bibtex"] for pair in zip(every, covers, strict=True)]
    (root / CITATION).write_text("\n\n".join(cited) + "\n", encoding="utf-8", newline="\n")
    cover, lang, licence = covers[0], every[0].lang, raw.edition.licences.tables
    for name, table in {"themes": raw.themes, "questionnaire": raw.questionnaire}.items():
        downloads.save(root / f"{name}.csv", table)
    about = {
        "title": raw.edition.title.of(lang),
        "description": cover["description"],
        "homepage": cover["address"],
        "created": datetime.fromtimestamp(int(described["time"]), UTC).isoformat(),
        "keywords": cover["keywords"],
        "contributors": [{"title": cover["author"]}] if cover["author"] else [],
        "licenses": [{"name": licence}] if licence else [],
    }
    package = {"$schema": _PROFILE} | {key: value for key, value in about.items() if value}
    package["resources"] = [
        *_tables(root, raw.edition, lang),
        *(_file(root, path) for path in sorted(root.glob("report/_output/*/*/*.pdf"))),
        *(_file(root, path) for path in sorted(root.glob(f"data/processed/*/{manifest.NAME}"))),
    ]
    text = json.dumps(package, ensure_ascii=False, indent=2)
    (root / NAME).write_text(text + "\n", encoding="utf-8", newline="\n")


def _tables(root: Path, edition: Edition, lang: str) -> Iterator[dict]:
    """The code lists, then each table that the report offers, with their columns."""
    offered = Layout.at(root).processed(edition.id) / downloads.FOLDER
    lists = [("raw", root / f"{name}.csv") for name in ("themes", "questionnaire")]
    for kind, path in [*lists, *(("processed", path) for path in sorted(offered.glob("*.csv")))]:
        columns = pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns
        schema: dict = {"fields": [_field(kind, path.stem, name, edition) for name in columns]}
        for field in schema["fields"]:
            if field["name"] == "level":
                levels = zip(edition.levels, edition.level_labels(lang), strict=True)
                field["categories"] = [{"value": level, "label": label} for level, label in levels]
        row = contracts.dictionary()[kind][path.stem]["row"]
        about = {"type": "table", "description": f"A row is: {row}.", "encoding": "utf-8"}
        yield _file(root, path, path.stem) | about | {"schema": schema}


def _field(kind: str, table: str, column: str, edition: Edition) -> dict:
    """A column as Table Schema has it, by its type in the dictionary."""
    type_, meaning = contracts.column(kind, table, column)
    name = type_.removesuffix("?")
    constraints: dict = {} if type_.endswith("?") or name == "optional" else {"required": True}
    bounds = {"share": (0, 1), "percent": (0, 100), "level": (1, edition.levels[-1])}
    if name in bounds:
        constraints |= zip(("minimum", "maximum"), bounds[name], strict=True)
    if name.startswith("one of "):
        constraints["enum"] = name.removeprefix("one of ").split(", ")
    field = {"name": column, "type": _TYPES.get(name, "string"), "description": meaning}
    return field | ({"constraints": constraints} if constraints else {})


def _file(root: Path, path: Path, name: str = "") -> dict:
    """A file as a resource, by default named for its place."""
    place = path.relative_to(root).as_posix()
    about = {"name": name or re.sub(r"[^-a-z0-9._/]", "-", place.lower()), "path": place}
    return about | {"bytes": path.stat().st_size, "hash": f"sha256:{digests.of_file(path)}"}
