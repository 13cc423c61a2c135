import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib import claims


@pytest.mark.parametrize(
    ("comparator", "value", "qualifier", "low", "high"),
    [
        # Two decimals are a printed percent, half a point wide (and a rounding by tenths).
        ("=", "0.42", "", 0.4145, 0.4255),
        ("=", "0.17", "seulement", 0.1645, 0.1755),
        ("~", "0.40", "près de", 0.35, 0.4055),
        # Words such as "6 sur 10" or "un tiers" are five points wide.
        ("=", "0.6", "", 0.55, 0.65),
        ("~", "0.333", "seulement", 0.283, 0.383),
        ("~", "0.5", "à peine", 0.45, 0.55),
        ("~", "0.25", "environ", 0.20, 0.30),
        (">", "0.5", "plus de", 0.5, 1),
        (">", "0.15", "un peu plus de", 0.15, 0.20),
        (">", "0.5", "à peine plus de", 0.5, 0.55),
        ("<", "0.2", "moins de", 0, 0.2),
        ("<", "0.2", "un peu moins de", 0.15, 0.2),
        # Without a qualifier the comparator opens the interval.
        (">", "0.4", "", 0.4, 1),
        (">=", "0.4", "", 0.4, 1),
        ("<", "0.4", "", 0, 0.4),
        ("<=", "0.4", "", 0, 0.4),
        # A share stays a share.
        ("=", "1", "", 0.95, 1),
        ("=", "0.0", "", 0, 0.05),
    ],
)
def test_what_a_sentence_allows(comparator, value, qualifier, low, high):
    assert claims.interval(comparator, value, qualifier) == pytest.approx((low, high))


@given(
    st.sampled_from(["=", "<", ">", "<=", ">=", "~"]),
    st.decimals(0, 1, places=2).map(str),
    st.sampled_from(sorted(claims.QUALIFIERS)),
)
def test_every_interval_holds_its_own_figure_and_lies_within_0_and_1(comparator, value, qualifier):
    low, high = claims.interval(comparator, value, qualifier)
    assert 0 <= low <= float(value) <= high <= 1


def test_an_unknown_qualifier_is_refused():
    with pytest.raises(KeyError):
        claims.interval("=", "0.5", "grosso modo")


@pytest.mark.parametrize(("text", "levels"), [("4-6", [4, 5, 6]), ("1", [1]), ("2-3", [2, 3])])
def test_a_run_of_levels(text, levels):
    assert claims.levels_of(text) == levels


def test_sentences_are_judged_by_hand_counted_shares(tiny, process):
    table = process(tiny.read())["claims"].set_index("claim_id")
    # C4 is about another edition.
    assert table.index.tolist() == ["C1", "C2", "C3"]
    # (3 + 1) / 7, within 0.5645 and 0.5755.
    assert table.loc["C1"].tolist() == [
        *["0.57", pytest.approx(4 / 7), "0.5645–0.5755", "agrees", "printed_tables"]
    ]
    # Level 4 of the whole theme: 5 / 15, not over 0.4.
    assert table.loc["C2", ["printed", "verdict"]].tolist() == ["plus de 0.4", "contradicts"]
    assert table.at["C2", "recomputed"] == pytest.approx(5 / 15)
    # Theme T02 has no bar.
    assert table.at["C3", "verdict"] == "not_recomputable"
    assert pd.isna(table.at["C3", "recomputed"])


def test_the_ends_of_the_interval_agree(tiny, process):
    # T01-02, level 3, is 3 / 8 = 0.375: five points from 0.425 and from 0.325.
    values = {"0.425": "agrees", "0.325": "agrees", "0.426": "contradicts", "0.324": "contradicts"}
    for value in values:
        tiny.append("published_claims.csv", f"C-{value},8,2030,T01-02,3,share,=,{value},")
    table = process(tiny.read())["claims"].set_index("claim_id")["verdict"]
    assert {value: table[f"C-{value}"] for value in values} == values


def test_the_42_percent_of_t07_03_stays_a_contradiction(tables2021):
    claim = tables2021["claims"].set_index("claim_id").loc["C07-05"]
    assert claim["verdict"] == "contradicts"
    assert claim["recomputed"] == 13 / 32


def test_the_prose_of_2021_proves_the_shift_and_the_repairs(tables2021):
    table = tables2021["claims"].set_index("claim_id")
    proofs = {
        "C07-01": 25 / 28,  # very-high-speed networks at orientations or beyond
        "C07-02": 13 / 28,  # of which complete
        "C07-03": 19 / 26,  # mobile coverage
        "C07-04": 24 / 33,  # detailed knowledge
        "C07-06": 24 / 30,  # T07-06 as repaired
        "C07-07": 5 / 30,
        "C08-01": 13 / 30,  # T08-03 as repaired
    }
    assert table.loc[list(proofs), "verdict"].unique().tolist() == ["agrees"]
    assert table.loc[list(proofs), "recomputed"].tolist() == pytest.approx(list(proofs.values()))


def test_every_sentence_of_2021_is_judged_and_three_contradict_their_row(raw2021, tables2021):
    table = tables2021["claims"]
    assert table["claim_id"].tolist() == raw2021.claims["claim_id"].tolist()
    contradict = table.loc[table["verdict"] == "contradicts", "claim_id"].tolist()
    # "near 9 in 10" is 84.4 %; 42 % is 40.6 %; "barely above half" is 58.6 %.
    assert contradict == ["C04-01", "C07-05", "C08-02"]
    assert not table["verdict"].eq("not_recomputable").any()


def test_an_edition_without_sentences_has_an_empty_table_of_the_same_types(tiny, process):
    full = process(tiny.read())["claims"]
    tiny.remove("published_claims.csv")
    empty = process(tiny.read())["claims"]
    assert empty.empty
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
