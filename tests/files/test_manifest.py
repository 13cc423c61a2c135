"""What a manifest says of a run."""

import hashlib
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version

import pytest

import barolib
from barolib.files import manifest
from barolib.files.layout import Layout
from support import published as shared

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder, *words):
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
def project(tiny):
    """The small edition, in a root that holds the sources as well."""
    return shared.Project.at(tiny.layout.root)


def test_the_inputs_are_every_raw_file_with_its_hash(published):
    inputs = manifest.read(published.processed)["inputs"]
    assert inputs == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(published.layout.raw("2021").iterdir())
        if path.name != "SHA256SUMS"
    }


def test_versions_and_parameters_of_the_run(published):
    found = manifest.read(published.processed)
    assert found["edition"] == "2021"
    assert found["parameters"] == {
        **{"edition": "2021", "against": "2018", "languages": ["fr", "en"]}
    }
    versions = found["versions"]
    assert versions.pop("barolib") == barolib.__version__
    assert re.fullmatch(r"3\.\d+\.\d+\S*", versions.pop("python"))
    assert versions.items() >= {name: version(name) for name in manifest.PACKAGES}.items()


def test_no_place_and_no_time_of_the_machine(published):
    text = (published.processed / manifest.NAME).read_text(encoding="utf-8")
    assert str(published.layout.root) not in text
    assert str(shared.ROOT) not in text
    assert not re.search(r"\d\d:\d\d|\d{4}-\d\d-\d\d", text)


def test_a_seal_is_said(tiny):
    assert manifest.describe(tiny.layout, "2030", {})["sealed"] is False
    tiny.write("SHA256SUMS", "")
    described = manifest.describe(tiny.layout, "2030", {})
    assert described["sealed"] is True
    assert "SHA256SUMS" not in described["inputs"]


def test_it_is_read_as_it_was_written_the_same_every_time(tmp_path):
    given = {"édition": "2030", "parameters": {"b": [1], "a": None}}
    manifest.write(tmp_path, given)
    first = (tmp_path / manifest.NAME).read_bytes()
    assert manifest.read(tmp_path) == given
    manifest.write(tmp_path, dict(reversed(given.items())))
    assert (tmp_path / manifest.NAME).read_bytes() == first
    assert "édition".encode() in first
    assert json.loads(first) == given
    assert first.endswith(b"}\n")


def test_outside_a_checkout_there_is_no_commit(project):
    told = manifest.describe(project, "2030", {})
    assert told["commit"] is None
    assert manifest.epoch(told) == str(int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()))


@needs_git
def test_a_checkout_tells_its_commit_and_whether_it_changed(project):
    git(project.root, "init", "--quiet")
    assert manifest.describe(project, "2030", {})["commit"] is None, "no commit yet"
    git(project.root, "add", ".")
    git(project.root, "commit", "--quiet", "--message", "first")
    head = git(project.root, "rev-parse", "HEAD")
    time = int(git(project.root, "log", "-1", "--format=%ct"))
    told = manifest.describe(project, "2030", {})
    assert told["commit"] == {"id": head, "time": time, "changed": False}
    assert manifest.epoch(told) == str(time)
    (project.root / "more.txt").write_text("more", encoding="utf-8")
    told = manifest.describe(project, "2030", {})
    assert told["commit"] == {"id": head, "time": time, "changed": True}


@needs_git
def test_a_checkout_without_git_tells_no_commit(project, monkeypatch):
    git(project.root, "init", "--quiet")
    monkeypatch.setenv("PATH", "")
    assert manifest.describe(project, "2030", {})["commit"] is None


def test_a_study_apart_from_the_sources_has_the_commit_of_the_sources(tiny):
    elsewhere = manifest.describe(tiny.layout, "2030", {})["commit"]
    here = manifest.describe(Layout.at(shared.ROOT), "2021", {})["commit"]
    assert (elsewhere or {}).get("id") == (here or {}).get("id")
