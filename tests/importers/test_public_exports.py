"""Exports in the form of public ones: each right cell by cell, with few lines by hand."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.importers import drafting, exportfile, headings, importing
from barolib.survey import answers
from barolib.survey.edition import read_edition
from support import tools

FOLDER = tools.DATA / "exports"
EDITION = read_edition(FOLDER / "study" / "data" / "raw" / "2025" / "edition.yml")
#: By export, the beginnings of the lines to confirm, and what a person changes in `answers`.
BY_HAND = {
    "limesurvey": (["person name", "responses submitted"], {}),
    "qualtrics": (["person name", "answers: a number", "answers: not understood"], {"5": "NC"}),
    "surveymonkey": (["person name", "responses submitted"], {}),
    "microsoft_forms": (["person name"], {}),
    "google_forms": (["person name", "answers: a number"], {}),
    "kobo": (["person name"], {}),
    "sosci": (
        ["person name", "answers: taken for no", "answers: a number", "answers: not understood"],
        {"5": "NC"},
    ),
    "typeform": (["person name"], {}),
}


@pytest.fixture
def layout(tmp_path):
    """The study that every export answers."""
    return tools.study(tmp_path / "study", "exports")


def read(path):
    return pd.read_csv(path, dtype="str", keep_default_na=False)


def drafted(layout, path):
    return importing.draft(layout, tools.EDITION, path, None)


@pytest.mark.parametrize("tool", BY_HAND)
def test_each_export_is_right_cell_by_cell_with_few_lines_by_hand(layout, tool):
    path = FOLDER / f"{tool}.csv"
    lines, changes = BY_HAND[tool]
    used = drafted(layout, path)
    assert len(used.to_confirm) == len(lines)
    for line in lines:
        assert any(doubt.startswith(line) for doubt in used.to_confirm), line
    answers = used.answers | changes
    assert "?" not in answers.values()
    used = used.model_copy(update={"to_confirm": [], "answers": answers})
    found = importing.import_responses(layout, tools.EDITION, path, used).answers.fillna("")
    truth = read(FOLDER / "truth.csv")
    if tool == "google_forms":  # a linear scale has no such choice
        truth = truth.replace("NC", "")
    assert found.drop(columns="respondent_id").to_dict("list") == truth.to_dict("list")


def test_values_of_spss_by_their_labels_and_question_before_a_colon(layout, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    names = ["T1", "T2", "T3", "T4"]
    labels = read(layout.raw(tools.EDITION) / "questionnaire.csv")["label_fr"]
    table = pd.DataFrame([[4, 3, 2, 3], [1, -9, 1, 3]], columns=names)
    meant = {-9: "Not answered", 1: "pas du tout d'accord", 4: "tout à fait d'accord"}
    pyreadstat.write_sav(
        table,
        tmp_path / "e.sav",
        column_labels=[f"échelle: {label}" for label in labels],
        variable_value_labels=dict.fromkeys(names, meant),
    )
    used = drafted(layout, tmp_path / "e.sav")
    assert used.affirmations == {
        f"T01-{n:02}": f"T{n} / échelle: {label}" for n, label in enumerate(labels, start=1)
    }
    assert used.answers["Not answered"] == ""
    assert any("taken for no answer" in doubt for doubt in used.to_confirm)


# ---------------------------------------------------------------------------- answers


def meanings(*cells):
    table = pd.DataFrame({"a": cells}, dtype="str")
    return drafting._answers(table, EDITION, {})[0]


def test_an_answer_beside_one_that_is_word_by_word_a_level_is_another_level():
    said = meanings("Plutôt non d'accord", "Plutôt d'accord", "Tout à fait en désaccord")
    assert said == {
        "Plutôt d'accord": "3",
        "Plutôt non d'accord": "2",
        "Tout à fait en désaccord": "?",
    }


@pytest.mark.parametrize(
    ("text", "label", "opposed"),
    [
        ("tout à fait en désaccord", "tout à fait en accord", True),
        ("très satisfait", "très insatisfait", True),
        ("very unsatisfied", "very satisfied", True),
        ("stimme eher nicht zu", "stimme eher zu", True),
        ("plutôt non d'accord", "plutôt pas d'accord", False),
        ("orientation formalisée", "orientations formalisées", False),
        ("in progress", "progress", False),
        ("in  progress", "work in progress", False),
    ],
)
def test_texts_are_opposed_where_one_denies_the_other(text, label, opposed):
    assert drafting._opposed(text, label) is opposed
    assert drafting._opposed(label, text) is opposed


@given(st.sets(st.sampled_from(sorted(answers.meanings(EDITION)))), st.text(max_size=4))
def test_likeness_never_gives_a_level_that_another_answer_says(exact, end):
    known = answers.meanings(EDITION)
    cells = {f"{label} {end}z" for label in known if not label.isdigit()}
    said = meanings(*exact, *cells)
    levels = {said[label] for label in exact}
    assert levels.isdisjoint(said[cell] for cell in cells)


# ---------------------------------------------------------------------------- headings and roles


def known(*labels):
    ids = [f"T01-{n:02}" for n in range(1, len(labels) + 1)]
    return headings.Known.of(
        pd.DataFrame({"affirmation_id": ids, "label_fr": labels, "label_en": None}, dtype="str")
    )


def test_headings_that_repeat_stand_for_labels_in_their_order():
    questions = ["Quel effort a pris cette image ?", "Partageriez-vous cette image avec eux ?"] * 6
    names = [f"{text} (column {n})" for n, text in enumerate(questions, start=4)]
    labels = [f"{text} (image {n})" for n, text in enumerate(questions)]
    matched = headings.match(headings.parse(names), known(*labels))
    assert {matched[f"T01-{n:02}"][0]: n for n in range(1, 13)} == {
        name: n for n, name in enumerate(names, start=1)
    }
    assert all("likeness" in doubt for _, doubt in matched.values())


def test_a_questionnaire_whose_labels_are_all_alike_matches_nothing():
    assert headings.match(headings.parse(["Le même"]), known("Pareil", "Pareil")) == {}


def test_lines_in_quotes_are_read_by_what_is_within(tmp_path):
    path = tmp_path / "e.csv"
    path.write_text('"a;""b, c"";""d ""\n"1;""x;y"";""z"""\n'.replace('d ""', 'd"""'))
    table = exportfile.read(path).table
    assert table.to_dict("list") == {"a": ["1"], "b, c": ["x;y"], "d": ["z"]}


def test_a_mode_of_interview_that_no_tool_is_known_to_have_is_asked_for(layout, tmp_path):
    text = (FOLDER / "sosci.csv").read_text(encoding="utf-8")
    path = tmp_path / "e.csv"
    path.write_text(text.replace('"interview"', '"orgtest"', 1), encoding="utf-8")
    doubts = drafted(layout, path).to_confirm
    assert "responses test: what is said in MODE by orgtest?" in doubts
