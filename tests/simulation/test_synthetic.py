"""The stand-in: the answers in data/raw, and the generator on a study that can be counted."""

import csv
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.files import textfile
from barolib.files.layout import Layout
from barolib.reconstruction import claim_check, edition_tables, printed_rows
from barolib.simulation import synthetic
from barolib.simulation.count_programme import CountProgramme, EditionBases, linear_constraints
from barolib.simulation.targets import plausible_counts
from barolib.statistics import distribution, scoring
from barolib.survey.intake import read_raw

# ---------------------------------------------------------------------------------- data/raw


def judged(layout, edition):
    """The table claims of an edition, with those before it in its layout."""
    raw = read_raw(layout, edition)
    tables = edition_tables.previous_tables(layout, edition) | {
        edition: edition_tables.build_tables(raw)
    }
    return claim_check.check_claims(raw.claims, tables).set_index("claim_id")


@pytest.fixture(scope="module")
def editions(project):
    """The raw tables of both editions."""
    return {each: read_raw(Layout.at(project), each) for each in ("2018", "2021")}


@pytest.fixture(scope="module")
def verdicts(project):
    return judged(Layout.at(project), "2021")


@pytest.fixture(scope="module")
def golden(project):
    """The counts behind the 34 printed rows, by affirmation."""
    with (project / "tests/golden/reconstruction-2021.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {row["affirmation_id"]: [int(row[f"n{k}"]) for k in range(1, 7)] for row in rows}


def counts_of(answers, raw):
    table = distribution.from_answers(answers, raw.questionnaire, raw.edition)
    return {each: rows["n"].tolist() for each, rows in table.groupby("affirmation_id")}


def test_the_answers_give_the_counts_of_every_printed_row(editions, golden):
    found = counts_of(editions["2021"].answers, editions["2021"])
    assert len(golden) == 34
    assert {each: found[each] for each in golden} == golden


def test_95_percent_of_the_sentences_agree_and_the_method_lists_the_others(verdicts, project):
    agree = verdicts["verdict"] == "agrees"
    assert len(verdicts) == 222
    assert agree.mean() >= 0.95
    text = (project / "docs" / "method.md").read_text(encoding="utf-8")
    tables = re.findall(r"\n\| sentence \|.*?\n\n", text, re.DOTALL)
    told = {each for table in tables for each in re.findall(r"^\| (C\w+-\d+) ", table, re.M)}
    assert set(verdicts.index[~agree]) == told
    n = verdicts[agree]["basis"].value_counts()
    assert n.to_dict() == {"stand_in": 186, "printed_tables": 30}
    sentence = (
        f"{agree.sum()} agree: {n['printed_tables']} by printed tables alone, {n['stand_in']}"
    )
    assert sentence in text


def test_panels_are_those_published_and_say_that_they_are_simulated(editions):
    assert {e: raw.panel for e, raw in editions.items()} == {"2018": 39, "2021": 34}
    for raw in editions.values():
        people = raw.respondents
        assert people["status"].value_counts().to_dict() == raw.edition.panel.by_status
        assert people["name"].str.startswith("Répondant simulé").all()
        off = people["population"].sum() / raw.edition.panel.inhabitants
        assert 0.95 <= off <= 1
        assert raw.edition.provenance.answers == "synthetic"


def test_twenty_respondents_are_in_both_editions_and_answer_alike(editions):
    both = editions["2018"].respondents.merge(editions["2021"].respondents)
    ids = set(editions["2018"].respondents["respondent_id"])
    assert len(both) == len(ids & set(editions["2021"].respondents["respondent_id"])) == 20
    scores = {}
    for edition, raw in editions.items():
        table = scoring.respondent_scores(raw.answers, raw.members, raw.edition).query(
            "theme_id == 'general'"
        )
        scores[edition] = table.set_index("respondent_id")["score"]
    pair = pd.DataFrame(scores).dropna()
    assert 0.3 < pair.corr().iloc[0, 1] < 0.95


def test_groups_are_those_told_and_the_peloton_holds_both_profiles(editions):
    own = edition_tables.build_tables(editions["2021"]).groups
    assert own["group"].value_counts().to_dict() == {"peloton": 20, "laggards": 9, "leaders": 5}
    assert own["profile"].value_counts().min() >= 5


def test_answers_of_a_respondent_are_correlated(editions):
    raw = editions["2021"]
    levels, _ = scoring.matrices(raw.answers)
    found = levels.corr(min_periods=20).to_numpy()
    assert np.nanmean(found[np.triu_indices_from(found, 1)]) > 0.1


@pytest.mark.slow
def test_answers_made_anew_are_as_true(project, golden, tmp_path, editions):
    """Not their bytes: another machine's arithmetic may lead the solver to other counts."""
    layout = Layout.at(tmp_path)
    for edition in editions:
        layout.raw(edition).mkdir(parents=True)
        for path in Layout.at(project).raw(edition).iterdir():
            if path.name not in ("answers.csv", "respondents.csv", "SHA256SUMS"):
                (layout.raw(edition) / path.name).write_bytes(path.read_bytes())
    raws = [synthetic.without_answers(layout, edition) for edition in editions]
    for edition, (people, answers) in synthetic.generate(raws).items():
        textfile.write(layout.raw(edition) / "respondents.csv", people)
        textfile.write(layout.raw(edition) / "answers.csv", answers)
    raw = read_raw(layout, "2021")
    found = counts_of(raw.answers, raw)
    assert {each: found[each] for each in golden} == golden
    assert (judged(layout, "2021")["verdict"] == "agrees").mean() >= 0.95


# ---------------------------------------------------------------------------------- a small study

PANEL = """\
panel: {respondents: 8, inhabitants: 80000, by_status: {city: 5, town: 3}}
statuses: [{id: city, label: {fr: Ville}}, {id: town, label: {fr: Bourg}}]
size_classes: [10000]
seed: 7
"""
HEADER = "claim_id,page,edition,subject,group,levels,statistic,comparator,value,qualifier,note\n"
TOLD = """\
K1,8,2030,T02-02,,3-4,share,=,0.75,,6 of 8 or 3 of 4
K2,8,2030,T02-02,,1,share,=,0.13,,1 of 8
K3,8,2030,T02,,,rank,=,2,,
K4,8,2030,T02-02,,,order,>,0,,vs T02-01: ahead
K5,8,2030,panel,,,count,=,8,,
K6,8,2030,inhabitants,,,count,~,80000,près de,
K7,8,2030,T02-02,,1,share,>,0.5,plus de,cannot be beside K1 and K2
K8,8,2030,T01-02,,,change,>,0,,
K9,8,2030,T01-01,,,change,>,0,,
K10,8,2028,P1,,3,share,=,0.5,,
"""


@pytest.fixture
def simulated(tiny):
    """The edition counted by hand and the one before it, of three levels, without answers."""
    tiny.replace("edition.yml", "{tables: published}", "{tables: published, answers: synthetic}")
    tiny.replace("edition.yml", "panel: {respondents: 8}\n", PANEL)
    tiny.write("published_claims.csv", HEADER + TOLD)
    questions = tiny.text("questionnaire.csv")
    questions = questions.replace("Deuxième,Second,X1,,new", "Deuxième,Second,X1,P2,identical")
    tiny.write("questionnaire.csv", questions.replace("First,,,new", "First,,P1,identical"))
    folder = tiny.layout.raw("2028")
    folder.mkdir()
    edition = tiny.text("edition.yml").replace('"2030"', '"2028"')
    edition = edition.replace("  - {level: 4, stage: done, label: {fr: Fait, en: Done}}\n", "")
    edition = edition.replace("tables: published, ", "")
    files = {
        "edition.yml": edition.replace("8, inhabitants: 80000", "7, inhabitants: 40000").replace(
            "city: 5", "city: 4"
        ),
        "themes.csv": "theme_id,kind,position,label_fr,label_en\nT01,theme,1,Première,First\n",
        "questionnaire.csv": (
            "affirmation_id,theme_id,position,label_fr,label_en,transverse_ids,previous_id,change\n"
            "P1,T01,1,Un,One,,,\nP2,T01,2,Deux,Two,,,\n"
        ),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return tiny


def made(study, *editions):
    for edition in editions:
        synthetic.make(study.layout, edition)


def test_a_small_study_gets_the_counts_of_its_rows_and_all_sentences_that_can_be_met(simulated):
    made(simulated, "2030", "2028")
    raw = simulated.read()
    found = counts_of(raw.answers, raw)
    assert found["T01-01"] == [1, 2, 3, 1]
    assert found["T01-02"] == [0, 1, 3, 4]
    assert found["T02-01"] == [2, 1, 1, 1]
    table = judged(simulated.layout, "2030")
    assert table.index[table["verdict"] != "agrees"].tolist() == ["K7"]
    assert table.loc[["K1", "K8", "K10"], "basis"].tolist() == ["stand_in"] * 3


def test_answers_are_levels_codes_and_blanks_and_the_same_people_are_in_both(simulated):
    made(simulated, "2030", "2028")
    cells = {cell for row in simulated.rows("answers.csv")[1:] for cell in row[1:]}
    assert cells <= {"1", "2", "3", "4", "NC", ""}
    (header, *rows), folder = simulated.rows("respondents.csv"), simulated.layout.raw("2028")
    assert header == ["respondent_id", "name", "status", "population"]
    assert [row[2] for row in rows].count("city") == 5
    assert len({row[0] for row in rows}) == 8
    with (folder / "respondents.csv").open(encoding="utf-8") as file:
        former = list(csv.reader(file))[1:]
    # 65 % of the smaller panel: 3 of 4 cities and 2 of 3 towns.
    assert len([row for row in former if row in rows]) == 5


def test_the_same_edition_gives_the_same_bytes_and_another_seed_others(simulated):
    made(simulated, "2030")
    once = simulated.text("answers.csv")
    made(simulated, "2030")
    assert simulated.text("answers.csv") == once
    simulated.replace("edition.yml", "seed: 7", "seed: 8")
    made(simulated, "2030")
    assert simulated.text("answers.csv") != once


def test_groups_have_the_sizes_told_and_stay_within_their_cuts(simulated):
    shares = {"leaders": 0.25, "peloton": 0.50, "laggards": 0.25}
    lines = [f"G-{g},8,2030,general,{g},,group_share,=,{s},,\n" for g, s in shares.items()]
    lines.append("G-4,8,2030,T02,laggards,,order,<,0,,vs group leaders;peloton: behind\n")
    simulated.write("published_claims.csv", HEADER + "".join(lines))
    settings = "group_cuts: {leaders: 3.2, peloton: 2.3}"
    simulated.append("edition.yml", settings)
    made(simulated, "2030", "2028")
    assert set(judged(simulated.layout, "2030")["verdict"]) == {"agrees"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("answers: synthetic", "answers: collected", "never replaced"),
        (", answers: synthetic", "", "never replaced"),
        ("by_status: {city: 5, town: 3}", "by_status: {city: 5}", "by_status"),
        ("by_status: {city: 5, town: 3}", "by_status: {city: 5, village: 3}", "statuses"),
    ],
)
def test_what_is_no_stand_in_or_has_no_panel_is_refused(simulated, old, new, told, capsys):
    simulated.replace("edition.yml", old, new)
    simulated.write("answers.csv", "collected answers")
    root = str(simulated.layout.root)
    assert cli.main(["stand-in", "2030", "--root", root]) == 1
    assert told in capsys.readouterr().err
    assert simulated.text("answers.csv") == "collected answers"


def test_the_command_writes_both_files_and_says_what_comes_next(simulated, capsys):
    assert cli.main(["stand-in", "2030", "--root", str(simulated.layout.root)]) == 0
    assert "barolib check 2030 --seal" in capsys.readouterr().out
    assert {"answers.csv", "respondents.csv"} <= {p.name for p in simulated.folder.iterdir()}


def test_rows_that_no_panel_can_have_are_told(simulated):
    simulated.replace("published_distributions.csv", "14,29,43,14", "14,29,43,99")
    with pytest.raises(StudyError, match="no counts of up to 8"):
        made(simulated, "2030")


# ---------------------------------------------------------------------------------- counts


@pytest.fixture
def part(answered_raw):
    bases = dict.fromkeys(answered_raw.questionnaire["affirmation_id"], 6)
    return EditionBases(answered_raw, {None: bases})


@pytest.fixture
def answered_raw(simulated):
    return synthetic.without_answers(simulated.layout, "2030")


def test_a_plausible_shape_has_the_mean_asked_for():
    for mean in (1.5, 2.9, 4.4):
        n = plausible_counts(mean, 30, 6)
        assert sum(n) == pytest.approx(30)
        assert sum(k * each for k, each in enumerate(n, start=1)) / 30 == pytest.approx(mean)


def test_a_share_is_asked_as_whole_counts(part):
    claim = next(c for c in synthetic.sentences_about([part.raw]) if c.claim_id == "K1")
    ((form, low, high),) = linear_constraints(claim, {"2030": part})
    assert form == {("2030", None, "T02-02", level): 1 for level in (3, 4)}
    assert (low / 6, high / 6) == pytest.approx((0.7445, 0.7555))


def test_a_share_less_than_a_figure_keeps_half_of_it(part, editions):
    claim = next(c for c in synthetic.sentences_about([part.raw]) if c.claim_id == "K1")
    less = replace(claim, comparator="<", value="0.6", qualifier="moins de")
    ((_, low, high),) = linear_constraints(less, {"2030": part})
    assert (low / 6, high / 6) == pytest.approx((0.3, 0.6))
    raw = editions["2021"]
    answers = raw.answers.query("affirmation_id == 'T01-08'")["level"].dropna()
    assert 0.15 <= answers.ge(4).mean() < 0.30  # C01-25: "moins de 30 %"


def test_a_bound_holds_where_its_literal_does_and_costs_nothing_elsewhere(part):
    model = CountProgramme({"2030": part}, [None])
    low = next(c for c in synthetic.sentences_about([part.raw]) if c.claim_id == "K7")
    form = part.counted("T02-02", None, {1: 1})
    model.bound(form, 0, 2)
    model.ask(low)
    model.keep(model.choose())
    found = model.solve()
    # more than half of 6 at level 1 is not among 0 to 2
    assert found["2030", None, "T02-02", 1] <= 2
    assert sum(found["2030", None, "T02-02", level] for level in range(1, 5)) == 6


def test_printed_rows_come_before_the_stand_in(simulated):
    made(simulated, "2030", "2028")
    raw = simulated.read()
    printed = printed_rows.select(
        printed_rows.corrected(raw), raw.questionnaire["affirmation_id"]
    ).index
    table = edition_tables.build_tables(raw).distributions.set_index("affirmation_id")
    assert set(table.loc[printed, "origin"]) == {"printed"}
    assert set(table.drop(printed)["origin"]) == {"answers"}
