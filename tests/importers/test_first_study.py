"""A study of other themes, from the survey's structure and its default export, as its page says.

docs/new-edition.md, "A first study". Structure and responses are invented, in LimeSurvey's form.
"""

import csv
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.files.layout import Layout
from barolib.importers import limesurvey
from barolib.survey.intake import read_raw

DATA = Path(__file__).parents[1] / "data" / "first-study"
LEVELS = ["Rien n’est prévu", "À l’étude", "Décidé", "En cours", "Achevé"]


def edited(path, *changes):
    """The file with these changes; how many of its lines are others than before."""
    before = path.read_text(encoding="utf-8")
    after = before
    for old, new in changes:
        after, times = re.subn(old, new, after, count=1, flags=re.MULTILINE | re.DOTALL)
        assert times == 1, old
    path.write_text(after, encoding="utf-8")
    lines = Counter(after.splitlines())
    return sum((lines - Counter(before.splitlines())).values())


def test_a_first_study_goes_from_its_survey_to_counted_answers(tmp_path, capsys):
    layout = Layout.at(tmp_path)

    def barolib(*words):
        assert cli.main([*words, "--root", str(tmp_path)]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    shown = barolib("new", "2026", "--structure", str(DATA / "energy.lss"))
    assert "4 themes and 13 affirmations from energy.lss" in shown
    assert "statuses are the choices of statut" in shown
    folder = layout.raw("2026")
    count = edited(
        folder / "edition.yml",
        (r"^  fr:$", "  fr: Baromètre de la sobriété"),
        (r"start:\n  end:", 'start: "2026-03"\n  end: "2026-03"'),
        ("frame_size: null", "frame_size: 60"),
        (r"provenance: \{\}.*?$", "provenance: {answers: synthetic}"),
        (r"implementation_from:.*?$", "implementation_from: 4"),
    )
    assert "dry run of 2026: 30 respondents, 13 affirmations" in barolib("stand-in", "2026")
    assert "no problem found (4 themes, 13 affirmations" in barolib("check", "2026")

    count += edited(folder / "edition.yml", ("answers: synthetic", "answers: collected"))
    export = str(DATA / "responses.csv")
    assert "13 of 13 affirmations" in barolib("import", export, "--edition", "2026")
    count += edited(folder / "import.yml", (r"^to_confirm:\n(- [^\n]*\n)+", "to_confirm: []\n"))
    assert "21 respondents imported" in barolib("import", export, "--edition", "2026")
    barolib("check", "2026")
    assert count == 8

    text = (DATA / "responses.csv").read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(text.splitlines())
    raw = read_raw(layout, "2026")
    wording = raw.questionnaire.set_index("affirmation_id")["label_fr"]
    answers = raw.answers.set_index(["affirmation_id"])["level"]
    for affirmation, label in wording.items():
        (place,) = [at for at, name in enumerate(header) if name.endswith(f"[{label}]")]
        told = Counter(row[place] for row in rows if row[1])
        found = Counter(answers[affirmation].dropna())
        assert [found[level] for level in range(1, 6)] == [told[text] for text in LEVELS]


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_structure_is_read_or_refused(tmp_path, seed):
    """Any field or row that is gone: never another error."""
    rng, path = random.Random(seed), tmp_path / "damaged.lss"
    lines = (DATA / "energy.lss").read_text(encoding="utf-8")
    field = rng.choice(sorted(set(re.findall(r"<(\w+)>[^<]*</\1>", lines))))
    fields = [*re.finditer(rf"<{field}>[^<]*</{field}>", lines)]
    gone = rng.choice(fields)
    path.write_text(lines[: gone.start()] + lines[gone.end() :], encoding="utf-8")
    try:
        found = limesurvey.questions(path)
    except StudyError as error:
        found = [problem.fix for problem in error.problems]
    assert all(found)
