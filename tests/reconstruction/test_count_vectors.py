from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from barolib.reconstruction import count_vectors
from barolib.reconstruction.count_vectors import TooManyVectors, possible, reconstruct
from barolib.survey.rounding import percent

RULES = st.sampled_from(["half_up", "half_up_via_tenths"])
COUNTS = st.lists(st.integers(0, 12), min_size=2, max_size=9).filter(any)


def by_decimals(n, base, rounding):
    share = Decimal(100 * n) / base
    if rounding == "half_up_via_tenths":
        share = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))


def compositions(total, parts):
    """Every vector of `parts` counts that sum to `total`."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


def table(rows, names=None):
    columns = [f"p{level}" for level in range(1, len(rows[0]) + 1)]
    return pd.DataFrame(rows, columns=columns, index=names or [f"R{i}" for i in range(len(rows))])


def vectors(found):
    """(base, (n1, …)) of each row found."""
    numbers = found.drop(columns="subject").to_numpy().tolist()
    return [(base, tuple(counts)) for base, *counts in numbers]


def of(row, largest_base, rounding):
    return vectors(reconstruct(table([row]), largest_base, rounding))


@pytest.mark.parametrize("rounding", ["half_up", "half_up_via_tenths"])
@pytest.mark.parametrize(("parts", "largest_base"), [(2, 130), (3, 14), (4, 9), (6, 6)])
def test_it_finds_what_trying_every_vector_of_small_bases_finds(parts, largest_base, rounding):
    printing = defaultdict(list)
    for base in range(1, largest_base + 1):
        for counts in compositions(base, parts):
            row = tuple(by_decimals(n, base, rounding) for n in counts)
            printing[row].append((base, counts))
    found = reconstruct(table(list(printing)), largest_base, rounding)
    by_row = {name: vectors(rows) for name, rows in found.groupby("subject", sort=False)}
    assert list(by_row.values()) == list(printing.values())


@given(COUNTS, RULES, st.integers(0, 15))
def test_the_true_counts_are_always_among_those_found(counts, rounding, more):
    base = sum(counts)
    row = percent(counts, base, rounding).tolist()
    assert (base, tuple(counts)) in of(row, base + more, rounding)


@given(COUNTS, RULES, st.integers(0, 8), st.integers(-1, 1))
def test_all_that_is_found_prints_the_row(counts, rounding, place, change):
    row = percent(counts, sum(counts), rounding).tolist()
    row[place % len(row)] += change
    for base, found in of(row, 110, rounding):
        assert sum(found) == base <= 110
        assert [by_decimals(n, base, rounding) for n in found] == row


@settings(max_examples=50)
@given(COUNTS, RULES, st.randoms(use_true_random=False))
def test_the_order_of_the_levels_does_not_matter(counts, rounding, random):
    row = percent(counts, sum(counts), rounding).tolist()
    order = random.sample(range(len(row)), len(row))
    shuffled = of([row[i] for i in order], 60, rounding)
    assert sorted(shuffled) == sorted(
        (base, tuple(n[i] for i in order)) for base, n in of(row, 60, rounding)
    )


@settings(max_examples=50)
@given(COUNTS, RULES)
def test_a_larger_panel_takes_nothing_away(counts, rounding):
    row = percent(counts, sum(counts), rounding).tolist()
    smaller = of(row, 40, rounding)
    assert [each for each in of(row, 60, rounding) if each[0] <= 40] == smaller


@settings(max_examples=50)
@given(st.lists(st.integers(-5, 120), min_size=3, max_size=3), RULES)
def test_a_row_is_possible_where_something_is_found(row, rounding):
    assert possible(np.array([row]), 34, rounding).tolist() == [bool(of(row, 34, rounding))]


def test_possible_tells_rows_apart():
    rows = np.array([[50, 50], [50, 51], [33, 67], [10, 20], [100, 0]])
    assert possible(rows, 34, "half_up").tolist() == [True, False, True, False, True]


def test_rows_keep_their_names_and_order_and_bases_ascend():
    rows = table([[50, 50], [33, 67], [40, 61]], ["second", "first", "none"])
    found = reconstruct(rows, 6, "half_up")
    assert found.to_numpy().tolist() == [
        ["second", 2, 1, 1],
        ["second", 4, 2, 2],
        ["second", 6, 3, 3],
        ["first", 3, 1, 2],
        ["first", 6, 2, 4],
    ]
    assert found.columns.tolist() == ["subject", "base", "n1", "n2"]
    assert [str(dtype) for dtype in found.dtypes] == ["str", "int64", "int64", "int64"]


@pytest.mark.parametrize("row", [[101, 0], [-1, 101], [50, 49], [0, 0], [100, 100]])
def test_impossible_rows_have_nothing(row):
    assert of(row, 120, "half_up_via_tenths") == []


def test_a_table_without_rows_gives_a_table_without_rows():
    found = reconstruct(table([[1, 99]]).iloc[:0], 34, "half_up")
    assert found.empty
    assert found.columns.tolist() == ["subject", "base", "n1", "n2"]


def test_the_rows_given_are_left_as_they_are():
    rows = table([[50, 50], [101, 0]])
    before = rows.copy()
    reconstruct(rows, 34, "half_up")
    pd.testing.assert_frame_equal(rows, before)


def test_a_row_that_determines_nothing_is_named():
    rows = table([[50, 50], [17, 17, 17, 17, 16, 16][:2]], ["clear", "vague"])
    assert len(reconstruct(rows, 34, "half_up")) == 17
    with pytest.raises(TooManyVectors, match="vague admits more than 20000"):
        reconstruct(table([[17, 17, 17, 17, 16, 16]], ["vague"]), 2000, "half_up")


def test_the_limit_itself_is_still_listed(monkeypatch):
    rows = table([[50, 50]])  # 17 bases up to 34
    monkeypatch.setattr(count_vectors, "LIMIT", 17)
    assert len(reconstruct(rows, 34, "half_up")) == 17
    monkeypatch.setattr(count_vectors, "LIMIT", 16)
    with pytest.raises(TooManyVectors):
        reconstruct(rows, 34, "half_up")


@settings(max_examples=50)
@given(st.integers(101, 400), st.integers(0, 100), RULES)
def test_the_counts_that_print_a_percent_are_neighbours(base, wanted, rounding):
    low, high = count_vectors.count_runs(np.array([[wanted]]), base, rounding)
    run = [n for n in range(base + 1) if by_decimals(n, base, rounding) == wanted]
    assume(run)
    assert run == list(range(low[0, base - 1, 0], high[0, base - 1, 0] + 1))
