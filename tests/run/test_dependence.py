"""What a step depends on: the library, a notebook's cells, the sources of a report."""

import json
import shutil

import pytest

from barolib.files import digests
from barolib.files.layout import Layout
from barolib.run import dependence
from barolib.run.steps import RunConfig, RunSteps
from support import published as shared

SOURCE = shared.ROOT / "src" / "barolib"


def test_the_library_is_its_modules_and_its_files_of_data(tmp_path, monkeypatch):
    package = shutil.copytree(SOURCE, tmp_path / "barolib")
    monkeypatch.setattr(digests, "_PACKAGE", package)

    def digest():
        digests.library.cache_clear()
        return digests.library()

    seen = [digest()]
    (package / "run" / "__pycache__").mkdir(exist_ok=True)
    (package / "run" / "__pycache__" / "run.pyc").write_bytes(b"compiled")
    assert digest() == seen[0]
    for name in ("statistics/scoring.py", "survey/dictionary.yml", "report/markup.lua"):
        with (package / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        seen.append(digest())
    assert len(set(seen)) == 4
    digests.library.cache_clear()


def test_a_step_is_done_anew_by_another_library(monkeypatch):
    def taken():
        return RunSteps(Layout.at(shared.ROOT), RunConfig("2021")).checked().inputs()

    before = taken()
    assert digests.library() in before.values()
    monkeypatch.setattr(digests, "library", lambda: "another")
    assert {name for name, digest in taken().items() if digest != before[name]} == {"library"}


@pytest.fixture
def notebook(tmp_path):
    return shutil.copy2(shared.ROOT / "notebooks" / "3_distributions.ipynb", tmp_path)


def change(path, edit):
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_notebook_is_its_cells(notebook, tmp_path):
    path = tmp_path / "3_distributions.ipynb"
    before = dependence.notebook(path)

    def outputs(content):
        content["metadata"]["kernelspec"]["display_name"] = "Other"
        for cell in content["cells"]:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [{"x": 1}], "execution_count": 3, "id": "other"}
            cell["metadata"]["collapsed"] = True

    change(path, outputs)
    assert dependence.notebook(path) == before
    change(path, lambda content: content["cells"][-1]["source"].append("\n1"))
    assert dependence.notebook(path) != before


def test_a_report_is_made_from_its_own_texts_and_no_other(small):
    names = set(dependence.report(small.sources / "report", "2030", "fr"))
    assert {
        "report/index.qmd.jinja",
        "report/text/2030/fr/lead.md",
        "report/assets/style.css",
    } <= names
    assert "report/text/common/fr/method.md" in names
    assert not [name for name in names if "/en/" in name or "/2021/" in name]
