"""Raw tables come back from the disk as they were, type by type; nothing else is read there."""

import pickle
from dataclasses import fields

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from barolib.files.layout import Layout
from barolib.survey import rawstore
from barolib.survey.edition import Edition
from barolib.survey.intake import read_raw
from support import answering
from support import published as shared


def assert_kept(raw, folder):
    rawstore.save(raw, folder)
    back = rawstore.load(folder)
    for field in fields(raw):
        held, again = getattr(raw, field.name), getattr(back, field.name)
        if field.name == "edition":
            assert held == again
            assert type(again) is Edition
        else:
            assert_frame_equal(held, again, check_exact=True, check_index_type=True)
            assert held.dtypes.to_list() == again.dtypes.to_list(), field.name
            assert type(held.index) is type(again.index), field.name
    assert (raw.panel, raw.members) == (back.panel, back.members)
    assert_frame_equal(raw.participants, back.participants)


def test_printed_tables(raw2021, tmp_path):
    assert_kept(raw2021, tmp_path)


def test_answers_of_both_editions_of_the_library(tmp_path):
    for edition in ("2018", "2021"):
        folder = tmp_path / edition
        folder.mkdir()
        assert_kept(read_raw(Layout.at(shared.ROOT), edition), folder)


def test_every_setting_of_an_edition(answered, tmp_path):
    answered.append("edition.yml", "fieldwork: {start: 2020-11, end: 2021-01}\nframe_size: 40")
    answered.append("edition.yml", "equivalence_pp: 0.1\nminimum_answered: 0.3")
    assert_kept(answered.read(), tmp_path)


def test_an_edition_that_lacks_tables(tiny, tmp_path):
    tiny.remove("published_claims.csv")
    assert_kept(tiny.read(), tmp_path)


@pytest.mark.parametrize("size", [(1, 3, 1), (3, 6, 2), (9, 9, 3)])
def test_generated_editions(tiny, tmp_path, size):
    answering.generated(tiny, *size)
    assert_kept(tiny.read(), tmp_path)


class Mark:
    """What leaves a mark where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "a")


def test_nothing_pickled_is_read(two, tmp_path):
    raw, mark = two[0].read(), tmp_path / "mark"
    rawstore.save(raw, tmp_path)
    for name in ("raw.pickle", "themes.pkl", "edition.pickle"):
        (tmp_path / name).write_bytes(pickle.dumps(Mark(mark)))
    rawstore.load(tmp_path)
    (tmp_path / "themes.parquet").write_bytes(pickle.dumps(Mark(mark)))
    with pytest.raises(Exception, match=r"[Pp]arquet"):
        rawstore.load(tmp_path)
    assert not mark.exists()
    assert pd.read_parquet(tmp_path / "questionnaire.parquet").equals(raw.questionnaire)
