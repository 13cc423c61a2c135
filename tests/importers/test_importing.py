"""The import: what each tool's export becomes, what is asked before, what is refused and logged."""

import csv
import hashlib

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.importers import mapping
from barolib.importers.exportfile import read
from barolib.importers.importing import draft, import_responses, notes
from barolib.importers.mapping import Mapping
from barolib.survey.edition import read_yaml
from support import importing as samples

CODES, FULL = "limesurvey-codes.csv", "limesurvey-full-text.csv"
FILES = sorted(path.name for path in samples.SAMPLES.iterdir() if path.suffix != ".md")


@pytest.fixture
def survey(tiny):
    """The edition that the samples answer, without answers yet."""
    return samples.make(tiny)


def told(survey, file=FULL, **more):
    """The mapping that is drafted, everything to confirm confirmed."""
    found = draft(survey.layout, "2030", samples.SAMPLES / file, None)
    answers = {cell: "NC" if cell == "A5" else level for cell, level in found.answers.items()}
    return found.model_copy(update={"to_confirm": [], "answers": answers, **more})


def brought(survey, file=FULL, **more):
    return import_responses(
        survey.layout, "2030", samples.SAMPLES / file, told(survey, file, **more)
    )


def faults(survey, file=FULL, **more):
    with pytest.raises(StudyError) as error:
        brought(survey, file, **more)
    assert not (survey.folder / "answers.csv").exists()
    return {(p.file, p.row, p.column, p.value) for p in error.value.problems}


# ---------------------------------------------------------------------------------- the formats


@pytest.mark.parametrize("file", FILES)
def test_every_tool_says_the_same(survey, file):
    brought(survey, file)
    names = {row[1]: row[0] for row in survey.rows("respondents.csv")}
    new = {names[name] for name in ("ville d'Auréville", "Agglomération du Grand-Lac")}
    assert len(new) == 2
    assert not new & {"C07", "C11"}
    for name, expected in (("respondents", samples.RESPONDENTS), ("answers", samples.ANSWERS)):
        lac = names["Agglomération du Grand-Lac"]
        assert survey.text(f"{name}.csv") == expected.replace("C13", lac)
    assert survey.problems() == []


@pytest.mark.parametrize("file", FILES)
def test_no_response_no_column_and_no_cell_leaves_silently(survey, file):
    found = brought(survey, file)
    source = told(survey, file).export
    export, log = read(samples.SAMPLES / file, source.heading_rows), found.log
    rows = log[~log["rule"].isin(["column", "answer"])]
    assert len(rows) + len(found.answers) == len(export.table)
    used = mapping.Mapping.model_dump(told(survey, file))
    headings = [*used["affirmations"].values(), *used["person"].values()]
    headings += [used["responses"]["submitted"]]
    headings += [flag["column"] for key in ("complete", "test") if (flag := used["responses"][key])]
    out = log.loc[log["rule"] == "column", "column"]
    assert {*filter(None, headings), *out} == set(export.table.columns)
    assert rows["rule"].tolist().count("duplicate") == 1


def test_the_log_names_the_export_and_each_line_that_was_left_out(survey):
    brought(survey)
    rows = {(row[1], row[5]): row[3] for row in survey.rows("import_log.csv")}
    assert rows["4", "partial"] == "Communauté des Brumes"
    assert rows["5", "excluded"] == "TEST cabinet"
    assert ("3", "duplicate") in rows
    assert ("C12", "added") in rows
    digest = hashlib.sha256((samples.SAMPLES / FULL).read_bytes()).hexdigest()
    assert survey.rows("import_log.csv")[1][5:] == ["export", f"SHA-256 {digest}"]


# ---------------------------------------------------------------------------------- the draft


@pytest.mark.parametrize(
    ("file", "guessed"),
    [
        (FULL, ["responses: tests, by their name (1): line 5 TEST cabinet"]),
        ("qualtrics.csv", []),
        (
            "merged-headings.xlsx",
            [
                "responses: tests, by their name (1): line 5 TEST cabinet",
                "answers: a number is taken for the level (4): 1 = 1, 2 = 2, 3 = 3, 4 = 4",
            ],
        ),
        (
            CODES,
            [
                "affirmations: by the number of its sub-question (4): T01-01 = T01[SQ001], "
                "T01-02 = T01[SQ002], T02-01 = T02[SQ001], T02-02 = T02[SQ002]",
                "person: by its heading (2): population = POP, name = NOM",
                "responses: tests, by their name (1): line 5 TEST cabinet",
                "answers: by the number in the code (4): A1 = 1, A2 = 2, A3 = 3, A4 = 4",
                "answers: not understood (1): A5 = ?",
            ],
        ),
    ],
)
def test_what_is_guessed_and_nothing_else_is_to_confirm(survey, file, guessed):
    found = draft(survey.layout, "2030", samples.SAMPLES / file, None)
    assert found.to_confirm == guessed


def test_a_heading_that_is_alike_is_proposed_and_doubted(survey):
    survey.replace(
        "questionnaire.csv", "Mesurer la satisfaction des", "Mesurer la satisfaction de ses"
    )
    survey.replace("questionnaire.csv", "Proposer toutes les démarches en ligne", "Autre chose")
    found = draft(survey.layout, "2030", samples.SAMPLES / FULL, None)
    alike, missing = found.to_confirm[1], found.to_confirm[0]
    assert alike.startswith("affirmations: by a likeness of 0.9")
    assert missing == "affirmations: no heading was found (1): T02-01"
    assert found.affirmations["T02-01"] is None
    assert any("démarches" in heading for heading in found.ignored)


def test_a_code_that_says_another_affirmation_than_the_text_is_doubted(survey):
    export = survey.layout.root / "export.csv"
    text = (samples.SAMPLES / "limesurvey-code-and-text.csv").read_text(encoding="utf-8")
    text = text.replace("T01[SQ001]", "T0-1").replace("T01[SQ002]", "T01-01")
    export.write_text(text.replace("T0-1", "T01-02"), encoding="utf-8")
    found = draft(survey.layout, "2030", export, None)
    assert "Porter" in found.affirmations["T01-01"]
    doubts = [each for each in found.to_confirm if each.startswith("affirmations")]
    assert [each.split(": ")[1].split(" (1)")[0] for each in doubts] == [
        "its code is that of T01-02",
        "its code is that of T01-01",
    ]


def test_the_draft_reads_back_as_it_was_written(survey):
    found = draft(survey.layout, "2030", samples.SAMPLES / CODES, None)
    mapping.write(survey.folder / "import.yml", found, notes(survey.layout, "2030"))
    assert read_yaml(survey.folder / "import.yml", Mapping) == found
    text = survey.text("import.yml")
    assert "  T02-02: T02[SQ002]  # Mesurer la satisfaction des usagers\n" in text
    assert "  A4: '4'  # Amélioration continue\n" in text
    assert [each.file for each in survey.problems()] == ["respondents.csv", "answers.csv"]


def test_nothing_is_imported_before_the_second_call(survey, capsys):
    words = ["import", str(samples.SAMPLES / FULL), "--edition", "2030"]
    words += ["--root", str(survey.layout.root)]
    assert cli.main(words) == 0
    shown = capsys.readouterr().out
    assert "to confirm: responses: tests, by their name (1): line 5 TEST cabinet" in shown
    assert "Nothing is imported yet" in shown
    assert cli.main(words) == 1
    assert "column to_confirm: to confirm" in capsys.readouterr().err
    assert not (survey.folder / "answers.csv").exists()
    line = "- 'responses: tests, by their name (1): line 5 TEST cabinet'\n"
    survey.replace("import.yml", f"to_confirm:\n{line}", "to_confirm: []\n")
    assert cli.main(words) == 0
    assert survey.text("answers.csv") == samples.ANSWERS.replace("C13", "C14")
    assert "1 duplicate, 1 excluded, 1 partial" in capsys.readouterr().out


# ---------------------------------------------------------------------------------- who counts


def test_partial_responses_are_kept_where_the_mapping_says_so(survey):
    rules = told(survey).responses.model_copy(update={"partial": "keep"})
    found = brought(survey, responses=rules)
    assert found.answers.set_index("respondent_id").loc["C13"].tolist()[0] == "2"


def test_the_latest_complete_response_is_kept_whatever_the_order(survey):
    text = (samples.SAMPLES / FULL).read_text(encoding="utf-8-sig")
    header, *lines = text.strip().splitlines()
    shuffled = survey.layout.root / "export.csv"
    shuffled.write_text("\n".join([header, *reversed(lines)]), encoding="utf-8")
    used = draft(survey.layout, "2030", shuffled, None).model_copy(update={"to_confirm": []})
    found = import_responses(survey.layout, "2030", shuffled, used)
    ours = {row.name: row.respondent_id for row in found.respondents.itertuples()}
    row = found.answers.set_index("respondent_id").loc[ours["ville d'Auréville"]]
    assert row.tolist() == ["1", "2", "1", "4"]


def test_a_respondent_listed_before_keeps_its_row_and_one_without_answers_stays(survey):
    listed = "respondent_id,name,status,population\nC11,Ville d’Auréville,ville,60000\n"
    survey.write("respondents.csv", f"{listed}C02,Ville muette,ville,\n")
    for _ in range(2):  # a second import starts from the same list
        brought(survey)
        rows = survey.rows("respondents.csv")[1:]
        assert [row[0] for row in rows] == ["C02", "C07", "C11", "C13"]
        assert rows[2] == ["C11", "Ville d’Auréville", "ville", "60000"]
        log = [row for row in survey.rows("import_log.csv") if row[5] == "listed"]
        assert [(row[1], row[2], row[3], row[4]) for row in log] == [
            ("C11", "name", "ville d'Auréville", "Ville d’Auréville"),
            ("C11", "population", "61000", "60000"),
        ]
    assert survey.problems() == []


def test_an_authority_of_a_synthetic_edition_is_nobodys_namesake(survey):
    before = survey.layout.raw("2028")
    settings = (before / "edition.yml").read_text(encoding="utf-8")
    settings = settings.replace("collected", "synthetic")
    (before / "edition.yml").write_text(settings, encoding="utf-8")
    people = (before / "respondents.csv").read_text(encoding="utf-8").replace("C07", "R001")
    (before / "respondents.csv").write_text(people, encoding="utf-8")
    ids = told(survey).respondents
    assert ids["Métropole de Valmont"] == "R002"


def test_a_name_that_is_only_alike_is_asked_about_and_merges_nobody(survey):
    text = (samples.SAMPLES / FULL).read_text(encoding="utf-8-sig")
    export = survey.layout.root / FULL
    export.write_text(text.replace("Métropole de Valmont", "Métropole de Valmond"), "utf-8")
    found = draft(survey.layout, "2030", export, None)
    assert found.respondents["Métropole de Valmond"] == "C12"
    doubt = "respondents: Métropole de Valmond: C12, or C07 if it is metropole de valmont"
    assert doubt in found.to_confirm


@pytest.mark.parametrize("other", ["Valmont", "Valmont Métropole", "CA de Valmont", "VALMOND"])
def test_the_words_that_name_no_place_do_not_tell_authorities_apart(survey, other):
    listed = "".join(f"C2{n},Commune de {name},ville,9\n" for n, name in enumerate(PLACES))
    survey.write("respondents.csv", f"respondent_id,name,status,population\n{listed}")
    text = (samples.SAMPLES / FULL).read_text(encoding="utf-8-sig")
    export = survey.layout.root / FULL
    export.write_text(text.replace("Métropole de Valmont", other), "utf-8")
    doubts = draft(survey.layout, "2030", export, None).to_confirm
    alike = [each for each in doubts if each.startswith("respondents")]
    assert alike == [f"respondents: {other}: C25, or C07 if it is metropole de valmont"]


PLACES = ["Brelan", "Corso", "Touville", "Falmont", "Marvi"]


def test_one_name_under_two_statuses_may_be_two_authorities(survey):
    text = (samples.SAMPLES / FULL).read_text(encoding="utf-8-sig")
    export, name = survey.layout.root / FULL, "Agglomération du Grand-Lac"
    export.write_text(text.replace(name, "Métropole de Valmont"), "utf-8")
    assert draft(survey.layout, "2030", export, None).to_confirm[1:] == [
        "respondents: one name, several statuses; if two authorities, rename one in the export"
        " (1): metropole de valmont (2, 7)"
    ]


def test_responses_without_a_name_are_respondents_of_their_own(survey):
    person = told(survey).person.model_copy(update={"name": None})
    ignored = [*told(survey).ignored, "Nom de la collectivité"]
    found = brought(survey, person=person, ignored=ignored, respondents={})
    assert found.answers["respondent_id"].tolist() == ["C12", "C13", "C14", "C15"]


# ---------------------------------------------------------------------------------- refusals


def test_every_hindrance_is_told_at_once_with_its_place(survey):
    used = told(survey)
    rules = used.responses.model_copy(update={"exclude": {5: "a test", 99: "no such line"}})
    found = faults(
        survey,
        responses=rules,
        answers={**used.answers, "Non concerné": "?", "Amélioration continue": "5"},
        statuses={**used.statuses, "Ville": "town"},
        affirmations={**used.affirmations, "T02-01": "No such"},
        to_confirm=["look"],
    )
    assert {(column, value) for _, _, column, value in found} == {
        ("exclude", "99"),
        ("answers", "?"),
        ("answers", "5"),
        ("statuses", "town"),
        ("T02-01", "No such"),
        ("ignored", used.affirmations["T02-01"]),
        ("to_confirm", "look"),
    }


def test_cells_of_which_nothing_is_said_are_told_with_their_line(survey):
    used = told(survey)
    answers = {cell: level for cell, level in used.answers.items() if level != "4"}
    people = {name: id_ for name, id_ in used.respondents.items() if id_ != "C07"}
    rules = used.responses.model_copy(update={"date_format": "%d/%m/%Y"})
    found = faults(survey, answers=answers, respondents=people, responses=rules)
    assert (FULL, "2", used.person.name, "Métropole de Valmont") in found
    assert (FULL, "2", used.affirmations["T01-01"], "Amélioration continue") in found
    assert (FULL, "6", used.responses.submitted, "2025-03-14 08:30:00") in found


def test_a_population_that_can_be_read_in_two_ways_is_refused(survey):
    text = (samples.SAMPLES / FULL).read_text(encoding="utf-8-sig")
    export = survey.layout.root / FULL
    export.write_text(text.replace("250 000", "250,000"), encoding="utf-8")
    with pytest.raises(StudyError, match="not a number of inhabitants") as error:
        import_responses(survey.layout, "2030", export, told(survey))
    assert error.value.problems[0].value == "250,000"


def test_answers_that_were_not_imported_and_a_seal_are_left_alone(survey):
    survey.write("answers.csv", "respondent_id,T01-01\nC07,1\n")
    survey.write("SHA256SUMS", "")
    before = survey.text("answers.csv")
    with pytest.raises(StudyError) as error:
        brought(survey)
    assert {each.file for each in error.value.problems} == {"answers.csv", "SHA256SUMS"}
    assert survey.text("answers.csv") == before


@pytest.mark.parametrize(
    "content",
    [b"", b"\r\n\r\n", b"only", b"a;b\n1;\"2\n", b"\xff\xfe\x00", b"PK\x03\x04rest", b"a\0b;c\n1;2",
     b"a;b\n1;2;3\n1;2;3;4\n", b"\x81\x8d;x\n"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["export.csv", "export.xlsx"])
def test_a_file_that_is_no_export_is_one_clear_problem(survey, content, name):
    path = survey.layout.root / name
    path.write_bytes(content)
    with pytest.raises(StudyError) as error:
        draft(survey.layout, "2030", path, None)
    assert all(each.file == name and each.fix for each in error.value.problems)


def test_a_formula_in_a_name_stays_text(survey):
    text = (samples.SAMPLES / FULL).read_text(encoding="utf-8-sig")
    export = survey.layout.root / FULL
    export.write_text(text.replace("Métropole de Valmont", "=1+1"), encoding="utf-8")
    used = draft(survey.layout, "2030", export, None).model_copy(update={"to_confirm": []})
    import_responses(survey.layout, "2030", export, used)
    assert "=1+1" in {row[1] for row in survey.rows("respondents.csv")}


# ---------------------------------------------------------------------------------- emptiness


def test_an_import_that_matches_no_affirmation_is_refused(survey):
    used = told(survey)
    none = dict.fromkeys(used.affirmations)
    ignored = [*used.ignored, *used.affirmations.values()]
    found = faults(survey, affirmations=none, ignored=ignored)
    assert found == {("import.yml", "", "affirmations", "")}


def export_of(survey, spoil):
    """The full export with each row spoilt, and its mapping."""
    header, *rows = csv.reader((samples.SAMPLES / FULL).read_text("utf-8-sig").splitlines())
    path = survey.layout.root / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [dict(zip(header, row, strict=True)) for row in rows if row]
        csv.writer(file).writerows([header, *map(spoil, rows)])
    return path, draft(survey.layout, "2030", path, None).model_copy(update={"to_confirm": []})


@pytest.mark.parametrize("keep", ["drop", "keep"])
def test_where_no_response_is_complete_it_is_said_so(survey, keep):
    submitted = told(survey).responses.submitted
    path, used = export_of(survey, lambda row: [*(row | {submitted: ""}).values()])
    doubts = draft(survey.layout, "2030", path, None).to_confirm
    blank = f"{submitted} is blank in every response, so that none is complete"
    assert f"responses submitted: {blank}" in doubts
    assert not any("date_format" in doubt for doubt in doubts)
    rules = used.responses.model_copy(update={"partial": keep})
    used = used.model_copy(update={"responses": rules})
    if keep == "keep":
        assert len(import_responses(survey.layout, "2030", path, used).answers) == 4
        return
    with pytest.raises(StudyError) as error:
        import_responses(survey.layout, "2030", path, used)
    assert "excluded or partial" in error.value.problems[0].message
    rules = rules.model_copy(update={"exclude": {}})
    with pytest.raises(StudyError) as error:
        import_responses(survey.layout, "2030", path, used.model_copy(update={"responses": rules}))
    (problem,) = error.value.problems
    assert (problem.message, problem.column) == ("no response is complete", submitted)
    assert not (survey.folder / "answers.csv").exists()


def test_where_every_response_is_excluded_it_is_said_so(survey):
    rules = told(survey).responses
    out = dict.fromkeys(range(2, 8), "not ours")
    with pytest.raises(StudyError, match="no response counts: each is excluded") as error:
        brought(survey, responses=rules.model_copy(update={"exclude": out}))
    assert len(error.value.problems) == 1


def test_where_every_answer_is_blank_it_is_said_so(survey):
    headings = told(survey).affirmations.values()
    path, used = export_of(survey, lambda row: [*(row | dict.fromkeys(headings, "")).values()])
    with pytest.raises(StudyError) as error:
        import_responses(survey.layout, "2030", path, used)
    assert [problem.message for problem in error.value.problems] == ["every answer is blank"]
    assert not (survey.folder / "answers.csv").exists()


def test_codes_without_marks_are_those_of_the_affirmations(survey):
    path = survey.layout.root / "export.csv"
    path.write_text("nom;statut;T0101;T0102;T0201;T0202\nValmont;Ville;1;2;3;4\n", "utf-8")
    found = draft(survey.layout, "2030", path, None)
    assert found.affirmations == {f"{code[:3]}-{code[3:]}": code for code in
                                  ("T0101", "T0102", "T0201", "T0202")}  # fmt: skip
    survey.append("questionnaire.csv", "T010-1,T01,3,Autre,,,,new")
    assert draft(survey.layout, "2030", path, None).affirmations["T01-01"] is None


# ---------------------------------------------------------------------------------- its files


def test_the_log_names_the_sheet_that_was_read(survey):
    file = "microsoft-forms.xlsx"
    brought(survey, file)
    digest = hashlib.sha256((samples.SAMPLES / file).read_bytes()).hexdigest()
    assert survey.rows("import_log.csv")[1][5:] == ["export", f"SHA-256 {digest}, sheet Sheet1"]


def test_dates_of_summer_and_winter_are_compared(survey):
    submitted, hours = told(survey).responses.submitted, iter(["+01:00", "+02:00"] * 3)

    def zoned(row):
        date = row[submitted] and row[submitted].replace(" ", "T") + next(hours)
        return [*(row | {submitted: date}).values()]

    path, used = export_of(survey, zoned)
    assert used.responses.date_format == "ISO8601"
    assert len(import_responses(survey.layout, "2030", path, used).answers) == 3


def test_a_form_that_is_none_of_dates_is_told(survey):
    rules = told(survey).responses.model_copy(update={"date_format": "%Q"})
    assert faults(survey, responses=rules) == {("import.yml", "", "date_format", "%Q")}


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("respondent_id,name\nC11,a\nC11,b\n", {("2", "respondent_id"), ("3", "respondent_id")}),
        ("name,status\nVal,ville\n", {("", "respondent_id")}),
        ("respondent_id,status\nC02,\n", {("2", "status")}),
        ("respondent_id,population\n\nC11,x\n", {("3", "population")}),
        ("respondent_id,nom\nC11,a\n", {("", "nom")}),
    ],
)
def test_faults_of_the_list_are_told_with_its_own_lines(survey, listed, found):
    used = told(survey)
    survey.write("respondents.csv", listed)
    with pytest.raises(StudyError) as error:
        import_responses(survey.layout, "2030", samples.SAMPLES / FULL, used)
    assert {(p.file, p.row, p.column) for p in error.value.problems} == {
        ("respondents.csv", *place) for place in found
    }


def test_a_log_that_is_none_of_an_import_is_told(survey):
    used = told(survey)
    survey.write("respondents.csv", "respondent_id,name\nC11,a\n")
    survey.write("import_log.csv", "a,b\n1,2\n")
    with pytest.raises(StudyError, match="not the log of an import"):
        import_responses(survey.layout, "2030", samples.SAMPLES / FULL, used)
