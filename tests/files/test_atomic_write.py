"""Files and folders that stand whole in their place, or not at all."""

from pathlib import Path

import pytest

from barolib.errors import Problem
from barolib.files import atomic_write, digests


@pytest.fixture
def folders(tmp_path):
    """A new folder and the target that it replaces."""
    new, target = tmp_path / ".2021.new", tmp_path / "2021"
    for folder, text in ((new, "new"), (target, "former")):
        folder.mkdir()
        (folder / "tables").mkdir()
        (folder / "tables" / f"{text}.txt").write_text(text, encoding="utf-8")
    return new, target


def files(folder):
    return [path.name for path in folder.rglob("*.txt")]


def fail_at(monkeypatch, call):
    """The rename of that number fails, as where another program holds a file."""
    calls, genuine = [], Path.rename

    def rename(self, target):
        calls.append(self)
        if len(calls) == call:
            raise PermissionError(13, "the file is in use", str(self))
        return genuine(self, target)

    monkeypatch.setattr(Path, "rename", rename)


@pytest.fixture(params=["exchanged", "renamed"])
def by(request, monkeypatch):
    """Both ways in which a folder takes the place of another."""
    if request.param == "renamed":
        request.getfixturevalue("renamed")


@pytest.fixture
def renamed(monkeypatch):
    """A system that cannot exchange two folders in one step."""
    monkeypatch.setattr(atomic_write, "_exchange", lambda one, other: False)


def test_a_disk_that_is_full_is_told_with_the_file(tmp_path):
    path = tmp_path / "table.csv"
    with pytest.raises(OSError, match="No space left") as caught, atomic_write.writing(path):
        raise OSError(28, "No space left on device")
    assert caught.value.filename == str(path)
    assert str(path) in str(Problem.of_error(caught.value, "a step"))


def test_a_file_appears_with_its_folder_once_the_block_ends(tmp_path):
    path = tmp_path / "a" / "b" / "table.parquet"
    with atomic_write.writing(path) as aside:
        aside.write_text("whole", encoding="utf-8")
        assert aside.parent == path.parent
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_half_written_leaves_the_former_and_nothing_else(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_text("former", encoding="utf-8")

    def write_half():
        with atomic_write.writing(path) as aside:
            aside.write_text("hal", encoding="utf-8")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_half()
    assert path.read_text(encoding="utf-8") == "former"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.usefixtures("by")
def test_a_folder_takes_the_place_of_another(folders):
    new, target = folders
    atomic_write.replace(new, target)
    assert files(target) == ["new.txt"]
    assert [path.name for path in target.parent.iterdir()] == ["2021"]


def test_a_folder_takes_an_empty_place_and_makes_its_parent(folders):
    new, target = folders
    elsewhere = target.parent / "data" / "processed" / "2021"
    atomic_write.replace(new, elsewhere)
    assert files(elsewhere) == ["new.txt"]
    assert not new.exists()


@pytest.mark.usefixtures("by")
def test_a_folder_that_fails_leaves_the_former_and_nothing_else(folders):
    _, target = folders

    def fill_half():
        with atomic_write.filling(target) as aside:
            (aside / "half.txt").write_text("half", encoding="utf-8")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fill_half()
    assert files(target) == ["former.txt"]
    assert [path.name for path in target.parent.iterdir()] == ["2021"]


@pytest.mark.usefixtures("by")
def test_filling_takes_over_from_a_killed_process(folders):
    new, target = folders
    target.rename(target.with_name(".2021.former"))
    new.rename(target.with_name(".2021.1234"))
    with atomic_write.filling(target) as aside:
        assert files(target) == ["former.txt"], "the former folder is back at once"
        assert list(aside.iterdir()) == []
        (aside / "new.txt").write_text("new", encoding="utf-8")
    assert files(target) == ["new.txt"]
    assert [path.name for path in target.parent.iterdir()] == ["2021"]


def test_digests_leave_hidden_files_out(tmp_path):
    for name in ("b/c.txt", "a.txt", ".d.txt", ".e/f.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"abc")
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digests.of_folder(tmp_path) == {"a.txt": abc, "b/c.txt": abc}
    assert digests.of_folder(tmp_path / "nothing") == {}


def test_what_a_killed_replacement_left_does_not_matter(folders):
    new, target = folders
    target.rename(target.with_name(".2021.former"))
    atomic_write.replace(new, target)
    assert files(target) == ["new.txt"]
    assert [path.name for path in target.parent.iterdir()] == ["2021"]


@pytest.mark.usefixtures("renamed")
@pytest.mark.parametrize("call", [1, 2])
def test_the_former_folder_comes_back_where_the_replacement_fails(folders, monkeypatch, call):
    new, target = folders
    fail_at(monkeypatch, call)
    with pytest.raises(PermissionError, match="in use"):
        atomic_write.replace(new, target)
    assert files(target) == ["former.txt"]
    assert files(new) == ["new.txt"]


def test_a_new_folder_that_is_missing_leaves_the_former(folders):
    _, target = folders
    with pytest.raises(FileNotFoundError):
        atomic_write.replace(target.with_name("nothing"), target)
    assert files(target) == ["former.txt"]
