"""The dry run: answers to a questionnaire of which nothing is published."""

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.importers import importing, mapping
from barolib.simulation import synthetic
from barolib.survey.intake import read_raw

LISTED = """respondent_id,name,status,population
R1,Ville A,city,52000
R2,Ville B,city,
R3,Bourg C,town,3100
R4,Bourg D,town,2900
"""
CODES = ("panel:", "status", "not_co")


@pytest.fixture
def unasked(tiny):
    """A questionnaire with a panel stated in edition.yml, and nothing published of it."""
    tiny.replace("edition.yml", "{tables: published}", "{answers: synthetic}")
    panel = "panel: {respondents: 40, by_status: {city: 25, town: 15}}\n"
    statuses = "statuses: [{id: city, label: {fr: Ville}}, {id: town, label: {fr: Bourg}}]\n"
    tiny.replace("edition.yml", "panel: {respondents: 8}\n", panel + statuses)
    for path in tiny.folder.glob("*.csv"):
        if path.name not in ("themes.csv", "questionnaire.csv"):
            path.unlink()
    return tiny


def levels(study):
    answers = read_raw(study.layout, "2030").answers
    return answers.pivot(index="respondent_id", columns="affirmation_id", values="level")


def test_a_stated_panel_answers_every_affirmation_alike_twice_over(unasked):
    paths = synthetic.make(unasked.layout, "2030").paths
    assert [path.name for path in paths] == ["respondents.csv", "answers.csv"]
    raw = unasked.read()
    assert raw.participants["status"].value_counts().to_dict() == {"city": 25, "town": 15}
    assert raw.respondents["respondent_id"].str.startswith("E2030-").all()
    assert (raw.respondents["population"] > 0).all()
    found = levels(unasked)
    assert (found.notna().mean() > 0.6).all()  # nine in ten, more or less
    assert found.nunique().min() >= 3  # a distribution, not one level
    written = unasked.text("answers.csv")
    synthetic.make(unasked.layout, "2030")
    assert unasked.text("answers.csv") == written


def test_the_more_mature_on_one_affirmation_are_so_on_others(unasked):
    """One maturity behind all answers: without it, subgroups and scores would show nothing."""
    synthetic.make(unasked.layout, "2030")
    correlations = levels(unasked).astype("float64").corr()
    assert correlations.to_numpy()[~(correlations == 1)].mean() > 0.2


def test_those_who_are_listed_answer_and_their_list_stays_as_it_was(unasked):
    unasked.replace(
        "edition.yml", "panel: {respondents: 40, by_status: {city: 25, town: 15}}\n", ""
    )
    unasked.write("respondents.csv", LISTED)
    assert [path.name for path in synthetic.make(unasked.layout, "2030").paths] == ["answers.csv"]
    assert unasked.text("respondents.csv") == LISTED
    assert set(unasked.read().answers["respondent_id"]) == {"R1", "R2", "R3", "R4"}


def test_a_list_is_never_written_over_by_a_stand_in_for_what_is_published(unasked):
    unasked.write("respondents.csv", LISTED)
    header = "claim_id,page,edition,subject,group,levels,statistic,comparator,value,qualifier,note"
    unasked.write("published_claims.csv", f"{header}\nK1,1,2030,T01-01,,1,share,=,0.5,,half\n")
    with pytest.raises(StudyError, match="lists those who are asked"):
        synthetic.make(unasked.layout, "2030")
    assert unasked.text("respondents.csv") == LISTED


def test_the_command_says_that_they_are_simulated(unasked, capsys):
    assert cli.main(["stand-in", "2030", "--root", str(unasked.layout.root)]) == 0
    assert capsys.readouterr().out.count("(simulated)") == 2


def test_an_export_never_joins_simulated_answers(unasked, tmp_path):
    synthetic.make(unasked.layout, "2030")
    export = tmp_path / "export.csv"
    export.write_text("name,status,T01-01,T01-02,T02-01\nVille A,city,1,2,3\n", encoding="utf-8")
    used = importing.draft(unasked.layout, "2030", export, None)
    mapping.write(unasked.folder / mapping.NAME, used, {})
    written = unasked.text("respondents.csv")
    with pytest.raises(StudyError) as error:
        importing.import_responses(unasked.layout, "2030", export, used)
    told = {(problem.file, problem.column) for problem in error.value.problems}
    assert ("edition.yml", "provenance.answers") in told
    assert unasked.text("respondents.csv") == written


def test_a_panel_that_nobody_states_is_of_thirty_as_many_of_each_status(unasked, capsys):
    unasked.replace(
        "edition.yml", "panel: {respondents: 40, by_status: {city: 25, town: 15}}\n", ""
    )
    assert cli.main(["stand-in", "2030", "--root", str(unasked.layout.root)]) == 0
    assert "dry run of 2030: 30 respondents, 4 affirmations" in capsys.readouterr().out
    statuses = unasked.read().participants["status"].value_counts()
    assert statuses.to_dict() == {"city": 15, "town": 15}


def test_no_status_and_no_code_of_what_does_not_concern_is_needed(unasked):
    kept = [row for row in unasked.text("edition.yml").splitlines() if row[:6] not in CODES]
    unasked.write("edition.yml", "\n".join([*kept, "not_concerned: []", ""]))
    synthetic.make(unasked.layout, "2030")
    raw = unasked.read()
    assert raw.respondents["status"].isna().all()
    assert set(raw.answers["reason"].dropna()) == {"no_answer"}


@pytest.mark.parametrize("listed", [None, LISTED])
def test_simulated_answers_are_never_taken_for_collected_ones(unasked, listed):
    if listed:
        unasked.write("respondents.csv", listed)
    synthetic.make(unasked.layout, "2030")
    unasked.replace("edition.yml", "answers: synthetic", "answers: collected")
    told = {problem.file for problem in unasked.problems()}
    assert told == {"answers.csv"} if listed else {"answers.csv", "respondents.csv"}


@pytest.mark.parametrize("listed", [None, LISTED])
def test_an_import_takes_the_place_of_the_dry_run_and_keeps_a_list(unasked, tmp_path, listed):
    if listed:
        unasked.write("respondents.csv", listed)
    synthetic.make(unasked.layout, "2030")
    unasked.replace("edition.yml", "answers: synthetic", "answers: collected")
    asked = "T01-01,T01-02,T02-01,T02-02"
    rows = [f"Ville {letter},city,1,2,3,4\n" for letter in "AYZ"]
    export = tmp_path / "export.csv"
    export.write_text(f"name,status,{asked}\n{''.join(rows)}", encoding="utf-8")
    used = importing.draft(unasked.layout, "2030", export, None)
    used = used.model_copy(update={"to_confirm": []})
    importing.import_responses(unasked.layout, "2030", export, used)
    raw = unasked.read()
    names = {"Ville A", "Ville Y", "Ville Z"} | (
        {"Ville B", "Bourg C", "Bourg D"} if listed else set()
    )
    assert set(raw.respondents["name"]) == names
    assert raw.answers.groupby("affirmation_id")["level"].agg(["min", "max", "size"]).to_dict(
        "index"
    ) == {
        id_: {"min": level, "max": level, "size": 3}
        for id_, level in zip(asked.split(","), (1, 2, 3, 4), strict=True)
    }
    written = unasked.text("answers.csv")
    unasked.replace("edition.yml", "answers: collected", "answers: synthetic")
    with pytest.raises(StudyError, match="the answers were imported"):
        synthetic.make(unasked.layout, "2030")
    assert unasked.text("answers.csv") == written
