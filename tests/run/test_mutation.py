"""A trial: one answer changed in the raw files changes all that depends on it, and nothing else."""

import csv
import random
import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path

import pandas as pd
import pytest

from barolib.errors import StudyError
from barolib.report import publication
from barolib.survey import tables
from support import pairing
from support import published as shared

LEVELS, IMPLEMENTATION = range(1, 5), {3, 4}
TAGGED = {"T01-01": ["T01", "X1"], "T01-02": ["T01"], "T02-01": ["T02"], "T02-02": ["T02", "X1"]}
#: A sentence a level of each affirmation, each of which the ledger proves.
SENTENCES = {
    theme: "\n".join(
        f'- {{{{ as_is("{name} au palier {level}") }}}} : {{{{ share("{name}", "{level}") }}}}.'
        for name, themes in TAGGED.items()
        if theme == themes[0]
        for level in LEVELS
    )
    for theme in ("T01", "T02")
}


@dataclass(frozen=True)
class Made:
    """The filled pages and figures of a study by name, its tables, and what its answers are."""

    files: dict[str, str]
    tables: dict[str, pd.DataFrame]
    answers: dict[tuple[str, str], int]

    def counts(self, names):
        """How many answers each level has in the raw file, over these affirmations."""
        return Counter(level for (_, name), level in self.answers.items() if name in names)


def study(root: Path, change=None, text=None) -> shared.Project:
    """Two editions compared and their own sentences, with one answer changed; not yet run."""
    now, _ = pairing.written(root)
    if change:
        now.cell("answers.csv", change[0], change[1], str(change[2]))
    project = shared.project_at(root)
    texts = root / "report" / "text" / "2030" / "fr"
    texts.mkdir(parents=True)
    for theme, told in SENTENCES.items():
        (texts / f"{theme}.md").write_text(told + "\n", encoding="utf-8")
    if text:
        (texts / "conclusion.md").write_text(text, encoding="utf-8")
    return project


def made(root: Path, change=None) -> Made:
    project = study(root, change)
    raw = shared.process_here(project, "2030", ["fr"])
    build = publication.fill(project, raw, "fr")
    paths = [*build.glob("*.qmd"), *build.glob("figures/*.svg"), *build.glob("downloads/*.csv")]
    own, compared = project.processed("2030"), project.comparison("2030", "2028")
    found = {**tables.written(own), **tables.written(compared)}
    with (project.raw("2030") / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = {
        (row["respondent_id"], name): int(row[name])
        for row in rows
        for name in TAGGED
        if row[name].isdigit()
    }
    return Made({path.name: path.read_text(encoding="utf-8") for path in paths}, found, answers)


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    return made(tmp_path_factory.mktemp("before"))


def drawn(answers, seed):
    """An answer and another level for it, by lot."""
    rng = random.Random(seed)
    (respondent, name), level = rng.choice(sorted(answers.items()))
    return respondent, name, rng.choice([each for each in LEVELS if each != level])


def counted(table, key, subject):
    rows = table[table[key] == subject].sort_values("level")
    return rows["n"].tolist()


def half_up(n, base):
    return floor(Fraction(100 * n, base) + Fraction(1, 2))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_an_answer_changed_changes_all_that_depends_on_it_and_nothing_else(before, tmp_path, seed):
    respondent, name, level = drawn(before.answers, seed)
    after = made(tmp_path, (respondent, name, level))
    assert after.answers == before.answers | {(respondent, name): level}
    own, (theme, *across) = {name, *TAGGED[name]}, TAGGED[name]

    # Tables: counts and means as in the raw file, and no other row.
    for subject in TAGGED:
        expected = [after.counts([subject])[each] for each in LEVELS]
        assert counted(after.tables["distributions"], "affirmation_id", subject) == expected
    for subject in ("T01", "T02", "X1"):
        members = [each for each, themes in TAGGED.items() if subject in themes]
        expected = [after.counts(members)[each] for each in LEVELS]
        assert counted(after.tables["theme_distributions"], "theme_id", subject) == expected
    keys = ["respondent_id", "theme_id"]
    scores = [each.tables["scores"].set_index(keys)["score"] for each in (before, after)]
    moved = {key for key in scores[0].index if not same(*(each[key] for each in scores))}
    assert moved == {(respondent, each) for each in (theme, "general", *across)}
    delta = after.tables["delta_affirmations"].set_index("affirmation_id")["share_after"]
    for subject in delta.index:
        counts = after.counts([subject])
        told = sum(counts[each] for each in IMPLEMENTATION) / counts.total()
        assert delta[subject] == pytest.approx(told)

    # Figures and pages: those of the affirmation and its themes, and the whole's.
    changed = {file for file in before.files if before.files[file] != after.files[file]}
    assert before.files.keys() == after.files.keys()
    bars = {f"{each}.svg" for each in [*TAGGED, "T01", "T02", "X1"]}
    assert changed & bars == {f"{each}.svg" for each in own}
    pages = {"T01.qmd", "T02.qmd", "X1.qmd"}
    assert changed & pages == {f"{each}.qmd" for each in TAGGED[name]}
    assert {"index.qmd", "conformity.qmd", "annex.qmd", "theme_means.svg"} <= changed
    assert {"distributions.csv", "theme_distributions.csv", "theme_scores.csv"} <= changed
    assert "method.qmd" not in changed

    # Sentences: the share of each level of each affirmation.
    for subject, (chapter, *_) in TAGGED.items():
        counts = after.counts([subject])
        for each in LEVELS:
            share = half_up(counts[each], counts.total())
            line = f"- {subject} au palier {each} : {share}\u202f%"
            assert line in plain(after.files[f"{chapter}.qmd"])
            assert line.removeprefix("- ") in plain(after.files["conformity.qmd"])


def plain(text):
    """The text as it is read, without links of claims and signs that keep it from being markup."""
    text = re.sub(r"\[([^\[\]]*)\](?:\(conformity\.html#claim-\w+\)|\{#claim-\w+\})", r"\1", text)
    return text.replace("\\", "")


def same(one, other):
    return one == other or (pd.isna(one) and pd.isna(other))


@pytest.mark.slow
def test_a_sentence_that_an_answer_made_false_stops_the_run_which_names_it(before, tmp_path):
    respondent, name, level = drawn(before.answers, 9)
    counts, was = before.counts([name]), before.answers[respondent, name]
    share = half_up(counts[was], counts.total())
    claim = f'says("{share} %", "{name}", "{was}", value="{share / 100:.2f}")'
    text = f"Vrai hier.\n\nIls sont {{{{ {claim} }}}} à ce palier.\n"
    told = f"- {name} au palier {was} : {share}\u202f%"  # it holds until the answer is changed
    assert told in plain(before.files[f"{TAGGED[name][0]}.qmd"])
    project = study(tmp_path, (respondent, name, level), text)
    raw = shared.process_here(project, "2030", ["fr"])
    with pytest.raises(StudyError) as error:
        publication.fill(project, raw, "fr")
    (problem,) = error.value.problems
    assert (problem.file, problem.row) == ("report/text/2030/fr/conclusion.md", "3")
    assert problem.value == f"{share} %"
    assert f"Ils sont {share} % à ce palier." in problem.message


@pytest.mark.slow
def test_a_number_typed_into_a_text_stops_the_run_which_names_it(tmp_path):
    project = study(tmp_path, text="Ils sont\n44 % à ce palier.\n")
    raw = shared.process_here(project, "2030", ["fr"])
    with pytest.raises(StudyError) as error:
        publication.fill(project, raw, "fr")
    (problem,) = error.value.problems
    assert (problem.file, problem.row) == ("report/text/2030/fr/conclusion.md", "2")
    assert problem.value == "44 %"
