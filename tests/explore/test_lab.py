"""`barolib explore`: what it needs, the copy that it opens, and how JupyterLab is called."""

import json
import os

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.explore import lab
from support.studies import ROOT

SOURCE = ROOT / "notebooks" / lab.NOTEBOOK


@pytest.fixture
def called(monkeypatch):
    """The words that JupyterLab would be started with, as if it were installed."""
    lines = []
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")  # put back at the end
    monkeypatch.setattr(lab, "_serve", lambda words, page: lines.append(words))
    monkeypatch.setattr(lab, "find_spec", lambda name: name)
    return lines


def test_jupyterlab_listens_to_this_machine_alone(tiny, called):
    root, before = tiny.layout.root, dict(os.environ)
    assert cli.main(["explore", "--root", str(root), "--", "--no-browser"]) == 0
    assert dict(os.environ) == before
    (line,) = called
    assert "--ServerApp.ip=127.0.0.1" in line
    assert f"--ServerApp.root_dir={root.resolve()}" in line
    assert line[-1] == "--no-browser"
    assert not [word for word in line if "token" in word]  # JupyterLab makes one
    assert (root / "explore" / lab.NOTEBOOK).read_bytes() == SOURCE.read_bytes()


def test_the_app_is_the_same_notebook_by_voila(tiny, called, monkeypatch, capsys):
    line = ["explore", "--app", "--root", str(tiny.layout.root)]
    assert cli.main(line) == 0
    assert f"--LabApp.default_url=/voila/render/explore/{lab.NOTEBOOK}" in called[0]
    monkeypatch.setattr(lab, "find_spec", lambda name: None if name == "voila" else name)
    assert cli.main(line) == 1
    assert "pip install voila" in capsys.readouterr().err
    assert len(called) == 1


def test_without_jupyterlab_the_fix_is_told(tiny, monkeypatch, capsys):
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert cli.main(["explore", "--root", str(tiny.layout.root)]) == 1
    told = capsys.readouterr().err
    assert "not installed: jupyterlab, ipywidgets" in told
    assert "make explore" in told


def test_without_an_edition_nothing_is_opened(tmp_path, called):
    with pytest.raises(StudyError, match="no edition found"):
        lab.run(lab.Layout.at(tmp_path), [])
    assert not called
    assert not (tmp_path / "explore").exists()


def test_a_copy_that_was_worked_on_is_kept_beside_the_new_one(tiny):
    copy = lab.copy_notebooks(tiny.layout)
    notebook = json.loads(copy.read_text(encoding="utf-8"))
    notebook["cells"][-1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    copy.write_text(json.dumps(notebook), encoding="utf-8")
    lab.copy_notebooks(tiny.layout)  # outputs alone are no work
    names = sorted(path.name for path in SOURCE.parent.glob("*.ipynb"))
    assert sorted(path.name for path in copy.parent.iterdir()) == names
    notebook["cells"][-1]["source"] = ["mine = 1"]
    copy.write_text(json.dumps(notebook), encoding="utf-8")
    lab.copy_notebooks(tiny.layout)
    kept = copy.with_stem("5_explore_kept")
    assert "mine = 1" in kept.read_text(encoding="utf-8")
    assert copy.read_bytes() == SOURCE.read_bytes()
