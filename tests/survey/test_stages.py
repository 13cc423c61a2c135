"""Two scales side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.errors import StudyError
from barolib.survey import stages
from barolib.survey.edition import Edition


def edition(names, start=2, own="2030"):
    scale = [
        {"level": n, "stage": name, "label": {"fr": name}} for n, name in enumerate(names, start=1)
    ]
    about = {"id": own, "title": {"fr": "Essai"}, "provenance": {"tables": "published"}}
    return Edition.model_validate(about | {"scale": scale, "implementation_from": start})


OLD, NEW = edition("abcde", 4, "2018"), edition("abcdef", 4)


def test_a_stage_that_only_one_scale_knows_is_one_with_the_stage_below():
    now, before = stages.merged(NEW, OLD)
    assert list(now.values()) == [1, 2, 3, 4, 5, 5]
    assert list(before.values()) == [1, 2, 3, 4, 5]


def test_a_lowest_stage_that_only_one_scale_knows_is_one_with_the_stage_above():
    now, before = stages.merged(edition("xabc"), edition("abc"))
    assert (now, before) == ({1: 1, 2: 1, 3: 2, 4: 3}, {1: 1, 2: 2, 3: 3})


def test_cuts_are_at_every_shared_stage_but_the_lowest():
    assert stages.cuts(NEW, OLD) == {
        "b": ([2, 3, 4, 5, 6], [2, 3, 4, 5]),
        "c": ([3, 4, 5, 6], [3, 4, 5]),
        "d": ([4, 5, 6], [4, 5]),
        "e": ([5, 6], [5]),
    }


def test_implementation_is_the_stage_where_both_put_it():
    assert stages.implementation(NEW, OLD) == "d"
    with pytest.raises(StudyError, match="implementation_from"):
        stages.implementation(NEW, edition("abcde", 3))


def test_stages_in_another_order_cannot_be_cut():
    with pytest.raises(StudyError, match="another order"):
        stages.cuts(NEW, edition("abdce", 4))


@pytest.mark.parametrize(
    ("levels", "before", "same"),
    [
        ([4, 5, 6], [4, 5], True),
        ([5, 6], [5], True),
        ([1, 2, 3], [1, 2, 3], True),
        ([5], [5], False),
        ([6], [5], False),
        ([4, 5], [4, 5], False),
        ([4, 5, 6], [3, 4, 5], False),
    ],
)
def test_levels_are_the_same_cut_where_they_are_the_same_stages(levels, before, same):
    assert stages.same_cut(levels, before, NEW, OLD) == same


@given(st.sets(st.sampled_from("bcdefgh")), st.sets(st.sampled_from("bcdefgh")))
def test_a_cut_never_parts_what_is_merged(one, other):
    scales = [edition(["a", "b", *sorted(each - {"b"})]) for each in (one, other)]
    ranks = stages.merged(*scales)
    for cut in stages.cuts(*scales).values():
        reached = [{rank[level] for level in own} for rank, own in zip(ranks, cut, strict=True)]
        left = [
            {rank[level] for level in rank.keys() - own}
            for rank, own in zip(ranks, cut, strict=True)
        ]
        assert reached[0] == reached[1]
        assert not reached[0] & (left[0] | left[1])
