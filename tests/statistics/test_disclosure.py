"""Nobody is found by adding, subtracting and bounding what is published."""

import numpy as np
import pandas as pd
import pytest

from barolib.files.layout import Layout
from barolib.statistics import (
    disclosure,
    distribution,
    groups,
    protection,
    scoring,
    sensitivity,
    subgroups,
)
from barolib.survey.intake import read_raw
from barolib.survey.rounding import published_share
from support import attacking, panels
from support.studies import ROOT


def published(raw):
    """What is published of an edition's subgroups."""
    scores = scoring.respondent_scores(raw.answers, raw.members, raw.edition)
    members = groups.table(scores, raw.answers, raw.themes, raw.edition)
    people = subgroups.memberships(raw.participants, members, raw.edition)
    return subgroups.Subgroups(scores, raw.answers, people, raw.members, raw.edition)


@pytest.mark.parametrize("seed", range(40))
def test_the_attack_finds_nothing_in_a_generated_panel(seed):
    raw = panels.drawn(seed)
    by = published(raw)
    for table in (by.means, by.stages):
        hidden = table[table["withheld"]]
        assert (
            hidden.drop(columns=["dimension", "subgroup", "theme_id", "withheld"])
            .isna()
            .all(axis=None)
        )
        assert (table["base"].dropna() >= raw.edition.disclosure_minimum).all()
    attacker = attacking.Attacker(raw, by.means, by.all_stages)
    assert attacker.found(protection.PROTECTION) == {}


def test_the_attack_finds_what_the_protection_alone_keeps(monkeypatch):
    """Panels in which counting alone would withhold too little: so the attack can find."""
    monkeypatch.setattr(protection, "protect", lambda cells, known, hidden: hidden)
    found = {}
    for seed in range(12):
        raw = panels.drawn(seed)
        by = published(raw)
        found |= attacking.Attacker(raw, by.means, by.stages).found(protection.PROTECTION)
    assert found


def test_each_subgroup_that_comes_to_be_withheld_is_looked_at_in_every_theme(monkeypatch):
    by = published(panels.two_statuses(8, 16))
    cells, known = by._themes.assign(withheld=False), by._known
    looked, first, second = [], ("status", "k0"), ("status", "k1")

    class Attack:
        """Found closed once, in the second theme."""

        def __init__(self, known, theme, cells):
            self.theme = theme

        def closed(self, hidden, subgroup):
            looked.append((self.theme, subgroup))
            return self.theme == "T02" and hidden == [first]

    monkeypatch.setattr(protection, "Attack", Attack)
    assert protection.protect(cells, known, [first]) == [first, second]
    assert {(theme, each) for theme in ("T01", "T02") for each in (first, second)} == set(looked)


@pytest.mark.parametrize("edition", Layout.at(ROOT).editions())
def test_the_attack_finds_nothing_in_the_editions_of_the_project(edition):
    raw = read_raw(Layout.at(ROOT), edition)
    by = published(raw)
    assert not by.means["withheld"].any()  # which would take the attack hours to look at
    assert not by.stages["withheld"].any()
    assert (by.stages["base"] >= raw.edition.disclosure_minimum).all()
    assert not by.all_stages["withheld"].all()


# ---------------------------------------------------------------------------------- by hand

#: Eight respondents: the class of the large is that of the cities and one town, R4, more.
NESTED = pd.DataFrame(
    {
        "status": ["city"] * 3 + ["town"] * 5,
        "size_class": ["large"] * 4 + ["small"] * 4,
    },
    index=pd.Index([f"R{at}" for at in range(1, 9)], name="respondent_id"),
)


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


def test_those_named_first_are_withheld_with_what_the_total_would_tell():
    alone = pd.DataFrame({"status": ["a"] * 6 + ["b"] * 4 + ["c"] * 9})
    hidden = disclosure.withheld_together(alone, 3, [("status", "a")])
    assert hidden["status"].to_dict() == {"a": True, "b": True, "c": False}


def test_a_subgroup_that_is_everybody_is_shown_as_the_total_is():
    whole = pd.DataFrame({"status": ["city"] * 5, "size_class": ["a", "a", "a", "b", "b"]})
    assert disclosure.withheld_together(whole, 3).to_dict() == {
        ("status", "city"): False,
        ("size_class", "a"): True,
        ("size_class", "b"): True,
    }


@pytest.mark.parametrize(("alike", "withheld"), [("k0", True), ("", False)])
def test_a_small_subgroup_all_alike_is_withheld(alike, withheld):
    by = published(panels.two_statuses(8, 16, alike))
    for table in (by.means, by.stages):
        own = table[table["dimension"] == "status"]
        # Of two subgroups the total less the one would tell the other.
        assert own["withheld"].eq(withheld).all()


@pytest.mark.parametrize(("sizes", "shown"), [((10, 12), True), ((9, 13), False)])
def test_affirmations_are_shown_by_subgroups_of_ten_or_more_alone(sizes, shown):
    table = published(panels.two_statuses(*sizes)).all_stages
    own = table[table["dimension"] == "status"].set_index("subject")["withheld"]
    assert not own[["T01", "T02"]].any()
    assert (~own.drop(["T01", "T02"])).eq(shown).all()


def test_figures_of_subgroups_are_those_of_the_answers_rounded():
    raw = panels.two_statuses(8, 16)
    by = published(raw)
    answers = raw.answers[raw.answers["status"] == "k0"]
    own = answers[answers["theme_id"] == "T01"]
    mean = own.groupby("respondent_id")["level"].mean().mean()
    row = by.means.set_index(["dimension", "subgroup", "theme_id"]).loc[("status", "k0", "T01")]
    assert (row["mean"], row["base"]) == (pytest.approx(round(float(mean), 1)), 8)
    row = by.stages.set_index(["dimension", "subgroup", "theme_id"]).loc[("status", "k0", "T01")]
    share = 100 * (own["level"] >= 3).sum() / 16
    assert row["share"] == pytest.approx(np.floor(share + 0.5) / 100)


# ---------------------------------------------------------------------------------- the panel


def test_an_affirmation_that_too_few_answered_has_no_figure_anywhere():
    raw = panels.two_statuses(8, 16)
    raw.answers.loc[
        (raw.answers["affirmation_id"] == "T01-1") & (raw.answers["respondent_id"] > "R01"), "level"
    ] = pd.NA
    table = distribution.from_answers(raw.answers, raw.questionnaire, raw.edition)
    own = table[table["affirmation_id"] == "T01-1"]
    assert own["withheld"].all()
    assert own[["n", "base", "share", "percent", "not_concerned", "missing"]].isna().all(axis=None)
    assert not table.loc[table["affirmation_id"] != "T01-1", "withheld"].any()
    pooled = distribution.pooled(table, raw.members, raw.edition).set_index("theme_id")
    assert (pooled.loc["T01", "base"] == 24).all()  # T01-2 alone


def test_a_theme_that_too_few_answered_has_no_score_nor_rank_of_any_choice():
    raw = panels.two_statuses(8, 16)
    raw.answers.loc[
        (raw.answers["theme_id"] == "T01") & (raw.answers["respondent_id"] > "R01"), "level"
    ] = pd.NA
    scores = scoring.respondent_scores(raw.answers, raw.members, raw.edition)
    table = scoring.theme_scores(scores, raw.themes, raw.edition)
    assert "T01" not in set(table["theme_id"])
    choices = sensitivity.rankings(raw.answers, raw.themes, raw.members, raw.edition)
    assert choices.loc[choices["theme_id"] == "T01", "value"].isna().all()


def test_the_sizes_of_groups_and_profiles_that_would_tell_of_few_are_withheld():
    def sizes(leaders, peloton, laggards, specialists):
        rows = [("leaders", None)] * leaders + [("laggards", None)] * laggards
        rows += [("peloton", "specialist")] * specialists
        rows += [("peloton", "generalist")] * (peloton - specialists)
        return groups.sizes(pd.DataFrame(rows, columns=["group", "profile"], dtype="str"), 3)

    assert sizes(5, 20, 9, 4) == {
        "leaders": 5, "peloton": 20, "laggards": 9, "generalist": 16, "specialist": 4
    }  # fmt: skip
    assert sizes(5, 20, 9, 0)["generalist"] == 20
    # One specialist: the peloton less the generalists would tell it.
    few = sizes(5, 20, 9, 1)
    assert (few["peloton"], few["generalist"], few["specialist"]) == (20, None, None)
    # Two leaders: the panel less the others would tell them.
    few = sizes(2, 20, 9, 4)
    assert (few["leaders"], few["laggards"], few["peloton"]) == (None, None, 20)


def test_shares_are_told_in_whole_percents_and_never_as_nothing_or_all():
    assert published_share(0, 300, "half_up") == (0.0, 0, 0)
    assert published_share(1, 300, "half_up") == (0.004, 1, 1)
    assert published_share(299, 300, "half_up") == (0.996, 299, 299)
    assert published_share(300, 300, "half_up") == (1.0, 300, 300)
    assert published_share(1, 3, "half_up") == (0.33, 1, 1)
    assert published_share(69, 200, "half_up") == (0.35, 69, 70)
