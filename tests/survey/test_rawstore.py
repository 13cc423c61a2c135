"""Raw tables come back from the disk as they were, type by type; nothing else is read there."""

import errno
import os
import pickle
import stat
from dataclasses import fields

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from barolib.errors import StudyError
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


def keep(study):
    """The raw tables as a stage after the check takes them, and where they are kept."""
    return rawstore.stored(study.layout, study.edition), study.layout.checked(study.edition)


@pytest.fixture
def reads(monkeypatch):
    """The editions of which raw files are read, in their order."""
    read = []

    def note(layout, edition):
        read.append(edition)
        return read_raw(layout, edition)

    monkeypatch.setattr(rawstore, "read_raw", note)
    return read


def test_what_is_kept_is_taken_while_the_raw_files_stay_as_they_were(tiny, reads):
    first, _ = keep(tiny)
    again, _ = keep(tiny)
    assert reads == ["2030"]
    assert_frame_equal(first.questionnaire, again.questionnaire)
    assert first.edition == again.edition


@pytest.mark.parametrize("name", ["questionnaire.csv", "notes.txt"])
def test_a_raw_file_that_changed_is_checked_again(tiny, reads, name):
    tiny.write("notes.txt", "")
    keep(tiny)
    tiny.write(name, tiny.text(name).replace("Un", "Uno") + "\n")
    raw, _ = keep(tiny)
    assert reads == ["2030", "2030"]
    assert_frame_equal(raw.questionnaire, tiny.read().questionnaire)


def test_another_version_of_the_library_checks_again(tiny, reads, monkeypatch):
    keep(tiny)
    monkeypatch.setattr("barolib.files.digests.library", lambda: "another")
    keep(tiny)
    assert reads == ["2030", "2030"]


@pytest.mark.parametrize("name", ["made_from.json", "edition.json", "claims.parquet"])
@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff[", b"[" * 10**5])
def test_what_is_kept_and_damaged_is_made_anew(tiny, reads, name, content):
    raw, folder = keep(tiny)
    (folder / name).unlink() if content is None else (folder / name).write_bytes(content)
    again, _ = keep(tiny)
    assert reads == ["2030", "2030"]
    assert_frame_equal(raw.claims, again.claims)
    keep(tiny)
    assert len(reads) == 2


def test_a_fault_is_told_as_by_the_check_and_nothing_is_kept_of_it(tiny):
    keep(tiny)
    tiny.replace("published_claims.csv", "C1,8,2030,T01-01", "C1,8,2030,T01-07")
    with pytest.raises(StudyError) as error:
        keep(tiny)
    assert list(error.value.problems) == tiny.problems()
    with pytest.raises(StudyError):
        keep(tiny)


def test_what_is_kept_is_its_owners_alone(tiny):
    _, folder = keep(tiny)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 or os.name == "nt"


def refusing(number):
    def save(raw, folder):
        raise OSError(number, os.strerror(number), str(folder))

    return save


def test_a_study_that_cannot_be_written_to_is_read_all_the_same(tiny, reads, monkeypatch):
    monkeypatch.setattr(rawstore, "save", refusing(errno.EROFS))
    first, again = keep(tiny)[0], keep(tiny)[0]
    assert_frame_equal(first.questionnaire, again.questionnaire)
    assert reads == ["2030", "2030"]


def test_a_full_disk_is_no_reason_to_read_raw_files_again_and_again(tiny, monkeypatch):
    monkeypatch.setattr(rawstore, "save", refusing(errno.ENOSPC))
    with pytest.raises(OSError, match="No space left"):
        keep(tiny)
