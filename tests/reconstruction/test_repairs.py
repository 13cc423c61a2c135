from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from barolib.reconstruction import repairs
from barolib.reconstruction.count_vectors import possible
from barolib.reconstruction.repairs import allowed_by_pooled, propose, rank
from barolib.survey.rounding import percent

VIA_TENTHS = "half_up_via_tenths"
T07_03 = (13, 34, 13, 28, 13, 9)
T07_06 = (13, 50, 30, 13, 7, 7)
T08_03 = (13, 10, 10, 23, 10, 43)


def levenshtein(a, b):
    """Edits of one character from `a` to `b`: Wagner and Fischer's table."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        previous, row = row, [i]
        for j, y in enumerate(b, start=1):
            row.append(min(previous[j] + 1, row[-1] + 1, previous[j - 1] + (x != y)))
    return row[-1]


def digit_edits(value, meant):
    """Edits of a digit from one percent to another; a leading zero counts as a digit."""
    return min(levenshtein(str(value), str(meant).zfill(width)) for width in (1, 2, 3))


def reach(row, repaired):
    """The fewest edits that explain `repaired`, 9 where it is out of reach."""
    changes = {(value, meant) for value, meant in zip(row, repaired, strict=True) if value != meant}
    places = sum(value != meant for value, meant in zip(row, repaired, strict=True))
    edits = sum(digit_edits(*change) for change in changes)
    if places == 1 and all(abs(value - meant) == 1 for value, meant in changes):
        edits = min(edits, 1)
    return edits if edits <= 2 else 9


def percents(table):
    return [tuple(each) for each in table.filter(regex=r"^p\d").to_numpy().tolist()]


def counts(table):
    return table.filter(regex=r"^n\d").to_numpy()


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from([0, 3, 9, 13, 20, 33, 50, 67, 100]), min_size=3, max_size=3),
    st.sampled_from(["half_up", VIA_TENTHS]),
)
def test_it_proposes_every_printable_row_within_reach_and_no_other(row, rounding):
    row, largest = tuple(row), 8
    printable = {
        tuple(percent(each, base, rounding).tolist())
        for base in range(1, largest + 1)
        for each in product(range(base + 1), repeat=3)
        if sum(each) == base
    }
    assume(row not in printable)
    table = propose(row, largest, rounding)
    found = dict(zip(percents(table), table["edits"].tolist(), strict=True))
    expected = {each: reach(row, each) for each in printable if reach(row, each) <= 2}
    assert found == expected


@settings(max_examples=15)
@given(
    st.lists(st.integers(0, 9), min_size=6, max_size=6).filter(any),
    st.data(),
)
def test_a_digit_misread_everywhere_alike_is_found_in_one_edit(true, data):
    row = percent(true, sum(true), VIA_TENTHS).tolist()
    meant = data.draw(st.sampled_from(row))
    misread = data.draw(st.integers(0, 99).filter(lambda v: digit_edits(v, meant) == 1))
    printed = tuple(misread if value == meant else value for value in row)
    assume(not possible(np.array([printed]), 54, VIA_TENTHS)[0])
    # A percent that already stood at the misread value would be fixed with the others.
    assume(misread not in row)
    table = propose(printed, 54, VIA_TENTHS)
    own = table[[each == tuple(row) for each in percents(table)]]
    assert set(own["edits"]) == {1}
    assert (sum(true), *true) in own[["base", *own.filter(regex=r"^n\d")]].itertuples(
        index=False, name=None
    )


@pytest.mark.parametrize("row", [T07_03, T07_06, T08_03])
def test_the_counts_of_a_proposal_print_it(row):
    table = propose(row, 34, VIA_TENTHS)
    base = table["base"].to_numpy()[:, None]
    assert (counts(table).sum(axis=1) == table["base"]).all()
    assert table["base"].between(1, 34).all()
    assert percent(counts(table), base, VIA_TENTHS).tolist() == [list(p) for p in percents(table)]


@pytest.mark.parametrize(
    ("row", "repaired", "base", "found"),
    [
        (T07_03, (13, 34, 13, 28, 3, 9), 32, (4, 11, 4, 9, 1, 3)),
        (T07_06, (3, 50, 30, 3, 7, 7), 30, (1, 15, 9, 1, 2, 2)),
        (T08_03, (3, 10, 10, 23, 10, 43), 30, (1, 3, 3, 7, 3, 13)),
    ],
)
def test_the_misread_rows_of_2021_are_one_edit_away(row, repaired, base, found):
    table = propose(row, 34, VIA_TENTHS)
    own = table[[each == repaired for each in percents(table)]]
    assert len(own) == 1
    assert own[["edits", "kind", "reading", "base"]].iloc[0].tolist() == [1, "digit", "13→3", base]
    assert tuple(counts(own)[0]) == found


def test_no_single_repair_of_t07_03_gives_the_42_percent_of_the_prose():
    table = propose(T07_03, 34, VIA_TENTHS)
    single = table[table["edits"] == 1]
    upper = single[["n4", "n5", "n6"]].sum(axis=1).to_numpy()
    assert len(single) > 0
    assert 42 not in percent(upper, single["base"].to_numpy(), VIA_TENTHS)


@pytest.mark.parametrize(
    ("printed", "meant", "reading"),
    [((19, 80), (20, 80), "19→20"), ((10, 91), (9, 91), "10→9")],
)
def test_a_percent_one_point_off_is_a_point(printed, meant, reading):
    # Two edits of a digit either way, but one point.
    table = propose(printed, 11, "half_up")
    own = table[[each == meant for each in percents(table)]]
    assert set(own["edits"]) == {1}
    assert set(own["kind"]) == {"point"}
    assert set(own["reading"]) == {reading}


@pytest.mark.parametrize("printed", [(103, 0), (940, 60), (250, 0)])
def test_a_point_is_one_point(printed):
    table = propose(printed, 34, "half_up")
    off = [
        abs(value - meant)
        for repaired in percents(table[table["kind"] == "point"])
        for value, meant in zip(printed, repaired, strict=True)
    ]
    assert set(off) <= {0, 1}


def test_a_row_out_of_reach_has_no_proposal():
    table = propose((99, 88, 77), 34, "half_up")
    assert table.empty
    assert table.columns.tolist() == [
        *["p1", "p2", "p3", "edits", "kind", "reading", "base"],
        *["n1", "n2", "n3"],
    ]


def naively_allowed(proposals, others, pooled, rounding):
    """Whether some choice of one vector of every other row makes the theme print its bar."""
    found = {}
    for subject, table in proposals.items():
        rest = [counts(each) for other, each in proposals.items() if other != subject]
        choices = list(product(*others, *rest))
        sums = [np.sum(choice, axis=0) for choice in choices]
        found[subject] = [
            any(
                tuple(percent(total, total.sum(), rounding)) == pooled
                for total in (each + own for each in sums)
            )
            for own in counts(table)
        ]
    return found


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_pooled_bar_allows_what_trying_every_combination_allows(random):
    def some(size):
        return [[random.randint(0, 4) for _ in range(3)] for _ in range(size)]

    others = [np.array(some(2)), np.array(some(1))]
    proposals = {
        name: pd.DataFrame(some(3), columns=["n1", "n2", "n3"]).assign(edits=1) for name in "AB"
    }
    total = others[0][0] + others[1][0] + counts(proposals["A"])[0] + counts(proposals["B"])[0]
    assume(total.sum() > 0)
    assume(all(counts(each).sum(axis=1).min() > 0 for each in proposals.values()))
    pooled = tuple(percent(total, total.sum(), "half_up"))
    found = allowed_by_pooled(proposals, others, pooled, "half_up")
    assert found == naively_allowed(proposals, others, pooled, "half_up")
    assert found["A"][0]
    assert found["B"][0]


def test_past_the_limit_the_other_rows_are_held_to_one_edit(monkeypatch):
    one = pd.DataFrame({"n1": [1], "n2": [1], "edits": [1]})
    two = pd.DataFrame({"n1": [1, 3], "n2": [1, 0], "edits": [1, 2]})
    # 1 1 and 3 0 pool to 4 1: 80 20. Only the repair of two edits of B allows it.
    asked = ({"A": one, "B": two}, [], (80, 20), "half_up")
    assert allowed_by_pooled(*asked) == {"A": [True], "B": [False, True]}
    monkeypatch.setattr(repairs, "COMBINATIONS", 1)
    assert allowed_by_pooled(*asked) == {"A": [False], "B": [False, True]}


def proposals(**columns):
    start = {"pooled_allows": [pd.NA], "claims_met": 0, "claims_asked": 0, "edits": 1}
    start |= {"shared": 0, "kind": "digit"}
    size = max(len(value) for value in columns.values())
    table = pd.DataFrame({name: [value] * size for name, value in start.items()} | columns)
    return table.assign(
        pooled_allows=pd.array(columns.get("pooled_allows", [pd.NA] * size), dtype="boolean"),
        name=[*"abcdefgh"][:size],
    )


@pytest.mark.parametrize(
    ("merits", "order"),
    [
        ({"pooled_allows": [False, True]}, "ba"),
        ({"claims_met": [0, 1], "claims_asked": [1, 1]}, "ba"),
        ({"edits": [2, 1]}, "ba"),
        ({"shared": [0, 2]}, "ba"),
        ({"kind": ["point", "digit"]}, "ba"),
        # Each merit counts before the next.
        ({"pooled_allows": [False, True], "claims_met": [1, 0], "claims_asked": [1, 1]}, "ba"),
        ({"claims_met": [0, 1], "claims_asked": [1, 1], "edits": [1, 2]}, "ba"),
        ({"edits": [2, 1], "shared": [2, 0]}, "ba"),
        ({"shared": [0, 1], "kind": ["digit", "point"]}, "ba"),
    ],
)
def test_proposals_are_ranked_by_their_merits_in_turn(merits, order):
    ranked = rank(proposals(**merits))
    assert "".join(ranked["name"]) == order
    assert ranked["rank"].tolist() == [1, 2]


def test_equal_merits_share_a_rank_and_keep_their_order():
    ranked = rank(proposals(edits=[2, 1, 2, 1]))
    assert "".join(ranked["name"]) == "bdac"
    assert ranked["rank"].tolist() == [1, 1, 2, 2]


def test_without_a_printed_bar_no_proposal_is_held_back():
    ranked = rank(proposals(pooled_allows=[pd.NA, True], edits=[1, 2]))
    assert "".join(ranked["name"]) == "ab"


def test_ranking_changes_nothing_given():
    table = proposals(edits=[2, 1])
    before = table.copy()
    rank(table)
    pd.testing.assert_frame_equal(table, before)
