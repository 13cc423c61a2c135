"""Subgroups compared: by hand, and against the definition."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from barolib.statistics import differences


def rows(**samples):
    """The scores of the statuses of one theme."""
    table = pd.concat(
        {name: pd.Series(values) for name, values in samples.items()}, names=["subgroup"]
    )
    table = table.rename("score").reset_index(level=0)
    return table.assign(dimension="status", theme_id="T01").astype({"score": "float64"})


def test_the_scores_compared_are_those_of_subgroups_that_are_shown():
    scores = pd.DataFrame(
        {"respondent_id": ["R1", "R2", "R3"], "theme_id": "T01", "score": [3.0, 2.0, None]}
    )
    memberships = pd.DataFrame(
        {
            "respondent_id": ["R1", "R2", "R3", "R1"],
            "dimension": ["status"] * 3 + ["group"],
            "subgroup": ["city", "town", "city", "leaders"],
        }
    )
    shown = pd.DataFrame(
        {
            "dimension": ["status", "status", "group"],
            "theme_id": "T01",
            "subgroup": ["city", "town", "leaders"],
            "withheld": [False, True, False],
        }
    )
    found = differences.shown_scores(scores, memberships, shown)
    assert found.to_numpy().tolist() == [["status", "T01", "city", 3.0]]


def test_the_p_value_is_the_share_of_permutations_as_far_apart(raw2021):
    samples = {"city": [4.0, 3.5, 3.0], "town": [2.0, 2.5], "village": [1.0, 2.2]}
    table = rows(**samples)

    def between(values):
        parts = np.split(np.array(values), [3, 5])
        return sum(len(part) * (part.mean() - np.mean(values)) ** 2 for part in parts)

    seen = between(table["score"])
    every = [between(order) for order in permutations(table["score"])]
    expected = np.mean(np.array(every) >= seen - 1e-9)
    found = differences.tests(table, raw2021.edition).iloc[0]
    assert found["p_value"] == pytest.approx(expected, abs=0.01)
    assert found[["subgroups", "respondents"]].tolist() == [3, 7]
    assert found["p_adjusted"] == found["p_value"]


def test_p_values_are_adjusted_over_the_themes(raw2021):
    near, far = (
        rows(a=[1, 2, 3, 2], b=[2, 1, 3, 2]),
        rows(a=[1, 1.1, 1.2, 1.3], b=[5, 5.1, 5.2, 5.3]),
    )
    both = pd.concat([near, far.assign(theme_id="T02")])
    found = differences.tests(both, raw2021.edition).set_index("theme_id")
    assert found.loc["T02", "p_adjusted"] == pytest.approx(2 * found.loc["T02", "p_value"])


def test_a_single_subgroup_is_not_compared(raw2021):
    assert differences.tests(rows(a=[1, 2, 3]), raw2021.edition).empty
    assert differences.tests(rows(a=[1.0])[:0], raw2021.edition).empty


def test_means_have_t_intervals_and_are_shrunk_by_what_is_known_of_them():
    found = differences.means(rows(a=[1, 2, 3], b=[5, 6, 7])).droplevel([0, 1])
    assert found["mean"].to_dict() == {"a": 2, "b": 6}
    assert found.loc["a", ["low", "high"]].tolist() == pytest.approx(
        [2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5]
    )
    # Variances of the means 1/3; between 8 - 1/3: each keeps 23/24 of its distance from 4.
    assert found["shrunk"].tolist() == pytest.approx([4 - 2 * 23 / 24, 4 + 2 * 23 / 24])


def test_subgroups_no_farther_apart_than_chance_are_shrunk_to_one():
    found = differences.means(rows(a=[1, 2, 3], b=[1.1, 2.1, 3.1]))
    assert found["shrunk"].tolist() == pytest.approx([2.05, 2.05])
