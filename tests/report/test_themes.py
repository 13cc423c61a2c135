"""Which themes are called the most and the least advanced: those whose ranks stand apart."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.report.themes import extremes


def ranked(*scores):
    """Themes in falling order of their means; a score: mean, rank_low, rank_high."""
    made = [
        SimpleNamespace(id=at, score=SimpleNamespace(mean=mean, rank_low=low, rank_high=high))
        for at, (mean, low, high) in enumerate(scores)
    ]
    return sorted(made, key=lambda theme: -theme.score.mean)


def ids(themes):
    return [theme.id for theme in themes]


MEANS = st.sampled_from([1.0, 1.5, 2.0, 2.5, 3.0])
RANKS = st.tuples(st.integers(1, 8), st.integers(1, 8)).map(sorted)
SCORES = st.lists(st.tuples(MEANS, RANKS).map(lambda each: (each[0], *each[1])), max_size=12)


@given(SCORES)
def test_no_rank_of_a_first_theme_can_be_that_of_a_last_one(scores):
    themes = ranked(*scores)
    first, last = extremes(themes)
    assert bool(first) == bool(last)
    assert not {*ids(first)} & {*ids(last)}
    for one in first:
        assert all(one.score.rank_high < other.score.rank_low for other in last)
        assert all(one.score.mean > other.score.mean for other in last)
    for theme in themes:  # whoever is named, its equals are
        means = {each.score.mean for each in first}, {each.score.mean for each in last}
        assert (theme.score.mean in means[0]) == (theme in first)
        assert (theme.score.mean in means[1]) == (theme in last)


@pytest.mark.parametrize(
    ("scores", "first", "last"),
    [
        ([], [], []),
        ([(3, 1, 1)], [], []),
        ([(3, 1, 1), (2, 2, 2)], [0], [1]),
        ([(3, 1, 2), (2, 1, 2)], [], []),  # they overlap
        ([(3, 1, 1)] * 4, [], []),  # all alike
        ([(4, 1, 2), (3, 1, 3), (2, 2, 4), (1, 4, 4)], [0], [3]),  # of two at each end, not apart
        ([(3, 1, 2), (3, 1, 2), (2, 3, 3)], [0, 1], [2]),  # tied: one would be a draw of lots
        ([(3, None, None), (2, None, None), (1, None, None)], [0], [2]),  # printed tables alone
        ([(7 - n, n + 1, n + 1) for n in range(7)], [0, 1, 2], [6, 5, 4]),
    ],
)
def test_first_and_last_themes(scores, first, last):
    found = extremes(ranked(*scores))
    assert (ids(found[0]), ids(found[1])) == (first, last)
