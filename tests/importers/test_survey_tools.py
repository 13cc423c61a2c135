"""Exports as tools make them: right cell by cell, or what is not sure is asked for."""

import json
import zipfile

import pandas as pd
import pytest
import yaml

from barolib import cli
from barolib.errors import StudyError
from barolib.importers import exportfile, importing, inhabitants, mapping
from support import tools

LIMESURVEY = sorted(path.name for path in (tools.DATA / "limesurvey").glob("A_*"))
LEVELS = ["Pas encore abordé", "Réflexion engagée", "Orientations formalisées"]


@pytest.fixture
def layout(tmp_path):
    """The study that the exports of LimeSurvey answer."""
    return tools.study(tmp_path / "study", "limesurvey")


@pytest.fixture
def small(tmp_path):
    """The study of three affirmations, and a function: an export of it by name, or of a text."""
    layout = tools.study(tmp_path / "study", "imports")

    def export(content):
        if content.endswith(".csv"):
            return tools.DATA / "imports" / content
        path = tmp_path / "export.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return layout, export


def drafted(layout, path):
    return importing.draft(layout, tools.EDITION, path, None)


def imported(layout, path, used):
    used = used.model_copy(update={"to_confirm": []})
    return importing.import_responses(layout, tools.EDITION, path, used)


def levels(found):
    return found.answers.set_index("respondent_id").fillna("").T.to_dict("list")


# ---------------------------------------------------------------------------- LimeSurvey


@pytest.mark.parametrize("name", [*(n for n in LIMESURVEY if n != "A_incomplete.csv"), "s.lsa"])
def test_every_export_of_limesurvey_is_right_cell_by_cell(layout, name):
    path = tools.DATA / "limesurvey" / name
    used = tools.reviewed(drafted(layout, path))
    found = imported(layout, path, used)
    names = dict(zip(found.respondents["respondent_id"], found.respondents["name"], strict=True))
    answers = found.answers.fillna("").set_index("respondent_id").rename(index=names)
    truth = tools.truth()
    assert answers.to_dict("index") == {name: tools.answers(row) for name, row in truth.items()}
    people = found.respondents.fillna("").set_index("name")
    for name, row in truth.items():
        assert people.loc[name, "status"] == tools.CODES[row["statut"]]
        assert people.loc[name, "population"] == row["pop"]


def test_the_default_style_takes_five_lines_of_a_person(layout):
    used = drafted(layout, tools.DATA / "limesurvey" / "A_default.csv")
    text = yaml.safe_dump(used.model_dump(), allow_unicode=True)
    assert len(used.to_confirm) + text.count("?'") <= 5
    assert [line.split(":")[0] for line in used.to_confirm] == [
        "person",
        "responses",
        "statuses",
        "respondents",
    ]


def test_abridged_headings_that_are_alike_go_by_their_place_and_are_doubted(layout):
    doubts = drafted(layout, tools.DATA / "limesurvey" / "A_abbrev.csv").to_confirm
    (alike,) = [line for line in doubts if "by its place" in line]
    assert all(id_ in alike for id_ in ("T10-05", "T10-06"))


def test_partial_responses_alone_are_refused(layout):
    path = tools.DATA / "limesurvey" / "A_incomplete.csv"
    with pytest.raises(StudyError, match="no response is complete"):
        imported(layout, path, drafted(layout, path))


def test_the_archive_gives_the_wording_that_was_asked(layout):
    doubts = drafted(layout, tools.DATA / "limesurvey" / "s.lsa").to_confirm
    assert "its text is not the label (1): T01-04" in doubts[0]
    assert "Interdire" in doubts[0]


def test_an_archive_without_responses_or_with_a_document_type_is_refused(tmp_path):
    with zipfile.ZipFile(tools.DATA / "limesurvey" / "s.lsa") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for spoil, words in (
        (lambda name, part: None if name.endswith(".lsr") else part, "no responses"),
        (lambda name, part: part.replace(b"?>", b"?><!DOCTYPE d [<!ENTITY e 'x'>]>", 1), "damaged"),
        (lambda name, part: part[:-400], "damaged"),
    ):
        path = tmp_path / "e.lsa"
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                if (content := spoil(name, part)) is not None:
                    archive.writestr(name, content)
        with pytest.raises(StudyError, match=words):
            exportfile.read(path)


# ---------------------------------------------------------------------------- the smallest inputs


def test_name_and_status_are_found_in_the_default_style(small):
    layout, export = small
    used = drafted(layout, export("01_lime_default.csv"))
    assert "nom de votre" in used.person.name
    assert "statut de votre" in used.person.status
    assert used.statuses == {"Ville": "ville"}


def test_a_code_whose_text_is_another_sentence_is_to_confirm(small):
    layout, export = small
    doubts = drafted(layout, export("02_code_right_text_other.csv")).to_confirm
    assert "its text is not the label (1): T01-02 = T01[02]" in doubts[0]


def test_a_responses_id_is_no_authoritys(small):
    layout, export = small
    path = export("04_surveymonkey.csv")
    used = drafted(layout, path)
    assert used.person.respondent_id is None
    assert any("End Date may stand in partial responses" in line for line in used.to_confirm)
    assert levels(imported(layout, path, used)) == {"R001": ["2", "2", "2"]}


def test_qualtrics_ids_hold_in_any_language_of_its_interface(small):
    layout, export = small
    path = export("05_qualtrics_german_ui.csv")
    used = drafted(layout, path)
    rules = used.responses
    assert used.person.status == "Q2 / Statut de la collectivité"
    assert (rules.complete.values, rules.test.values) == (["1"], ["1"])
    found = imported(layout, path, used)
    assert found.respondents["name"].tolist() == ["Ville A"]


def test_completed_is_the_date_of_submission(small):
    layout, export = small
    path = export("06_lime2_completed.csv")
    found = imported(layout, path, drafted(layout, path))
    assert found.respondents["name"].tolist() == ["Ville A"]


def test_ids_without_their_marks_are_known(small):
    layout, export = small
    path = export("07_lime_codes.csv")
    assert levels(imported(layout, path, drafted(layout, path))) == {"R001": ["1", "2", "3"]}


def test_where_every_response_is_partial_it_is_said(small):
    layout, export = small
    path = export("08_only_partial.csv")
    with pytest.raises(StudyError, match="no response is complete"):
        imported(layout, path, drafted(layout, path))


def test_a_heading_blank_in_both_rows_makes_no_response_of_the_second(small):
    layout, export = small
    path = export("09_blank_in_both_rows.csv")
    used = drafted(layout, path)
    assert used.export.heading_rows == 2
    assert levels(imported(layout, path, used)) == {"R001": ["2", "1", "3"]}


def test_inhabitants_as_typed_are_proposed_and_asked(small):
    layout, export = small
    path = export("11_population.csv")
    used = drafted(layout, path)
    assert used.populations == {"250 000 habitants": "250000", "48.000": "48000"}
    assert any(line.startswith("populations: as they were typed (2)") for line in used.to_confirm)
    found = imported(layout, path, used)
    assert found.respondents["population"].tolist() == ["250000", "48000"]
    unsaid = used.model_copy(update={"populations": {"250 000 habitants": "?", "48.000": "48000"}})
    with pytest.raises(StudyError, match="not a number of inhabitants"):
        imported(layout, path, unsaid)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,2 million", "1200000"),
        ("environ 98 000", "98000"),
        ("98k", "98000"),
        ("12,5 milliers d'habitants", "12500"),
        ("48.000", "48000"),
        ("1.234.567 hab.", "1234567"),
        ("48,5", None),
        ("20 000 à 30 000", None),
        ("beaucoup", None),
        ("", None),
    ],
)
def test_a_number_is_read_where_a_text_has_one(typed, meant):
    assert inhabitants.likely(typed) == meant


# ---------------------------------------------------------------------------- roles

ANSWERS = "Tenir à jour un plan numérique,Former chaque année les agents,"
ANSWERS += "Mesurer la qualité des services"


@pytest.mark.parametrize(
    ("headings", "cells", "role", "value"),
    [
        ("_submission_time,_id,nom", "2025-02-01T08:00:00,7,A", "submitted", "_submission_time"),
        ("LASTDATA,FINISHED,CASE", "2025-02-01 08:00:00,1,7", "submitted", "LASTDATA"),
        ("LASTDATA,FINISHED,CASE", "2025-02-01 08:00:00,1,7", "complete", "FINISHED"),
        ("record_id,baro_complete,nom", "1,2,A", "complete", "baro_complete"),
        ("Heure de fin,Nom,Votre ville", "2/1/25 8:00:00,x,A", "submitted", "Heure de fin"),
        ("Heure de fin,Nom,Votre ville", "2/1/25 8:00:00,x,A", "name", "Votre ville"),
        ("Horodateur,Commune", "01/02/2025 08:00:00,A", "name", "Commune"),
        ("État,Commune", "Terminé,A", "complete", "État"),
        ("Statut,Commune", "1,A", "complete", None),
        ("Statut,Commune", "Ville,A", "status", "Statut"),
        ("Kind of body,Commune", "Villes,A", "status", "Kind of body"),
        ("Respondent ID,Response ID,id", "1,2,3", "respondent_id", None),
        ("respondent_id,Commune", "R007,A", "respondent_id", "respondent_id"),
        ("infos/statut,infos/nom", "Ville,A", "status", "infos/statut"),
        ("Horodateur,Commune", "2025/02/01 8:00:00 AM UTC+1,A", "submitted", "Horodateur"),
        ("Heure de soumission,Commune", "01/02/2025 - 08:00,A", "submitted", "Heure de soumission"),
        ("Completed,Commune", "yes,A", "submitted", None),
        ("ID de répondant,Nom de famille,Ville", "1,Durand,A", "name", "Ville"),
        ("DATE_ENREG,Ville", "01/02/2025 08:00:00,A", "submitted", "DATE_ENREG"),
        ("Response Type,Ville", "completed,A", "complete", "Response Type"),
        (
            "Heure de soumission,SID,Ville",
            "2025-02-01 08:00,4,A",
            "submitted",
            "Heure de soumission",
        ),
    ],
)
def test_columns_are_known_by_their_tools_ids_then_by_words(small, headings, cells, role, value):
    layout, export = small
    used = drafted(layout, export(f"{headings},{ANSWERS}\n{cells},{','.join(LEVELS)}\n"))
    known = used.person.model_dump() | used.responses.model_dump()
    assert (known[role]["column"] if role == "complete" and value else known[role]) == value


def test_what_no_tool_is_known_to_say_is_asked_for(small):
    layout, export = small
    rows = f"Finished,Commune,{ANSWERS}\n1,A,{','.join(LEVELS)}\nvielleicht,B,{','.join(LEVELS)}\n"
    doubts = drafted(layout, export(rows)).to_confirm
    assert "responses complete: what is said in Finished by vielleicht?" in doubts


def test_what_is_not_found_is_asked_for_with_its_consequence(small):
    layout, export = small
    rows = f"x,{ANSWERS}\n1,{','.join(LEVELS)}\n2,{LEVELS[0]},,\n"
    doubts = drafted(layout, export(rows)).to_confirm
    assert [line.split(";")[0] for line in doubts] == [
        "person name: none found",
        "person status: none found",
        "responses submitted: none found",
    ]
    assert "each of 2 responses" in doubts[0]
    assert "1 that leave the last affirmations blank" in doubts[2]


def test_where_no_heading_matches_nothing_is_drafted(small):
    layout, export = small
    with pytest.raises(StudyError, match="no heading is that of an affirmation") as error:
        drafted(layout, export("Nom,Q1,Q2\nA,1,2\n"))
    assert "--structure" in error.value.problems[0].fix


def test_an_answer_may_mean_something_else_under_one_affirmation(small):
    layout, export = small
    path = export("07_lime_codes.csv")
    used = drafted(layout, path)
    answers = used.answers | {"T01-02": {"2": "5"}}
    found = imported(layout, path, used.model_copy(update={"answers": answers}))
    assert levels(found) == {"R001": ["1", "5", "3"]}
    wrong = used.model_copy(update={"answers": used.answers | {"T01-02": {"2": "9"}}})
    with pytest.raises(StudyError, match="not a known value"):
        imported(layout, path, wrong)


# ---------------------------------------------------------------------------- set by hand


def test_what_hangs_on_a_heading_set_by_hand_is_drafted_again(small, capsys):
    layout, export = small
    rows = "".join(f"{line},{n},{','.join(LEVELS)}\n" for n, line in enumerate(["A,Ville", "B,?"]))
    path = export(f"who,what,x,{ANSWERS}\n{rows}")
    words = ["import", str(path), "--edition", "2025", "--root", str(layout.root)]
    place = layout.raw("2025") / "import.yml"
    assert cli.main(words) == 0
    text = place.read_text(encoding="utf-8")
    assert "respondents: {}" in text
    text = text.replace("name: null", "name: who").replace("status: null", "status: what")
    place.write_text(text.replace("submitted: null", "submitted: null"), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(words) == 0
    assert "Nothing is imported yet" in capsys.readouterr().out
    used = mapping.read(place)
    assert used.respondents == {"A": "R001", "B": "R002"}
    assert used.statuses == {"?": "?", "Ville": "ville"}
    assert used.ignored == ["x"]
    assert not any(line.startswith("person") for line in used.to_confirm)
    assert cli.main(words) == 1
    mapping.write(place, used.model_copy(update={"to_confirm": [], "statuses": {"?": "ville",
                  "Ville": "ville"}}), {})  # fmt: skip
    assert cli.main(words) == 0
    found = (layout.raw("2025") / "respondents.csv").read_text(encoding="utf-8")
    assert found == "respondent_id,name,status,population\nR001,A,ville,\nR002,B,ville,\n"


def test_a_later_export_adds_its_names_and_keeps_what_was_decided(small):
    layout, export = small
    row = f"Ville,{','.join(LEVELS)}\n"
    used = drafted(layout, export(f"Commune,Statut,{ANSWERS}\nA,{row}"))
    used = used.model_copy(update={"respondents": {"A": "X9", "a": "Y"}, "to_confirm": []})
    path = export(f"Commune,Statut,{ANSWERS}\nA,{row}a,{row}B,{row}")
    after = importing.redraft(layout, tools.EDITION, path, used)
    assert after.respondents == {"A": "X9", "a": "Y", "B": "X10"}
    assert importing.redraft(layout, tools.EDITION, path, after) == after


# ---------------------------------------------------------------------------- forms of files


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("s.lss", (tools.DATA / "limesurvey" / "s.lss").read_bytes(), "structure of a LimeSurvey"),
        ("r.lsr", b"<d><LimeSurveyDocType>Responses</LimeSurveyDocType></d>", "without their"),
        ("s.qsf", b'{"SurveyEntry": {}, "SurveyElements": []}', "structure of a Qualtrics"),
        ("a.pdf", b"%PDF-1.7", "a PDF"),
        ("a.json", b'{"a": 1}', "not a text in"),
    ],
)
def test_what_holds_no_answers_is_told_how_to_export_them(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StudyError, match=words) as error:
        exportfile.read(path)
    assert len(error.value.problems[0].fix) > 20


def test_an_xlsform_and_a_sheet_to_choose(tmp_path):
    path = tmp_path / "e.xlsx"
    with pd.ExcelWriter(path) as book:
        for name in ("survey", "choices"):
            pd.DataFrame({"type": ["text"], "name": ["q"]}).to_excel(book, sheet_name=name)
    with pytest.raises(StudyError, match="an XLSForm"):
        exportfile.read(path)
    assert exportfile.read(path, sheet="choices").sheet == "choices"
    with pytest.raises(StudyError, match="no such sheet"):
        exportfile.read(path, sheet="choix")


def test_older_json_of_limesurvey_has_its_responses_by_number(tmp_path):
    path = tmp_path / "e.json"
    path.write_text(json.dumps({"responses": [{"1": {"a": "x", "b": None}}, {"2": {"a": 2.0}}]}))
    table = exportfile.read(path).table.fillna("")
    assert table.to_dict("index") == {"2": {"a": "x", "b": ""}, "3": {"a": "2", "b": ""}}


def people():
    return pd.DataFrame(
        {"nom": ["Ville A", "Ville B"], "T01_01": [1.0, 7.0], "T01_02": [2.0, None]}
    )


LABELS = {1: LEVELS[0], 2: LEVELS[1], 7: "Non concerné"}


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_statistics_are_read_by_their_value_labels(tmp_path, ending):
    pyreadstat = pytest.importorskip("pyreadstat")
    path, labels = tmp_path / f"e.{ending}", {"T01_01": "Tenir à jour un plan numérique"}
    more = {"missing_ranges": {"T01_01": [7]}} if ending == "sav" else {}
    write = pyreadstat.write_sav if ending == "sav" else pyreadstat.write_dta
    write(people(), path, column_labels=labels, variable_value_labels={"T01_01": LABELS}, **more)
    table = exportfile.read(path).table
    assert table.columns[1] == "T01_01 / Tenir à jour un plan numérique"
    assert table.fillna("").values.tolist() == [
        ["Ville A", LEVELS[0], "2"],
        ["Ville B", "Non concerné", ""],
    ]


def test_a_damaged_file_of_statistics_is_one_clear_problem(tmp_path):
    pytest.importorskip("pyreadstat")
    path = tmp_path / "e.sav"
    path.write_bytes(b"$FL2 no")
    with pytest.raises(StudyError, match="cannot be read"):
        exportfile.read(path)


@pytest.mark.parametrize(
    ("name", "package"), [("e.sav", "pyreadstat"), ("e.xls", "python-calamine")]
)
def test_a_package_that_is_missing_is_named(tmp_path, monkeypatch, name, package):
    monkeypatch.setattr(importing.exportfile.formats.importlib, "import_module", missing)
    path = tmp_path / name
    path.write_bytes(b"$FL2" if name.endswith("sav") else b"\xd0\xcf\x11\xe0")
    with pytest.raises(StudyError, match=f"takes the package {package}") as error:
        exportfile.read(path)
    assert f"pip install {package}" in error.value.problems[0].fix


def missing(name):
    raise ImportError(name)


def test_an_open_document_is_read(tmp_path):
    pytest.importorskip("python_calamine")
    path = tmp_path / "e.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", ODS.replace("\n<", "<").replace("\n", " "))
    assert exportfile.read(path).table.to_dict("index") == {"2": {"a": "x", "b": "4"}}


MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="s"><table:table-row>
<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="4"><text:p>4</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
