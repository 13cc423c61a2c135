"""What a step depends on: the library that it imports, its cells, the sources of its report."""

import json
import shutil
import subprocess
import sys

import published as shared
import pytest

from barolib.run import dependence

small = shared.small
SOURCE = shared.ROOT / "src" / "barolib"


def test_the_library_is_what_python_would_import():
    found = {
        name.removeprefix("barolib/") for name in dependence.library("barolib.report.publication")
    }
    script = (
        "import sys, barolib.report.publication; print([m for m in sys.modules if 'barolib.' in m])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    modules = json.loads(done.stdout.replace("'", '"'))
    paths = {name.removeprefix("barolib.").replace(".", "/") + ".py" for name in modules}
    packages = {f"{path.parent.name}.py" for path in SOURCE.glob("*/__init__.py")}
    assert paths - packages <= found
    assert {"survey/dictionary.yml", "report/markup.lua"} <= found
    assert "report/engines.py" not in found, "the render is no part of the filling"


@pytest.fixture
def notebook(tmp_path):
    return shutil.copy2(shared.ROOT / "notebooks" / "3_distributions.ipynb", tmp_path)


def change(path, edit):
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_notebook_is_its_cells_and_what_they_import(notebook, tmp_path):
    path = tmp_path / "3_distributions.ipynb"
    before = dependence.notebook(path)
    assert {
        "barolib/drawing/figures.py",
        "barolib/survey/rounding.py",
        "barolib/run/notebooks.py",
    } <= set(before)
    assert "barolib/report/publication.py" not in before

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
    assert {"report/index.qmd", "report/text/2030/fr/lead.md", "report/assets/style.css"} <= names
    assert "report/text/common/fr/method.md" in names
    assert not [name for name in names if "/en/" in name or "/2021/" in name]
