"""Nobody is found by adding and subtracting what is published."""

import attacking
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from barolib.files.layout import Layout
from barolib.statistics import disclosure, groups, scoring, subgroups
from barolib.survey.intake import read_raw


def panel(seed):
    """Respondents with scores, in subgroups that overlap much or little; and the minimum."""
    rng = np.random.default_rng(seed)
    count, minimum = int(rng.integers(6, 60)), int(rng.integers(2, 6))
    ids, size = [f"R{at}" for at in range(count)], rng.normal(size=count)
    split = {
        name: pd.cut(size + rng.normal(size=count) * rng.choice([0.1, 1]), parts, labels=False)
        for name, parts in (("status", 3), ("size_class", 4), ("group", 3))
    }
    belonging = pd.DataFrame(split | {"respondent_id": ids}).astype("str")
    belonging = belonging.melt("respondent_id", var_name="dimension", value_name="subgroup")
    score = np.where(rng.random(count) < 0.9, rng.uniform(1, 6, count), np.nan)
    scored = pd.DataFrame({"respondent_id": ids, "theme_id": "T01", "score": score})
    return scored, belonging, minimum


def people(table):
    return table.groupby("theme_id")["respondent_id"].agg(set).to_dict()


@pytest.mark.parametrize("seed", range(40))
def test_the_attack_finds_nobody_in_a_generated_panel(seed):
    scored, belonging, minimum = panel(seed)
    cells = subgroups.scores(scored, belonging, minimum)
    assert attacking.found(cells, belonging, people(scored.dropna()), minimum) == []
    assert cells[cells["withheld"]][["mean", "base"]].isna().all(axis=None)


@pytest.mark.parametrize("edition", Layout.at(ROOT).editions())
def test_the_attack_finds_nobody_in_the_editions_of_the_project(edition):
    raw = read_raw(Layout.at(ROOT), edition)
    scores = scoring.respondent_scores(raw.answers, raw)
    belonging = subgroups.of_respondents(raw, groups.table(scores, raw.answers, raw))
    minimum = raw.edition.disclosure_minimum
    cells = subgroups.scores(scores, belonging, minimum)
    assert not cells["withheld"].all()
    assert attacking.found(cells, belonging, people(scores.dropna(subset="score")), minimum) == []
    cells = subgroups.stages(raw.answers, belonging, raw)
    answered = people(raw.answers.dropna(subset="level"))
    assert attacking.found(cells, belonging, answered, minimum) == []


#: Six respondents: the class of the large is that of the cities and one town, R4, more.
NESTED = pd.DataFrame(
    {
        "status": ["city"] * 3 + ["town"] * 5,
        "size_class": ["large"] * 4 + ["small"] * 4,
    },
    index=pd.Index([f"R{at}" for at in range(1, 9)], name="respondent_id"),
)


def test_each_breakdown_alone_would_tell_who_stands_in_one_and_not_in_the_other():
    belonging = NESTED.reset_index().melt("respondent_id", None, "dimension", "subgroup")
    cells = belonging.drop(columns="respondent_id").drop_duplicates().assign(theme_id="T01")
    cells["withheld"] = False
    assert attacking.found(cells, belonging, {"T01": set(NESTED.index)}, 3) == [("T01", ("R4",))]


def test_what_would_tell_by_two_breakdowns_together_is_withheld():
    for dimension in NESTED:
        assert not disclosure.withheld(NESTED[dimension].value_counts(), 3).any()
    hidden = disclosure.withheld_together(NESTED, 3)
    # The smallest that takes part is the cities; the towns are what the total less them tells.
    assert hidden.to_dict() == {
        ("status", "city"): True,
        ("status", "town"): True,
        ("size_class", "large"): False,
        ("size_class", "small"): False,
    }


def test_one_breakdown_is_withheld_as_by_itself():
    sizes = {"a": 1, "b": 4, "c": 5, "d": 9}
    alone = pd.DataFrame({"status": [name for name, count in sizes.items() for _ in range(count)]})
    hidden = disclosure.withheld_together(alone, 3)
    assert hidden["status"].to_dict() == {"a": True, "b": True, "c": False, "d": False}
    expected = disclosure.withheld(pd.Series(sizes), 3)
    assert hidden["status"].sort_index().to_dict() == expected.to_dict()


def test_a_subgroup_that_is_everybody_is_shown_as_the_total_is():
    whole = pd.DataFrame({"status": ["city"] * 5, "size_class": ["a", "a", "a", "b", "b"]})
    assert disclosure.withheld_together(whole, 3).to_dict() == {
        ("status", "city"): False,
        ("size_class", "a"): True,
        ("size_class", "b"): True,
    }
