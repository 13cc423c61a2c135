"""The day of docs/new-edition.md at small size: each of its commands, and what a person does.

What the walk publishes is compared with a count of the export's own text.
"""

import re
import shlex
import subprocess
from collections import Counter

import pandas as pd
import pytest

from barolib import cli
from barolib.run import notebooks
from support import published as shared
from support import surveying

AUTHORITIES = 14
TEXT = 'Portée par l’exécutif dans {{ share("T09-02", "4-6") }} des collectivités.\n'


def commands(project):
    """The command lines of the page, in its order."""
    page = (project / "docs" / "new-edition.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


def reviewed(folder):
    """import.yml once the statuses are given and each guess was looked at."""
    text = (folder / "import.yml").read_text(encoding="utf-8")
    for status, code in surveying.CODES.items():
        text = text.replace(f"{code}: '?'", f"{code}: {status}")
    text = re.sub(r"to_confirm:\n(- .*\n)+", "to_confirm: []\n", text)
    (folder / "import.yml").write_text(text, encoding="utf-8")


def counted(text):
    """Of each column of the export, how many authorities chose each code: counted from its text."""
    header, *rows = surveying.rows(text)
    kept = {}
    for row in rows:
        response = dict(zip(header, row, strict=True))
        if response["submitdate"] and response["NOM"] not in surveying.TESTS:
            name = response["NOM"].casefold()
            kept[name] = max(kept.get(name, {}), response, key=lambda r: r.get("submitdate", ""))
    codes = [each for each in header if "[" in each]
    return {code: Counter(r[code] for r in kept.values() if r[code][:1] == "A") for code in codes}


@pytest.mark.slow
def test_the_day_of_the_page_from_an_export_to_a_publication(project, tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)
    monkeypatch.chdir(project)
    study, ended = tmp_path / "etude", []
    folder, texts = study / "data" / "raw" / "2023", study / "report" / "text" / "2023" / "fr"
    for line in commands(project):
        words = shlex.split(line.replace("~", str(tmp_path)))
        if words[0] != "barolib":
            subprocess.run(words, check=True)
            continue
        more = ["--engine", "embedded"] if words[1] == "run" else []
        ended.append((words[1], cli.main([*words[1:], *more])))
        if ended[-1] == ("new", 0):
            surveying.decide(folder)
            surveying.shorten(folder, ("T09", "T12"))
            text = surveying.export(folder, AUTHORITIES)
            (study / "results-survey.csv").write_text(text, encoding="utf-8")
        if ended[-1] == ("import", 0) and not (folder / "answers.csv").exists():
            reviewed(folder)
        if ended[-1] == ("run", 0) and not texts.exists():
            texts.mkdir(parents=True)
            (texts / "T09.md").write_text(TEXT, encoding="utf-8")
    steps = [("new", 0), ("check", 1), ("import", 0), ("import", 0), ("check", 0)]
    assert ended == [*steps, ("run", 0), ("run", 0)]
    assert "Portée par l’exécutif dans" in (tmp_path / "etude/publication/T09.html").read_text()
    assert (study / "publication" / "barometre-2023.pdf").exists()
    found = pd.read_parquet(study / "data" / "processed" / "2023" / "distributions.parquet")
    for code, counts in counted(text).items():
        theme, number = re.fullmatch(r"(\w+)\[SQ0(\d+)\]", code).groups()
        rows = found[found["affirmation_id"] == f"{theme}-{number}"].sort_values("level")
        assert rows["n"].tolist() == [counts[f"A{level}"] for level in range(1, 7)], code
