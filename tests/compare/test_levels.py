import pandas as pd
import pytest

from barolib.compare import levels
from support import panels

EDITION = panels.settings(4, 2)
COLUMNS = ["affirmation_id", "share_before", "base_before", "share_after", "base_after"]
COMPARED = pd.DataFrame([("A", 0.9, 30, 1.0, 7), ("B", 2 / 3, 3, 0.0, 5)], columns=COLUMNS)
CUTS = pd.DataFrame(
    [("A", 0.3, 30, 3 / 7, 7), ("B", 1 / 3, 3, 0.0, 5), ("C", 1.0, 9, 1.0, 9)], columns=COLUMNS
).assign(cut="s3")


def test_the_levels_of_an_affirmation_make_up_its_share_at_implementation():
    found = levels.at_each(EDITION, COMPARED, CUTS)
    assert found["affirmation_id"].tolist() == ["A", "A", "B", "B"]
    assert found["level"].tolist() == [2, 3, 2, 3]
    assert found["beyond"].tolist() == [False, True, False, True]
    assert found["share_before"].tolist() == pytest.approx([18 / 30, 9 / 30, 1 / 3, 1 / 3])
    assert found["share_after"].tolist() == pytest.approx([4 / 7, 3 / 7, 0, 0])
    assert found["base_after"].tolist() == [7, 7, 5, 5]


def test_a_level_that_one_affirmation_lacks_is_with_those_below():
    found = levels.at_each(EDITION, COMPARED, CUTS[:1])
    assert found["level"].tolist() == [2, 2]
    assert found["share_before"].tolist() == pytest.approx([0.9, 2 / 3])
    highest = levels.at_each(EDITION, COMPARED[:1], CUTS.assign(cut="s4"))
    assert highest["beyond"].tolist() == [False, False]
