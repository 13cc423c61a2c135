"""The questionnaire of a new edition from a survey tool's structure, and what is compared."""

import json
import re

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from barolib import cli
from barolib.errors import StudyError
from barolib.files import ids
from barolib.files.layout import Layout
from barolib.importers import importing, questionnaire, structure, survey_settings
from barolib.importers.structure import Question
from barolib.survey import intake
from barolib.survey.edition import read_edition
from barolib.survey.newedition import Before
from support import tools

SCALE = ["Pas encore abordé", "Réflexion engagée", "Orientations formalisées",
         "Mise en œuvre en cours", "Mise en œuvre complète", "Amélioration continue"]  # fmt: skip
LSS = tools.DATA / "limesurvey" / "s.lss"
KEPT = "Tenir à jour un plan numérique"


@pytest.fixture
def before(tmp_path):
    """A study of an edition before: 2025, of three affirmations, with answers."""
    return beginning(tmp_path, "imports")


def beginning(tmp_path, kind):
    layout = tools.study(tmp_path / "study", kind)
    folder = layout.raw("2025")
    asked = pd.read_csv(folder / "questionnaire.csv")["affirmation_id"]
    people = [f"R{n}" for n in range(1, 5)]
    rows = [f"{id_},{id_},ville,\n" for id_ in people]
    (folder / "respondents.csv").write_text(
        "respondent_id,name,status,population\n" + "".join(rows), encoding="utf-8"
    )
    table = pd.DataFrame("1", index=pd.Index(people, name="respondent_id"), columns=asked)
    table.to_csv(folder / "answers.csv")
    return layout


def new(layout, path):
    return cli.main(["new", "2027", "--from", "2025", "--structure", str(path), "--root",
                     str(layout.root)])  # fmt: skip


def rows(layout, name="questionnaire"):
    path = layout.raw("2027") / f"{name}.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False).to_dict("records")


def test_limesurveys_structure_becomes_the_questionnaire(tmp_path, capsys):
    layout = beginning(tmp_path, "limesurvey")
    assert new(layout, LSS) == 0
    told = capsys.readouterr().out
    assert "affirmations: 14 identical, 1 reworded; not asked again: none" in told
    assert "T01-04 reworded: [-Encourager l’innovation" in told
    assert "{+Interdire toute" in told
    table = {row["affirmation_id"]: row for row in rows(layout)}
    assert table["T01-04"]["change"] == "reworded"
    assert table["T10-06"]["label_en"].startswith("Develop the digital")
    assert [row["label_fr"] for row in rows(layout, "themes")] == [
        "Stratégie et gouvernance numériques",
        "Inclusion numérique",
    ]
    text = (layout.raw("2027") / "edition.yml").read_text(encoding="utf-8")
    assert 'not_concerned: ["NC", "Non concerné", "Not concerned"]' in text
    problems = errors(layout)
    assert {p.file for p in problems} == {"edition.yml"}  # what a person decides


def errors(layout):
    with pytest.raises(StudyError) as error:
        intake.read_raw(layout, "2027")
    return error.value.problems


def test_the_structure_kept_makes_codes_certain_at_import(tmp_path):
    layout = beginning(tmp_path, "limesurvey")
    new(layout, LSS)
    decide(layout)
    path = tools.DATA / "limesurvey" / "A_code_short.csv"
    used = importing.draft(layout, "2027", path, None)
    assert not [line for line in used.to_confirm if line.startswith(("affirmations", "answers"))]
    assert set(used.answers.values()) == {"1", "2", "3", "4", "5", "6", "NC"}
    assert "?" not in used.statuses.values()
    used = used.model_copy(update={"to_confirm": []})
    found = importing.import_responses(layout, "2027", path, used)
    people = found.respondents.set_index("name")["respondent_id"]
    answers = found.answers.fillna("").set_index("respondent_id")
    for name, row in tools.truth().items():
        assert answers.loc[people[name]].to_dict() == tools.answers(row)


def decide(layout):
    path = layout.raw("2027") / "edition.yml"
    text = path.read_text(encoding="utf-8").replace("  fr:\n", "  fr: Essai\n", 1)
    text = text.replace("start:\n", 'start: "2027-01"\n').replace("end:\n", 'end: "2027-02"\n')
    path.write_text(text.replace("provenance: {}", "provenance: {answers: collected}"), "utf-8")


# ---------------------------------------------------------------------------- a first edition


def first(tmp_path, path):
    layout = Layout.at(tmp_path / "first")
    words = ["new", "2027", "--structure", str(path), "--root", str(layout.root)]
    assert cli.main(words) == 0
    return layout


def test_a_first_edition_has_the_scale_and_the_statuses_of_the_survey(tmp_path, capsys):
    layout = first(tmp_path, LSS)
    told = capsys.readouterr().out
    assert "a scale of 6 levels, lowest Pas encore abordé, highest Amélioration continue" in told
    assert not any({row["previous_id"], row["change"]} - {""} for row in rows(layout))
    assert {(problem.file, problem.column) for problem in errors(layout)} == {
        ("edition.yml", key)
        for key in ("title.fr", "implementation_from", "fieldwork.start", "fieldwork.end")
    }
    decide(layout)
    path = layout.raw("2027") / "edition.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("implementation_from:", "implementation_from: 4"), "utf-8")
    edition = read_edition(path)
    assert edition.level_labels("fr") == SCALE
    assert edition.level_labels("en")[0] == "Not started"
    assert [status.label.fr for status in edition.statuses] == [
        "Métropole",
        "Communauté d’agglomération ou communauté urbaine",
        "Ville",
    ]
    assert edition.not_concerned == ["NC", "Non concerné", "Not concerned"]


LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), min_size=1
)


@given(st.lists(LABELS, min_size=3, max_size=5), st.lists(LABELS, min_size=2, max_size=5))
def test_any_labels_are_settings_that_are_read_as_they_are(levels, statuses):
    def question(code, labels):
        choices = {f"A{n}": {"fr": label} for n, label in enumerate(labels)}
        return Question(code, code, wording={"fr": "Statut"}, choices=choices)

    scale = [f"{n} {label}" for n, label in enumerate(levels)]
    others = [question("statut", statuses)]
    blocks, _ = survey_settings.blocks(question("Q1", scale), others, Before())
    read = yaml.safe_load("\n".join(blocks.values()))
    assert [level["label"]["fr"] for level in read["scale"]] == scale
    assert [status["label"]["fr"] for status in read["statuses"]] == statuses
    names = [status["id"] for status in read["statuses"]]
    assert len({*names}) == len(names)
    assert [ids.fault(name) for name in names] == [None] * len(names)


# ---------------------------------------------------------------------------- other tools


def xlsform(path, labels, title="Un thème", scale=SCALE):
    survey = [("text", "nom", "Votre collectivité"), ("begin_group", "g1", title)]
    survey += [("select_one s", f"q{n}", label) for n, label in enumerate(labels, start=1)]
    survey += [("end_group", "", "")]
    choices = [("s", f"c{n}", label) for n, label in enumerate(scale, start=1)]
    with pd.ExcelWriter(path) as book:
        table = pd.DataFrame(survey, columns=["type", "name", "label::French (fr)"])
        table.to_excel(book, sheet_name="survey", index=False)
        table = pd.DataFrame(choices, columns=["list_name", "name", "label::French (fr)"])
        table.to_excel(book, sheet_name="choices", index=False)
    return path


def qsf(path, labels, title="Un thème", scale=SCALE):
    rows = {str(n): {"Display": f"<b>{label}</b>"} for n, label in enumerate(labels, start=1)}
    answers = {str(n): {"Display": label} for n, label in enumerate(scale, start=1)}
    matrix = {"QuestionText": "Où en êtes-vous&nbsp;?", "DataExportTag": "Q3",
              "QuestionType": "Matrix", "Choices": rows, "ChoiceOrder": [*rows],
              "Answers": answers, "AnswerOrder": [*answers],
              "RecodeValues": {place: f"{place}0" for place in answers},
              "Language": {"EN": {"QuestionText": "How far?", "Choices":
                           {"1": {"Display": "Keep a digital plan"}}}}}  # fmt: skip
    name = {"QuestionText": "Nom", "DataExportTag": "Q1", "QuestionType": "TE"}
    block = {"Type": "Standard", "Description": title, "BlockElements":
             [{"Type": "Question", "QuestionID": id_} for id_ in ("QID1", "QID3")]}  # fmt: skip
    elements = [{"Element": "BL", "PrimaryAttribute": "Survey Blocks", "Payload": {"1": block}}]
    elements += [{"Element": "SQ", "PrimaryAttribute": id_, "Payload": payload}
                 for id_, payload in (("QID1", name), ("QID3", matrix))]  # fmt: skip
    content = {"SurveyEntry": {"SurveyLanguage": "FR"}, "SurveyElements": elements}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


LABELS = [KEPT, "Former chaque année tous les agents", "Ouvrir les données"]


@pytest.mark.parametrize(
    ("write", "ending", "code"), [(xlsform, "xlsx", "q2"), (qsf, "qsf", "Q3_2")]
)
def test_other_structures_are_compared_alike(before, tmp_path, capsys, write, ending, code):
    assert new(before, write(tmp_path / f"s.{ending}", LABELS)) == 0
    told = capsys.readouterr().out
    assert "T01-02 reworded: Former chaque année {+tous+} les agents" in told
    assert [(row["affirmation_id"], row["previous_id"], row["change"]) for row in rows(before)] == [
        ("T01-01", "T01-01", "identical"),
        ("T01-02", "T01-02", "reworded"),
        ("T01-04", "", "new"),
    ]
    kept = structure.kept(before.raw("2027"))
    assert kept.affirmations[code] == "T01-02"
    codes = (
        ["10", "20", "30", "40", "50", "60"] if ending == "qsf" else [f"c{n}" for n in range(1, 7)]
    )
    assert kept.choices[code] == dict(zip(codes, SCALE, strict=True))


def test_another_scale_is_written_and_makes_nothing_identical(before, tmp_path, capsys):
    path = xlsform(tmp_path / "s.xlsx", LABELS, scale=[*SCALE[:4], "Sans objet", "Ne sait pas"])
    assert new(before, path) == 0
    assert "another scale of 4 levels" in capsys.readouterr().out
    assert rows(before)[0]["change"] == "scale_changed"
    text = (before.raw("2027") / "edition.yml").read_text(encoding="utf-8")
    block = text[text.index("scale:") : text.index("implementation_from")]
    assert re.findall(r'stage: ([\w-]+), label: {fr: "([^"]+)"', block) == [
        ("not_started", SCALE[0]),
        ("reflection", SCALE[1]),
        ("orientations", SCALE[2]),
        ("in_progress", SCALE[3]),
    ]
    assert '"Sans objet"' in text


def test_an_affirmation_that_moved_keeps_its_previous_id(before, tmp_path):
    new(before, xlsform(tmp_path / "s.xlsx", LABELS[:1], title="Tout autre"))
    (row,) = rows(before)
    assert (row["affirmation_id"], row["previous_id"], row["change"]) == (
        "T02-01",
        "T01-01",
        "identical",
    )


def test_the_wording_alone_proves_what_is_identical():
    same = questionnaire.differences("Porter une stratégie", "Porter une stratégie")
    assert same == "Porter une stratégie"
    assert questionnaire.differences("a b", "b c") == "[-a-] b {+c+}"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("s.lss", b"<document/>", "not a file of LimeSurvey"),
        ("s.lss", b"<!DOCTYPE d [<!ENTITY e 'x'>]><document/>", "not a file of LimeSurvey"),
        ("s.qsf", b"{}", "not the structure of a survey"),
        ("s.xlsx", b"PK\x03\x04", "not an XLSX workbook"),
        ("s.docx", b"", "not a survey's structure that can be read"),
        ("s.pdf", None, "the file is missing"),
    ],
)
def test_what_is_no_structure_is_one_clear_problem(before, tmp_path, capsys, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert new(before, tmp_path / name) == 1
    told = capsys.readouterr().err
    assert "1 problem:" in told
    assert words in told
    assert not before.raw("2027").exists()


def test_a_survey_without_a_scale_is_refused(before, tmp_path, capsys):
    assert new(before, xlsform(tmp_path / "s.xlsx", LABELS, scale=["Oui", "Non"])) == 1
    assert "no question has three choices" in capsys.readouterr().err
