"""Numbers and verbs of change that no helper vouches for stop the run, and are named."""

import jinja2
import pytest

from barolib.errors import StudyError
from barolib.i18n.prose import unproved
from barolib.i18n.wording import Language
from barolib.report.sandbox import MARKS
from support import telling
from support.studies import ROOT

TEXTS = sorted((ROOT / "report" / "text").glob("*/*/*"))


def problems(study, text, lang="fr"):
    try:
        telling.told(study, text, lang)
    except StudyError as error:
        return [(each.row, each.value, each.message) for each in error.problems]
    return []


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("fr", "Soit 44 % d’entre elles.", "44 %"),
        ("fr", "Soit les deux d’entre elles.", "deux"),
        ("fr", "La moitié d’entre elles.", "moitié"),
        ("fr", "Plus des trois quarts.", "trois"),
        ("fr", "Le thème progresse.", "progresse"),
        ("fr", "Le thème est Stable.", "Stable"),
        ("en", "Some 1,234.5 of them.", "1,234.5"),
        ("en", "Half of them.", "Half"),
        ("en", "The theme has declined.", "declined"),
        ("en", "A rise is seen.", "rise"),
        ("fr", "Soit {{ 44 }} ici.", "44"),
        ("fr", "## Le mot[^1] des deux.", "deux"),
        ("fr", "Soit {{ '44 %' }} ici.", "44 %"),
        ("fr", "Soit {{ 44 | percent }} ici.", "44"),
        ("fr", "{% set x = 44 %}Soit {{ x }} ici.", "44"),
        ("fr", "Soit {{ row('T01').base + 1 }} ici.", "1"),
    ],
)
def test_what_is_typed_by_hand_is_told_with_its_line(tiny, lang, text, found):
    told = problems(tiny, f"Ici.\n\n{text}\n", lang)
    assert [(row, value) for row, value, _ in told][:1] == [("3", found)]
    assert all("typed by hand" in message for _, _, message in told)


@pytest.mark.parametrize(
    "text",
    [
        'Soit {{ share("T01-01", "3-4") }} ici.',
        'Le {{ as_is("10 mai 2021") }}, tout est {{ as_is("stable") }}.',
        "Voir [là](T04.html#T04-01) et `tables.v2`.\n\n## Titre {#t-1}",
        "Un territoire, une collectivité, en cours d’amélioration continue.",
        "{% if facts.levels | length > 3 %}Oui{% endif %} {{ facts.levels[0][1] }}",
        "{## 44 % en commentaire ##}",
        "Un mot[^1], comme le montre @fig-T01-01 ou [@tbl-2].\n\n[^1]: Une note.",
    ],
)
def test_names_ids_links_and_helpers_are_no_figures(tiny, text):
    assert problems(tiny, text) == []


def test_every_number_of_a_text_is_told_at_once(tiny):
    told = problems(tiny, "Un 12 et un 13.\n\nPuis 14.")
    assert [(row, value) for row, value, _ in told] == [("1", "12"), ("1", "13"), ("3", "14")]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_projects_texts_have_a_helper_for_every_figure_and_verb(path):
    source, lang = path.read_text(encoding="utf-8"), path.parent.name
    tree = jinja2.Environment(**MARKS).parse(source)
    assert unproved(source, tree, Language(lang), path.name) == []
