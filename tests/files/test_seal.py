import hashlib
import os
import shutil
import subprocess

import pytest

from barolib.files import digests, seal


def faults(study):
    return [(each.file, each.message) for each in seal.broken(study.folder)]


def test_an_unsealed_folder_is_not_broken(study):
    assert seal.broken(study.folder) == []


def test_the_seal_lists_each_file_with_its_hash(study):
    path = seal.seal(study.folder)
    assert path.name == "SHA256SUMS"
    lines = path.read_bytes().decode().splitlines()
    files = sorted(each for each in study.folder.iterdir() if each != path)
    assert lines == [f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.name}" for f in files]
    assert seal.broken(study.folder) == []
    assert study.problems() == []


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum on this machine")
def test_sha256sum_reads_the_seal(study):
    seal.seal(study.folder)
    subprocess.run(["sha256sum", "--check", "--strict", seal.NAME], cwd=study.folder, check=True)


def test_a_changed_file_breaks_the_seal_by_one_byte(study):
    seal.seal(study.folder)
    study.write("themes.csv", study.text("themes.csv") + "\n")
    (problem,) = seal.broken(study.folder)
    assert (problem.file, problem.message) == ("themes.csv", "the sealed file has changed")
    assert problem.value == hashlib.sha256((study.folder / "themes.csv").read_bytes()).hexdigest()
    assert "barolib check EDITION --seal" in problem.fix


def test_every_difference_is_reported(study):
    seal.seal(study.folder)
    study.remove("published_claims.csv")
    study.append("edition.yml", "# changed")
    assert faults(study) == [
        ("edition.yml", "the sealed file has changed"),
        ("published_claims.csv", "the sealed file is missing"),
    ]


def test_reading_a_study_reports_a_broken_seal(study):
    seal.seal(study.folder)
    study.append("edition.yml", "# changed")
    (problem,) = study.problems()
    assert (problem.file, problem.message) == ("edition.yml", "the sealed file has changed")


def test_a_file_added_after_sealing_is_free_and_office_leftovers_are_ignored(study):
    seal.seal(study.folder)
    (study.folder / "notes.txt").write_text("mine", encoding="utf-8")
    (study.folder / "~$themes.xlsx").write_text("open elsewhere", encoding="utf-8")
    (study.folder / ".DS_Store").write_text("", encoding="utf-8")
    assert seal.broken(study.folder) == []
    assert set(seal.hashes(study.folder)) >= {"notes.txt", "themes.csv"}
    assert not {"~$themes.xlsx", ".DS_Store", "SHA256SUMS"} & set(seal.hashes(study.folder))


def test_sealing_again_accepts_the_files_as_they_are(study):
    seal.seal(study.folder)
    study.append("edition.yml", "# changed")
    seal.seal(study.folder)
    assert seal.broken(study.folder) == []


@pytest.mark.parametrize("content", [b"nonsense\n", "été".encode("cp1252"), "a".encode("utf-16")])
def test_a_seal_that_is_not_one_is_named_with_its_line(study, content):
    study.write("SHA256SUMS", content)
    (problem, *_) = seal.broken(study.folder)
    assert (problem.file, problem.row) == ("SHA256SUMS", "1")
    assert problem.message == "not a line of sha256sum"


def test_a_binary_mark_and_windows_line_ends_in_the_seal_are_accepted(study):
    path = seal.seal(study.folder)
    path.write_bytes(path.read_bytes().replace(b"  ", b" *").replace(b"\n", b"\r\n"))
    assert seal.broken(study.folder) == []


def test_a_seal_renewed_for_a_block_stays_where_the_block_ends_well(study):
    study.append("edition.yml", "# changed")
    with seal.renewing(study.folder):
        assert study.problems() == []
    assert seal.broken(study.folder) == []
    assert (study.folder / "SHA256SUMS").is_file()


@pytest.mark.parametrize("sealed_before", [True, False])
def test_the_former_seal_comes_back_where_the_block_fails(study, sealed_before):
    if sealed_before:
        seal.seal(study.folder)
        study.append("edition.yml", "# changed")
    before = {path.name: path.read_bytes() for path in study.folder.iterdir()}

    def fail():
        raise RuntimeError("the check fails")

    with pytest.raises(RuntimeError), seal.renewing(study.folder):
        fail()
    assert {path.name: path.read_bytes() for path in study.folder.iterdir()} == before


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../outside.csv", "/nowhere"])
def test_a_link_out_of_the_study_is_refused_by_name(study, target):
    study.remove("themes.csv")
    (study.folder / "themes.csv").symlink_to(target)
    assert ("themes.csv", "a link out of the study's folder") in faults(study)
    assert any(each.value == target for each in study.problems())


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_an_edition_that_is_a_link_out_of_the_study_is_refused(study, tmp_path):
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    study.folder.rename(elsewhere)
    study.folder.symlink_to(elsewhere)
    assert ("2021", "a link out of the study's folder") in faults(study)


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_a_link_within_the_study_is_a_file_like_others(study):
    store = study.layout.root / ".store"
    store.mkdir()
    (study.folder / "themes.csv").rename(store / "ab12")
    (study.folder / "themes.csv").symlink_to("../../../.store/ab12")
    assert study.problems() == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes that are files here")
def test_a_pipe_is_refused_and_not_waited_for(study):
    os.mkfifo(study.folder / "notes")
    assert faults(study) == [("notes", "neither a file nor a folder")]
    with pytest.raises(OSError, match="neither a file nor a folder") as error:
        digests.of_folder(study.folder)
    assert error.value.filename == str(study.folder / "notes")
