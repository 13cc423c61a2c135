from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.survey.rounding import least_count, percent, widest_part, widest_sum

RULES = ("half_up", "half_up_via_tenths")


def by_decimals(n, base, rounding):
    """The percent by the decimal module: no step in common with the library's integers."""
    share = Decimal(100 * n) / base
    if rounding == "half_up_via_tenths":
        share = share.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return int(share.quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.parametrize("rounding", RULES)
@pytest.mark.parametrize(
    ("n", "base", "printed"),
    [
        (1, 8, 13),  # 12.5
        (3, 8, 38),  # 37.5
        (1, 200, 1),  # 0.5
        (199, 200, 100),  # 99.5
        (1, 40, 3),  # 2.5: not to the even neighbour
        (1, 3, 33),
        (2, 3, 67),
        (0, 34, 0),
        (34, 34, 100),
    ],
)
def test_halves_go_up(n, base, printed, rounding):
    assert percent(n, base, rounding) == printed


@pytest.mark.parametrize(
    ("n", "base", "once", "via_tenths"),
    [
        (10, 29, 34, 35),  # 34.48 → 34.5 → 35
        (11, 31, 35, 36),  # 35.48
        (9, 34, 26, 27),  # 26.47
        (99, 200, 50, 50),  # 49.5
        (989, 2000, 49, 50),  # 49.45 → 49.5: a half at the tenth too
        (9889, 20000, 49, 49),  # 49.445 → 49.4
    ],
)
def test_rounding_twice_differs_from_rounding_once(n, base, once, via_tenths):
    assert percent(n, base, "half_up") == once
    assert percent(n, base, "half_up_via_tenths") == via_tenths


@pytest.mark.parametrize("rounding", RULES)
def test_every_share_of_every_base_up_to_250_agrees_with_decimal_arithmetic(rounding):
    pairs = [(n, base) for base in range(1, 251) for n in range(base + 1)]
    n, base = np.array(pairs).T
    expected = [by_decimals(*pair, rounding) for pair in pairs]
    assert percent(n, base, rounding).tolist() == expected


@given(st.integers(1, 10**6).flatmap(lambda b: st.tuples(st.integers(0, b), st.just(b))))
def test_large_bases_agree_with_decimal_arithmetic(pair):
    for rounding in RULES:
        assert percent(*pair, rounding) == by_decimals(*pair, rounding)


@given(st.integers(1, 100), st.integers(1, 10**6), st.sampled_from(RULES))
def test_the_least_count_prints_the_percent_or_more_and_the_one_below_less(printed, base, rounding):
    least = int(least_count(printed, base, rounding))
    assert by_decimals(least, base, rounding) >= printed
    assert by_decimals(least - 1, base, rounding) < printed


def test_counts_and_bases_broadcast_to_integers():
    table = percent([[1], [2]], [3, 4, 8], "half_up")
    assert table.tolist() == [[33, 25, 13], [67, 50, 25]]
    assert table.dtype == np.int64


@pytest.mark.parametrize("base", [0, -1, [34, 0]])
def test_a_base_under_one_is_refused(base):
    with pytest.raises(ValueError, match="base of 1 or more"):
        percent(0, base, "half_up")


def test_an_unknown_rounding_is_refused_by_name():
    with pytest.raises(ValueError, match="'half_even'"):
        percent(1, 2, "half_even")


# ---------------------------------------------------------------------------------- sums


def compositions(base, levels):
    """Every way to share `base` answers out over the levels, whatever their order."""
    return (
        each for each in combinations_with_replacement(range(base + 1), levels) if sum(each) == base
    )


@pytest.mark.parametrize("rounding", RULES)
@pytest.mark.parametrize(("levels", "bases"), [(2, 80), (3, 40), (4, 24), (5, 18), (6, 14)])
def test_no_sum_of_percents_is_farther_from_100_than_the_bound(rounding, levels, bases):
    bound, part = widest_sum(levels, rounding), widest_part(levels - 1, rounding)
    for base in range(1, bases + 1):
        for counts in compositions(base, levels):
            shown = percent(list(counts), base, rounding)
            assert abs(int(shown.sum()) - 100) <= bound
            for left in range(levels):
                rest = int(percent(base - counts[left], base, rounding))
                assert abs(int(shown.sum()) - int(shown[left]) - rest) <= part


@pytest.mark.parametrize("rounding", RULES)
@pytest.mark.parametrize("levels", range(2, 10))
def test_the_bound_of_a_sum_is_reached(rounding, levels):
    halves = [5] * (levels // 2 * 2 - 1)  # of a thousand: half a point each, so is the rest
    counts = [*halves, 1000 - sum(halves)]
    reached = int(percent(counts, 1000, rounding).sum()) - 100
    assert reached == widest_sum(levels, rounding)


@pytest.mark.parametrize(
    ("rounding", "count", "levels"),
    [("half_up", 50, 2), ("half_up", 50, 4), ("half_up_via_tenths", 45, 3)],
)
def test_the_bound_of_a_part_is_reached(rounding, count, levels):
    whole = int(percent(count * levels, 10_000, rounding))
    reached = int(percent([count] * levels, 10_000, rounding).sum()) - whole
    assert reached == widest_part(levels, rounding)
