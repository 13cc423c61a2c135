"""A new edition's folder: what it takes over, what it leaves to decide, and that check names it."""

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.survey import newedition
from barolib.survey.edition import read_edition
from barolib.survey.intake import read_raw

DECIDED = """\
title:
  fr: Nouvelle
  en: New
fieldwork: {start: "2033-01", end: "2033-02"}
provenance: {tables: published}
"""


@pytest.fixture
def made(tiny):
    """The folder of 2033, made from the edition counted by hand."""
    newedition.create(tiny.layout, "2033", "2030")
    tiny.edition, tiny.folder = "2033", tiny.layout.raw("2033")
    return tiny


def decide(study):
    """Fills what edition.yml leaves blank."""
    kept = study.text("edition.yml").split("\nscale:")[1]
    study.write("edition.yml", f'id: "2033"\n{DECIDED}panel: {{respondents: 8}}\nscale:{kept}')
    study.write("published_distributions.csv", "printed_row,printed_as,p1,p2,p3,p4,page\n")
    study.append("published_distributions.csv", "R1,T02-01,40,20,20,20,9")


def test_themes_and_questionnaire_are_carried_over_and_nothing_else(made):
    assert sorted(path.name for path in made.folder.iterdir()) == [
        "edition.yml",
        "questionnaire.csv",
        "themes.csv",
    ]
    header, *rows = made.rows("questionnaire.csv")
    assert header[-2:] == ["previous_id", "change"]
    assert [row[0] for row in rows] == ["T01-01", "T01-02", "T02-01", "T02-02"]
    assert all((row[-2], row[-1]) == (row[0], "") for row in rows)
    assert made.rows("themes.csv")[1] == ["T01", "theme", "1", "Première", "First"]
    assert made.layout.editions() == ["2030", "2033"]


def test_check_names_everything_that_is_left_to_decide(made):
    found = {(each.file, each.row, each.column) for each in made.problems()}
    assert found == {
        *[("edition.yml", "", key) for key in ("title.fr", "fieldwork.start", "fieldwork.end")],
        *[("questionnaire.csv", str(line), "change") for line in (2, 3, 4, 5)],
    }
    assert all(each.fix for each in made.problems())


def test_provenance_and_each_row_are_asked_for_once_the_settings_are_filled(made):
    decide(made)
    made.replace("edition.yml", "{tables: published}", "{}")
    made.remove("published_distributions.csv")
    made.cell("questionnaire.csv", "T01-02", "change", "reworded")
    found = {(each.file, each.row, each.column) for each in made.problems()}
    assert found == {
        ("edition.yml", "", "provenance"),
        *[("questionnaire.csv", str(line), "change") for line in (2, 4, 5)],
    }


def test_an_edition_whose_blanks_are_filled_is_read(made):
    decide(made)
    for key in ("T01-01", "T01-02", "T02-01"):
        made.cell("questionnaire.csv", key, "change", "identical")
    made.cell("questionnaire.csv", "T02-02", "change", "new")
    made.cell("questionnaire.csv", "T02-02", "previous_id", "")
    raw = made.read()
    assert raw.edition.scale == read_edition(made.layout.raw("2030") / "edition.yml").scale
    assert raw.questionnaire["change"].tolist() == ["identical"] * 3 + ["new"]


def keys(text):
    return {line.split(":")[0] for line in text.splitlines() if line[:1].isalpha()}


def test_settings_keep_their_comments_and_not_what_only_the_old_edition_is(study):
    newedition.create(study.layout, "2033", "2021")
    text = (study.layout.raw("2033") / "edition.yml").read_text(encoding="utf-8")
    assert "# lowest level that counts as implementation" in text
    assert "statuses:                             # legal kinds of local authority\n" in text
    assert not any(word in text for word in ("panel", "18000000", "Baromètre", "2020-11"))
    assert keys(text) == keys(study.text("edition.yml")) - {"panel", "licences"}


@pytest.mark.parametrize("name", ["2021", "../2033", "a b", "", "2033/", "common", "2033_vs_2021"])
def test_a_folder_that_is_there_or_has_no_name_is_refused(study, name):
    before = sorted(study.layout.root.rglob("*"))
    with pytest.raises(StudyError):
        newedition.create(study.layout, name, "2021")
    assert sorted(study.layout.root.rglob("*")) == before


def test_a_name_that_some_systems_take_for_another_editions_is_refused(tiny):
    newedition.create(tiny.layout, "2033-bis", "2030")
    with pytest.raises(StudyError, match="the folder is there already"):
        newedition.create(tiny.layout, "2033-BIS", "2030")
    assert tiny.layout.editions() == ["2030", "2033-bis"]


def test_an_old_edition_at_fault_is_told_and_nothing_is_written(tiny):
    tiny.drop_column("themes.csv", "kind")
    with pytest.raises(StudyError, match="column kind"):
        newedition.create(tiny.layout, "2033", "2030")
    assert tiny.layout.editions() == ["2030"]


def test_the_command_says_what_is_to_decide(tiny, capsys):
    words = ["new", "2033", "--from", "2030", "--root", str(tiny.layout.root)]
    assert cli.main(words) == 0
    told = capsys.readouterr().out
    assert "data/raw/2033: 3 themes and 4 affirmations of 2030 carried over" in told
    assert all(f"\n{number}. " in told for number in range(1, 6))
    with pytest.raises(StudyError):
        read_raw(tiny.layout, "2033")


@pytest.mark.parametrize(
    ("editions", "fix"), [(["2030"], "--from 2030"), ([], "--structure FILE; or an edition before")]
)
def test_without_an_edition_to_begin_from_another_is_named_or_a_structure_asked_for(
    tiny, editions, fix
):
    if not editions:
        tiny.folder.rename(tiny.folder.with_name("aside"))
        (tiny.folder.with_name("aside") / "edition.yml").unlink()
    with pytest.raises(StudyError) as error:
        newedition.create(tiny.layout, "2033")
    (problem,) = error.value.problems
    assert fix in problem.fix
    assert tiny.layout.editions() == editions
