"""What two editions share, and whether it carries a word on a whole theme."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.compare import comparison, coverage, delta, deltathemes

SHARES = st.none() | st.tuples(st.floats(0, 1), st.floats(0, 1))


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))), SHARES)
def test_a_verb_needs_half_of_the_affirmations_two_at_least_and_half_of_each_panel(counts, shares):
    compared, asked = counts
    found = coverage.covered(compared, asked, shares)
    enough = 2 * compared >= asked and (compared > 1 or asked == 1)
    assert found == (enough and (shares is None or min(shares) >= 0.5))


@pytest.mark.parametrize(
    ("compared", "asked", "found"),
    [(1, 1, True), (1, 2, False), (1, 6, False), (2, 3, True), (3, 6, True), (2, 5, False)],
)
def test_one_affirmation_of_six_carries_no_word(compared, asked, found):
    assert coverage.covered(compared, asked, None) is found


def themes(studies):
    pair = comparison.of_raws([study.read() for study in reversed(studies)])
    return deltathemes.themes(pair, delta.affirmations(pair))[0].set_index("theme_id")


def test_the_table_says_of_how_many_affirmations_and_of_which_part_of_the_panels(two):
    found = themes(two)
    assert found["affirmations"].to_list() == [1, 1]
    assert found["asked"].to_list() == [2, 2]
    # R1…R8 are of both statuses in both panels.
    assert found["statuses_before"].to_list() == found["statuses_after"].to_list() == [1, 1]
    assert not found["covered"].any()
    two[0].cell("questionnaire.csv", "T01-02", "change", "identical")
    assert themes(two)["covered"].to_dict() == {"T01": True, "T02": False}


def test_panels_without_a_status_in_common_carry_no_word(two):
    two[0].cell("questionnaire.csv", "T01-02", "change", "identical")
    kinds = "  - {id: county, label: {fr: Département}}\n  - {id: city, label"
    two[1].replace("edition.yml", "  - {id: city, label", kinds)
    for each in ("R1", "R2", "R3", "R4", "R7", "R8"):
        two[1].cell("respondents.csv", each, "status", "county")
    found = themes(two)
    assert found[["statuses_before", "statuses_after"]].to_numpy().tolist() == [[0, 0]] * 2
    assert not found["covered"].any()
    two[1].cell("respondents.csv", "R7", "status", "town")
    # One of six was of a status of the later panel; two of its five are of that status.
    assert themes(two)["statuses_before"].iloc[0] == pytest.approx(1 / 6)
    assert themes(two)["statuses_after"].iloc[0] == pytest.approx(2 / 5)


def test_statuses_that_are_not_known_are_not_held_against_a_theme(two):
    two[0].cell("questionnaire.csv", "T01-02", "change", "identical")
    kept = two[1].text("edition.yml")
    start, end = kept.index("statuses:"), kept.index("size_classes:")
    two[1].write("edition.yml", kept[:start] + kept[end:])
    for each in ("R1", "R2", "R3", "R4", "R7", "R8"):
        two[1].cell("respondents.csv", each, "status", "")
    found = themes(two)
    assert found["statuses_before"].isna().all()
    assert found.loc["T01", "covered"]


def test_the_published_makeup_of_a_panel_stands_for_respondents_that_are_not_known(study):
    raw = study.read()
    counts = raw.edition.panel.by_status
    assert coverage.common_statuses(raw, raw) == (1, 1)
    assert sum(counts.values()) == raw.edition.panel.respondents
