"""Two editions compared: by hand, by property, and from every kind of source."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from barolib.compare import comparison, crosswalk, delta, deltathemes, printedpairs, ranges
from barolib.errors import StudyError
from barolib.statistics import bootstrap, multiplicity, overlap, proportions
from barolib.statistics.overlap import Outcome, Sizes
from barolib.survey import contracts
from support import pairing


@pytest.fixture(scope="module")
def raws(tmp_path_factory):
    """Both editions of `pairing`, the earlier first; not to be changed."""
    studies = pairing.written(tmp_path_factory.mktemp("two"))
    return [study.read() for study in reversed(studies)]


@pytest.fixture(scope="module")
def pair(raws):
    return comparison.of_raws(raws)


@pytest.fixture(scope="module", autouse=True)
def few():
    """The six respondents that are counted by hand stand for as many as may be told of."""
    usual = delta.FEW
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delta, "FEW", 1)
        yield usual


def every_table(pair):
    """Each table of a comparison by name, checked against its contract."""
    own = delta.affirmations(pair)
    themes, panel = deltathemes.themes(pair, own)
    found = {
        "crosswalk": delta.outcomes(pair, own),
        "delta_affirmations": own,
        "delta_cuts": delta.other_cuts(pair),
        "delta_ranges": ranges.of_pair(pair),
        "delta_themes": themes,
        "delta_panel": panel,
        "delta_models": deltathemes.models(pair, own),
        "printed_comparisons": printedpairs.table(pair),
    }
    schemas = contracts.processed_contracts(pair.now.raw.edition)
    return {name: contracts.enforce(table, schemas[name]) for name, table in found.items()}


@pytest.fixture(scope="module")
def found(pair):
    return every_table(pair)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The pair of `pairing`, the whole of T01 declared identical, and its tables."""
    studies = pairing.written(tmp_path_factory.mktemp("whole"))
    studies[0].cell("questionnaire.csv", "T01-02", "change", "identical")
    pair = comparison.of_raws([study.read() for study in reversed(studies)])
    return pair, every_table(pair)


# ---------------------------------------------------------------------------------- by hand


def test_shares_bases_and_deltas_at_implementation(found):
    rows = found["delta_affirmations"].set_index("affirmation_id")
    columns = ["previous_id", "share_before", "base_before", "share_after", "base_after"]
    assert rows.loc["T01-01", columns].to_list() == ["A1", pytest.approx(2 / 6), 6, 0.5, 4]
    assert rows.loc["T02-01", columns].to_list() == ["A3", pytest.approx(1 / 5), 5, 0.5, 4]
    assert rows["delta_pp"].to_dict() == pytest.approx({"T01-01": 100 / 6, "T02-01": 30})
    assert set(rows["basis"]) == {"collected"}
    assert set(rows["verdict"]) == {"not_distinguishable"}


def test_the_shift_counts_levels_that_the_older_scale_cannot_tell_apart_as_one(found):
    # Now 1 2 3 3 (4 is one with 3), before 1 1 1 2 3 3: 15 of 24.
    rows = found["delta_affirmations"].set_index("affirmation_id")
    assert rows.loc["T01-01", "shift"] == pytest.approx(15 / 24)


def test_the_other_cuts_are_told_by_their_stage(found):
    rows = found["delta_cuts"].set_index("affirmation_id")
    assert rows["cut"].to_dict() == {"T01-01": "begun", "T02-01": "begun"}
    assert rows.loc["T01-01", "share_after"] == 0.75
    assert rows.loc["T01-01", "share_before"] == pytest.approx(3 / 6)


def test_a_row_whose_respondents_are_known_is_tested_by_who_answered_twice(found):
    # A1 then T01-01: of four who answered twice R1 stays, R2 rises; R7 and R8 answered A1 alone.
    row = found["delta_affirmations"].set_index("affirmation_id").loc["T01-01"]
    assert (row["method"], row["p_value"]) == (
        "permutation",
        0.5,
    )  # one rises, and might have fallen
    twice = pd.DataFrame([[4, 1, 1, 0]], columns=delta.TWICE)
    sides = (np.array([2]), np.array([4])), (np.array([2]), np.array([6]))
    expected = delta.difference(*sides, twice).iloc[0]
    assert row[["delta_pp", "ci_low", "ci_high"]].to_list() == expected[:3].to_list()
    apart = delta.difference(*sides).iloc[0]
    assert expected["ci_high"] - expected["ci_low"] < apart["ci_high"] - apart["ci_low"]


def test_where_nobody_is_the_same_the_test_is_the_exact_one_of_two_panels(two):
    for number in (1, 2, 3, 4):
        for table in ("respondents.csv", "answers.csv"):
            two[1].replace(table, f"\nR{number},", f"\nQ{number},")
    row = tables_of(two)["delta_affirmations"].set_index("affirmation_id").loc["T01-01"]
    assert row["method"] == "boschloo"
    assert row["p_value"] == proportions.boschloo((2, 4), (2, 6))
    assert row[["ci_low", "ci_high"]].to_list() == pytest.approx(
        [float(bound) for bound in proportions.newcombe((2, 4), (2, 6))]
    )


def test_the_detectable_rise_is_that_of_the_rule_beside_that_of_the_test_alone(two):
    for number in range(30):
        for study, level in ((two[0], "4,4,4,4"), (two[1], "3,3,3,3")):
            person, own = f"N{study.edition}-{number}", level if number % 2 else "1,1,1,1"
            study.append("respondents.csv", f"{person},{person},city,5000")
            study.append("answers.csv", f"{person},{own}")
    rows = tables_of(two)["delta_affirmations"]
    row = rows.set_index("affirmation_id").loc["T01-01"]
    assert (row["method"], len(rows)) == ("permutation", 2)
    # Four answered twice, 30 now alone, 32 before; a verdict takes half of 5 % of two affirmations.
    of_pairs = np.average(
        [
            overlap.correlation(4, 1, Outcome(1, 0, 0, 0)),
            overlap.correlation(4, 1, Outcome(1, 0, 0, 0)),
        ]
    )
    expected = [
        overlap.detectable(row["share_before"], of_pairs, Sizes(4, 30, 32), alpha)
        for alpha in (0.025, 0.05)
    ]
    assert row[["detectable_pp", "detectable_single_pp"]].to_list() == pytest.approx(
        expected, abs=1
    )
    assert row["detectable_pp"] > row["detectable_single_pp"] + 1


def test_under_ten_who_answered_twice_are_not_told_apart(pair, few, monkeypatch):
    monkeypatch.setattr(delta, "FEW", few)
    assert few == 10
    assert set(delta.affirmations(pair)["method"]) == {"boschloo"}


def test_so_few_who_answered_twice_that_they_would_be_told_of_are_not_told_apart(two):
    # R1 alone in both, of two at least.
    for number in (2, 3, 4):
        for table in ("respondents.csv", "answers.csv"):
            two[1].replace(table, f"\nR{number},", f"\nQ{number},")
    assert set(tables_of(two)["delta_affirmations"]["method"]) == {"boschloo"}


def test_a_theme_is_the_mean_of_its_identical_affirmations(found):
    rows = found["delta_themes"].set_index("theme_id")
    assert rows["delta_pp"].to_dict() == pytest.approx({"T01": 100 / 6, "T02": 30})
    assert rows["affirmations"].to_dict() == {"T01": 1, "T02": 1}
    assert (rows["ci_low"] < rows["delta_pp"]).all()


def test_a_theme_of_which_one_affirmation_is_compared_has_what_is_said_of_that_one(found, whole):
    shared = ["delta_pp", "ci_low", "ci_high", "verdict", "basis"]
    for tables, themes in ((found, ["T01", "T02"]), (whole[1], ["T02"])):
        rows = tables["delta_affirmations"].set_index("affirmation_id")
        panel = tables["delta_panel"].set_index("theme_id")
        own = tables["delta_themes"].set_index("theme_id")
        for theme in themes:
            row = rows.loc[f"{theme}-01"]
            assert own.loc[theme, shared].to_list() == row[shared].to_list()
            tested = ["p_value", "p_adjusted"]
            assert panel.loc[theme, tested].to_list() == row[tested].to_list()
    # Of two affirmations it has an interval of its own.
    row = whole[1]["delta_affirmations"].set_index("affirmation_id").loc["T01-01"]
    assert whole[1]["delta_themes"].set_index("theme_id").loc["T01", "ci_low"] != row["ci_low"]


def test_the_panels_part_of_a_theme_is_apart_and_withheld_where_it_would_tell_one_answer(found):
    rows = found["delta_panel"].set_index("theme_id")
    assert rows[["stayers", "leavers", "joiners"]].to_numpy().tolist() == [[4, 2, 2]] * 2
    own, panel = rows.loc["T01", ["stayers_pp", "panel_pp"]]
    assert (own, own + panel) == (pytest.approx(25), pytest.approx(100 / 6))
    # Of the leavers R8 alone answered A3.
    assert rows.loc["T02", ["stayers_pp", "panel_pp"]].isna().all()


def test_the_same_respondents_are_told_apart(found):
    row = found["delta_models"].set_index("affirmation_id").loc["T01-01"]
    assert (row["both"], row["both_pp"], row["both_p"]) == (4, 25, 1)
    assert 0 < row["overlap_p"] < 1


def test_the_second_look_is_adjusted_over_the_family_of_the_first(found):
    models = found["delta_models"].set_index("affirmation_id")
    first, second = (models.loc[name] for name in ("T01-01", "T02-01"))
    low, high = sorted([first["shift_p"], second["shift_p"]])
    adjusted = sorted([first["shift_p_adjusted"], second["shift_p_adjusted"]])
    assert adjusted == pytest.approx([min(2 * low, high), high])


def test_the_crosswalk_says_what_entered_the_deltas(found):
    rows = found["crosswalk"]
    assert sorted(rows["outcome"]) == ["compared"] * 2 + ["not_identical"] * 3


def test_nothing_is_nan_but_what_may_be_blank(found):
    for table in ("delta_affirmations", "delta_cuts", "trends"):
        blank = [c for c in found.get(table, pd.DataFrame()) if found[table][c].isna().any()]
        assert set(blank) <= {"detectable_pp", "detectable_single_pp"}


def test_no_table_given_is_changed(pair):
    sides = (pair.now, pair.before)
    given = [getattr(side, name) for side in sides for name in side.processed()]
    before = [table.copy() for table in (*given, pair.links)]
    every_table(pair)
    assert all(one.equals(other) for one, other in zip(before, (*given, pair.links), strict=True))


def test_an_affirmation_that_nobody_answered_is_left_out_and_said(two):
    for each in ("R1", "R2", "R3", "R4"):
        two[0].cell("answers.csv", each, "T02-01", "")
    pair = comparison.of_raws(comparison.raws(two[0].layout, "2030", None))
    tables = every_table(pair)
    assert tables["delta_affirmations"]["affirmation_id"].to_list() == ["T01-01"]
    outcome = tables["crosswalk"].set_index("affirmation_id")["outcome"]
    assert outcome["T02-01"] == "no_figures"


# ---------------------------------------------------------------------------------- property


changes = st.lists(
    st.sampled_from(["identical", "reworded", "scale_changed", "new"]), min_size=4, max_size=4
)


@given(changes, st.permutations(["A1", "A2", "A3", "A9"]))
@settings(max_examples=12)
def test_nothing_that_is_not_declared_identical_ever_enters_a_delta(raws, pair, change, previous):
    before, now = raws
    questionnaire = now.questionnaire.assign(
        change=change,
        previous_id=[
            None if each == "new" else old for each, old in zip(change, previous, strict=True)
        ],
    )
    now = replace(now, questionnaire=questionnaire.astype({"previous_id": "str"}))
    declared = {
        row.affirmation_id: row.previous_id
        for row in questionnaire.itertuples()
        if row.change == "identical"
    }
    named = [("2028", before.questionnaire), ("2030", now.questionnaire)]
    changed = comparison.Pair(
        replace(pair.now, raw=now),
        pair.before,
        crosswalk.identical(named),
        crosswalk.difference(named),
    )
    if not declared:
        with pytest.raises(comparison.Incomparable):
            comparison.of_raws([before, now])
    themes = questionnaire.set_index("affirmation_id")["theme_id"]
    for name, table in every_table(changed).items():
        if "previous_id" in table and name != "crosswalk":
            pairs = dict(zip(table["affirmation_id"], table["previous_id"], strict=True))
            assert pairs.items() <= declared.items()
        elif name in ("delta_ranges", "delta_models"):
            assert set(table["affirmation_id"]) <= set(declared)
        elif "theme_id" in table:
            assert set(table["theme_id"]) == set(themes[list(declared)])
    assert set(delta.affirmations(changed)["affirmation_id"]) == set(declared)


# ---------------------------------------------------------------------------------- sources


PRINTED = "printed_row,printed_as,p1,p2,p3,p4,page\nP1,T01-01,25,25,25,25,1\n"


def printed_now(study):
    """The later edition known from a printed row alone, which admits 4 and 8 respondents."""
    study.replace(
        "edition.yml",
        "provenance: {answers: collected}",
        "provenance: {tables: published}\npanel: {respondents: 8}",
    )
    for name in ("answers.csv", "respondents.csv"):
        study.remove(name)
    study.write("published_distributions.csv", PRINTED)


def printed_before(study):
    study.replace(
        "edition.yml",
        "provenance: {answers: collected}",
        "provenance: {tables: published}\npanel: {respondents: 6}",
    )
    for name in ("answers.csv", "respondents.csv"):
        study.remove(name)
    study.write(
        "published_distributions.csv", "printed_row,printed_as,p1,p2,p3,page\nP1,A1,50,17,33,1\n"
    )


def tables_of(studies):
    return every_table(comparison.of_raws(comparison.raws(studies[0].layout, "2030", None)))


def test_answers_against_printed_tables_go_through_every_count_that_these_allow(two):
    printed_now(two[0])
    tables = tables_of(two)
    row = tables["delta_affirmations"].iloc[0]
    assert (row["basis"], row["base_after"], row["base_before"]) == ("printed", 8, 6)
    spread = tables["delta_ranges"].iloc[0]
    assert spread["vectors"] == 2  # 2 of 4 and 4 of 8
    assert spread["delta_low"] == spread["delta_high"] == pytest.approx(100 / 6)
    narrow = delta.difference((np.array([4]), np.array([8])), (np.array([2]), np.array([6])))
    wide = delta.difference((np.array([2]), np.array([4])), (np.array([2]), np.array([6])))
    assert spread["ci_low"] == pytest.approx(wide["ci_low"][0])
    assert spread["ci_low"] < narrow["ci_low"][0]
    assert (spread["p_low"], spread["p_high"]) == pytest.approx(
        tuple(sorted([narrow["p_value"][0], wide["p_value"][0]]))
    )
    theme = tables["delta_themes"].iloc[0]  # of that one affirmation
    assert (theme["ci_low"], theme["ci_high"]) == (row["ci_low"], row["ci_high"])
    assert theme["verdict"] == "not_distinguishable"
    assert set(tables["delta_models"]["model"]) == {"no_answers"}


def test_printed_tables_against_printed_tables(two):
    printed_now(two[0])
    printed_before(two[1])
    tables = tables_of(two)
    assert tables["delta_affirmations"]["affirmation_id"].to_list() == ["T01-01"]
    assert tables["delta_ranges"]["vectors"].to_list() == [2]
    assert tables["crosswalk"]["outcome"].value_counts().to_dict() == {
        "not_identical": 3,
        "compared": 1,
        "no_figures": 1,
    }


def test_simulated_answers_on_one_side_make_the_row_simulated(two):
    two[1].replace("edition.yml", "{answers: collected}", "{answers: synthetic}")
    printed_now(two[0])
    tables = tables_of(two)
    for name in ("delta_affirmations", "delta_cuts", "delta_themes", "delta_models"):
        assert set(tables[name]["basis"]) == {"simulated"}


def test_an_interval_from_simulated_answers_makes_a_theme_of_printed_rows_simulated(two):
    two[0].cell("questionnaire.csv", "T01-02", "change", "identical")
    for study, columns, names in zip(
        two, ("p1,p2,p3,p4", "p1,p2,p3"), (("T01-01", "T01-02"), ("A1", "A2")), strict=True
    ):
        study.replace(
            "edition.yml", "{answers: collected}", "{answers: synthetic, tables: published}"
        )
        share = "25,25,25,25" if study is two[0] else "50,17,33"
        rows = "".join(f"P{name},{name},{share},1\n" for name in names)
        study.write("published_distributions.csv", f"printed_row,printed_as,{columns},page\n{rows}")
    tables = tables_of(two)
    basis = tables["delta_affirmations"].set_index("affirmation_id")["basis"]
    assert basis.to_dict() == {"T01-01": "printed", "T01-02": "printed", "T02-01": "simulated"}
    assert set(tables["delta_themes"]["basis"]) == {"simulated"}


def test_each_basis_is_a_family_of_its_own():
    table = pd.DataFrame({"p": [0.04, 0.04, 0.5], "basis": ["printed", "simulated", "simulated"]})
    assert multiplicity.adjusted(table["p"], table["basis"]).to_list() == pytest.approx(
        [0.04, 0.08, 0.5]
    )


# ---------------------------------------------------------------------------------- more than two


def third(studies):
    """An edition after both, whose first affirmation is identical and whose third is reworded."""
    now = studies[0]
    later = type(now)(now.layout.root, "2032")
    later.folder.mkdir()
    for path in now.folder.iterdir():
        later.write(path.name, path.read_bytes())
    later.replace("edition.yml", 'id: "2030"', 'id: "2032"')
    for row, change in (("T01-01", "identical"), ("T02-01", "reworded"), ("T01-02", "identical")):
        later.cell("questionnaire.csv", row, "previous_id", row)
        later.cell("questionnaire.csv", row, "change", change)
    return later


def test_a_list_of_editions_compares_what_is_identical_throughout(two):
    later = third(two)
    raws = comparison.raws(later.layout, "2032", "2028")
    assert [raw.edition.id for raw in raws] == ["2028", "2030", "2032"]
    whole = comparison.of_raws(raws)
    trends = delta.trends(comparison.trend(raws, whole))
    contracts.enforce(trends, contracts.processed_contracts(raws[-1].edition)["trends"])
    assert set(trends["affirmation_id"]) == {"T01-01"}
    steps = trends.set_index(["edition_before", "edition_after"])["delta_pp"].to_dict()
    assert steps == pytest.approx(
        {("2028", "2030"): 100 / 6, ("2030", "2032"): 0, ("2028", "2032"): 100 / 6}
    )
    ends = delta.affirmations(whole)
    assert ends["previous_id"].to_list() == ["A1"]


def test_without_an_edition_to_compare_with_a_pair_is_refused(two):
    assert comparison.raws(two[1].layout, "2028", None) == []
    with pytest.raises(StudyError):
        comparison.raws(two[1].layout, "2028", "2027")


# ---------------------------------------------------------------------------------- bootstrap


def test_pairs_are_drawn_together_and_narrow_the_interval():
    """The same answers, once known to be the same respondents' and once not."""
    rng = np.random.default_rng(3)
    before = rng.random(40) < 0.5
    after = np.where(rng.random(40) < 0.1, ~before, before)
    together = np.stack([after, before], axis=1).astype(float)
    apart = np.full((80, 2), np.nan)
    apart[:40, 0], apart[40:, 1] = after, before
    spreads = []
    for values, strata in ((together, np.zeros(40)), (apart, np.repeat([0, 1], 40))):
        drawn = bootstrap.means(values, 1, strata=strata)
        spreads.append(np.std(drawn[:, 0] - drawn[:, 1]))
    pairs = np.std(after.astype(float) - before) / np.sqrt(40)
    each = np.sqrt((np.var(after) + np.var(before)) / 40)
    assert spreads == pytest.approx([pairs, each], rel=0.1)
    assert spreads[0] < 0.6 * spreads[1]


def test_a_theme_keeps_the_numbers_of_stayers_leavers_and_joiners(whole):
    pair, tables = whole
    # T01-01 and T01-02 of R1…R8 now, A1 and A2 then; R5 and R6 gave no level.
    no = np.nan
    now = [[1, 1, 0, 0, no, no, no, no], [1, no, 0, 0, no, no, no, no]]
    then = [[1, 0, 0, 0, no, no, 1, 0], [0, 0, 0, 1, no, no, 1, no]]
    strata = np.array([3, 3, 3, 3, 1, 1, 2, 2])
    drawn = bootstrap.means(np.array([*now, *then]).T, pair.now.raw.edition.seed, strata=strata)
    gains, centre = 100 * (drawn[:, :2] - drawn[:, 2:]), (100 / 6 - 100 / 15) / 2
    gains = np.nanmean(gains[~np.isnan(gains).all(axis=1)], axis=1)
    gains += centre - gains.mean()
    low, high = bootstrap.interval(gains[:, None], np.array([4]), np.array([centre]))
    row = tables["delta_themes"].set_index("theme_id").loc["T01"]
    assert row["delta_pp"] == pytest.approx(centre)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((max(low[0], -100), min(high[0], 100)))


def test_no_interval_of_a_theme_leaves_the_range_of_a_difference_of_shares(two):
    two[0].cell("questionnaire.csv", "T01-02", "change", "identical")
    two[0].replace("edition.yml", "seed: 1", "seed: 3")  # whose draws reach beyond 100 points
    # Three of four stand at implementation now, on both affirmations; then nobody.
    for study, people, names, level in (
        (two[0], ("R1", "R2", "R3"), ("T01-01", "T01-02"), "4"),
        (two[0], ("R4",), ("T01-01", "T01-02"), "1"),
        (two[1], ("R1", "R2", "R3", "R4", "R7", "R8"), ("A1", "A2"), "1"),
    ):
        for person, name in product(people, names):
            study.cell("answers.csv", person, name, level)
    bounds = tables_of(two)["delta_themes"][["ci_low", "ci_high"]]
    assert ((bounds >= -100) & (bounds <= 100)).all(axis=None)
    assert (bounds.abs() == 100).any(axis=None)  # these panels are small enough to reach it


def test_an_interval_of_90_percent_takes_the_tails_of_90_percent():
    drawn, n, centre = np.linspace(-1, 1, 10_001)[:, None], np.array([34]), np.array([0.0])
    _, high = bootstrap.interval(drawn, n, centre, level=0.90)
    tail = stats.norm.cdf(np.sqrt(34 / 33) * stats.t.ppf(0.05, 33))
    assert high[0] == pytest.approx(1 - 2 * tail, abs=1e-3)


def test_each_stratum_keeps_its_size():
    values = np.array([[0.0], [0.0], [1.0]])
    drawn = bootstrap.means(values, 1, strata=np.array([0, 0, 1]))
    assert set(drawn[:, 0]) == {1 / 3}


def test_a_theme_on_which_all_answer_alike_has_no_interval_and_no_verdict(two):
    two[0].cell("questionnaire.csv", "T01-02", "change", "identical")
    for each in ("R1", "R2", "R3", "R4"):
        two[0].cell("answers.csv", each, "T01-01", "4")
        two[0].cell("answers.csv", each, "T01-02", "4")
    for each in ("R1", "R2", "R3", "R4", "R7", "R8"):
        two[1].cell("answers.csv", each, "A1", "1")
        two[1].cell("answers.csv", each, "A2", "1")
    tables = tables_of(two)
    theme = tables["delta_themes"].set_index("theme_id").loc["T01"]
    assert theme["delta_pp"] == 100
    assert np.isnan([theme["ci_low"], theme["ci_high"]]).all()
    assert theme["verdict"] == "not_distinguishable"
    assert tables["delta_models"].set_index("affirmation_id").loc["T01-01", "model"] == "separated"
