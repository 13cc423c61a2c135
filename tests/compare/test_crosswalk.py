"""Which affirmations may be compared: declared identical, at every step, and no other."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib import cli
from barolib.compare import comparison, crosswalk
from barolib.errors import StudyError


def questionnaire(*rows):
    """Rows of affirmation_id, previous_id, change, and a label where it matters."""
    table = pd.DataFrame(
        [(*row, row[0])[:4] for row in rows],
        columns=["affirmation_id", "previous_id", "change", "label_fr"],
    )
    return table.astype("str")


FIRST = questionnaire(("a", None, "new"), ("b", None, "new"), ("c", None, "new"))
SECOND = questionnaire(("k", "a", "identical"), ("l", "b", "reworded"), ("m", None, "new"))
THIRD = questionnaire(
    ("x", "k", "identical"),
    ("y", "l", "identical"),
    ("z", "m", "identical"),
    ("w", None, "new"),
)


def test_two_editions_share_what_is_declared_identical():
    pairs = crosswalk.identical([("1", FIRST), ("2", SECOND)])
    assert pairs.to_dict("list") == {"affirmation_id": ["k"], "previous_id": ["a"]}


def test_over_three_editions_one_reworded_step_is_enough_to_part_them():
    links = crosswalk.links([("1", FIRST), ("2", SECOND), ("3", THIRD)])
    found = links.set_index("affirmation_id")
    assert found["change"].to_dict() == {"x": "identical", "y": "reworded", "z": "new", "w": "new"}
    assert found["previous_id"].dropna().to_dict() == {"x": "a", "y": "b"}


def test_a_chain_holds_a_column_an_edition():
    chain = crosswalk.chain([("1", FIRST), ("2", SECOND), ("3", THIRD)])
    assert chain.to_dict("records") == [{"1": "a", "2": "k", "3": "x"}]


changes = st.sampled_from(["identical", "reworded", "scale_changed", "new"])


@st.composite
def editions(draw):
    """Three questionnaires of four affirmations, linked at random, none claimed twice."""
    before, found = [f"0{n}" for n in range(4)], []
    found.append(("0", questionnaire(*((each, None, "new") for each in before))))
    for edition in (1, 2):
        own = [f"{edition}{n}" for n in range(4)]
        rows = []
        for each, previous in zip(own, draw(st.permutations(before)), strict=True):
            change = draw(changes)
            rows.append((each, None if change == "new" else previous, change))
        found.append((str(edition), questionnaire(*rows)))
        before = own
    return found


@given(editions())
def test_identical_means_declared_so_at_every_step(found):
    pairs = crosswalk.identical(found)
    middle, last = (table.set_index("affirmation_id") for _, table in found[1:])
    expected = {
        own: middle.loc[row.previous_id, "previous_id"]
        for own, row in last.iterrows()
        if row.change == "identical" and middle.loc[row.previous_id, "change"] == "identical"
    }
    assert dict(pairs.itertuples(index=False)) == expected


@pytest.mark.parametrize("change", ["reworded", "scale_changed", "new"])
def test_a_comparison_of_what_is_not_identical_is_refused_with_its_place(change):
    table = questionnaire(("k", None if change == "new" else "a", change))
    with pytest.raises(StudyError) as error:
        crosswalk.identical([("2018", FIRST), ("2021", table)], asked=["k"])
    (problem,) = error.value.problems
    assert (problem.file, problem.row) == ("2021/questionnaire.csv", "k")
    assert (problem.column, problem.value) == ("change", change)
    assert "2018" in problem.message
    assert "identical" in problem.fix


def test_an_unknown_previous_id_is_refused_with_the_nearest():
    table = questionnaire(("k", "A1-1", "identical"), ("l", "b", "identical"))
    first = questionnaire(("A1-01", None, "new"), ("b", None, "new"))
    with pytest.raises(StudyError) as error:
        crosswalk.links([("2018", first), ("2021", table)])
    (problem,) = error.value.problems
    assert (problem.row, problem.column, problem.value) == ("k", "previous_id", "A1-1")
    assert "A1-01" in problem.fix


def test_two_affirmations_cannot_both_be_the_same_one():
    table = questionnaire(("k", "a", "identical"), ("l", "a", "identical"))
    with pytest.raises(StudyError) as error:
        crosswalk.links([("2018", FIRST), ("2021", table)])
    assert [problem.row for problem in error.value.problems] == ["l"]


def test_the_difference_names_every_affirmation_once_and_suggests_by_wording(two):
    raws = [study.read() for study in reversed(two)]
    named = [(raw.edition.id, raw.questionnaire) for raw in raws]
    table = crosswalk.difference(named)
    rows = {
        (row.affirmation_id, row.previous_id): row
        for row in table.fillna({"affirmation_id": "", "previous_id": ""}).itertuples()
    }
    found = {key: row.change for key, row in rows.items()}
    assert found == {
        ("T01-01", "A1"): "identical",
        ("T01-02", "A2"): "reworded",
        ("T02-01", "A3"): "identical",
        ("T02-02", ""): "new",
        ("", "A9"): "dropped",
    }
    assert (rows["T02-02", ""].nearest, rows["", "A9"].nearest) == ("A9", "T02-02")
    assert rows["T01-01", "A1"].likeness == 1
    assert 0 < rows["T01-02", "A2"].likeness < 1


def test_check_prints_the_difference_and_writes_nothing(two, capsys):
    assert cli.main(["check", "2030", "--root", str(two[0].layout.root)]) == 0
    told = capsys.readouterr().out
    assert "against 2028: 2 identical, 1 reworded, 0 scale_changed, 1 new, 1 dropped" in told
    assert "T02-02; like A9" in told


def test_check_of_the_oldest_edition_compares_nothing(two, capsys):
    assert cli.main(["check", "2028", "--root", str(two[0].layout.root)]) == 0
    assert "against" not in capsys.readouterr().out


def test_check_refuses_a_sentence_that_compares_a_reworded_affirmation(two, capsys):
    header = "claim_id,page,edition,subject,levels,statistic,comparator,value,qualifier"
    rows = "C1,1,2030,T01-01,,change,>,0,\nC2,1,2030,T01-02,,change,>,0,"
    two[0].write("published_claims.csv", f"{header}\n{rows}\n")
    assert cli.main(["check", "2030", "--root", str(two[0].layout.root)]) == 1
    told = capsys.readouterr().err
    assert "1 problem" in told
    assert "2030/questionnaire.csv, row T01-02, column change" in told


def test_faults_of_the_edition_before_are_told_as_its_own(two):
    two[1].cell("answers.csv", "R1", "A1", "9")
    with pytest.raises(StudyError) as error:
        comparison.raws(two[0].layout, "2030", None)
    assert [problem.file for problem in error.value.problems] == ["2028/answers"]


def test_editions_that_share_nothing_are_incomparable(two):
    for key in ("T01-01", "T02-01"):
        two[0].cell("questionnaire.csv", key, "change", "reworded")
    with pytest.raises(comparison.Incomparable, match="no affirmation is declared identical"):
        comparison.raws(two[0].layout, "2030", None)


def test_editions_that_implement_from_different_stages_are_incomparable(two):
    two[0].replace("edition.yml", "implementation_from: 3", "implementation_from: 4")
    with pytest.raises(comparison.Incomparable, match="implementation is not that of 2028"):
        comparison.raws(two[0].layout, "2030", None)


@pytest.mark.parametrize("against", ["2030", "2031", "1999"])
def test_only_an_earlier_edition_can_be_compared_with(two, against):
    with pytest.raises(StudyError, match="no edition before 2030 to compare it with"):
        comparison.editions(two[0].layout, "2030", against)


def test_the_edition_before_is_the_default(two):
    assert comparison.editions(two[0].layout, "2030", None) == ["2028", "2030"]
    assert comparison.editions(two[0].layout, "2028", None) == []
