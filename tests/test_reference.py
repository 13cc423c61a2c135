"""The functions of the reference say in numpydoc's form what they take and give; examples run."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import shutil
import textwrap
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate
from sphinx.application import Sphinx

import barolib
from support.studies import ROOT

PAGES = sorted((ROOT / "docs" / "reference").glob("*.rst"))
DIRECTIVE = re.compile(r"^\.\. auto(function|class|method|attribute):: (\S+)$", re.MULTILINE)
ENTRIES = [match for page in PAGES for match in DIRECTIVE.findall(page.read_text(encoding="utf-8"))]
NAMES = [name for _, name in ENTRIES]

#: What numpydoc may find wrong (its codes): a docstring or summary that is not there, a parameter
#: that is unknown, undocumented, without type or meaning, a return without either, no example.
FAULTS = {"GL06", "GL07", "GL08", "SS01", "SS03", "PR01", "PR02", "PR03", "PR04", "PR07", "PR10"}
FAULTS |= {"RT01", "RT03", "YD01", "EX01"}
#: Modules that are read as they are imported, and those that start a program.
ASIDE = {"barolib.__main__"}
#: Modules whose examples need the tables of a run.
OF_A_RUN = ("barolib.report.facts", "barolib.report.templates", "barolib.report.publication")
OF_A_RUN += ("barolib.report.datapackage", "barolib.report.slides")


def modules():
    """The name of every module with an example."""
    names = (name for _, name, _ in pkgutil.walk_packages(barolib.__path__, "barolib."))
    sources = {name: importlib.util.find_spec(name).origin for name in names if name not in ASIDE}
    sources["barolib"] = barolib.__file__
    return sorted(
        name for name, path in sources.items() if ">>> " in Path(path).read_text(encoding="utf-8")
    )


def run(name):
    """The examples of a module: how many failed, how many there are."""
    return doctest.testmod(importlib.import_module(name))


def document(name):
    """What a dotted name of the library is."""
    parts = name.split(".")
    for size in range(len(parts) - 1, 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for part in parts[size:]:
            thing = inspect.getattr_static(thing, part)
        return thing
    raise LookupError(name)


@pytest.fixture(scope="module")
def copy_of_2021(tmp_path_factory):
    """The raw files, where examples may leave what they check."""
    root = tmp_path_factory.mktemp("reference")
    shutil.copytree(ROOT / "data" / "raw", root / "data" / "raw")
    return root


@pytest.mark.parametrize("name", [name for name in modules() if name not in OF_A_RUN])
def test_examples_give_what_they_say(name, copy_of_2021, monkeypatch):
    monkeypatch.chdir(copy_of_2021)
    failed, tried = run(name)
    assert tried
    assert not failed


@pytest.mark.parametrize("name", OF_A_RUN)
def test_examples_of_the_report_give_what_they_say(name, published, monkeypatch):
    monkeypatch.chdir(published.layout.root)
    failed, tried = run(name)
    assert tried
    assert not failed


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_what_it_takes_and_gives(name):
    thing = document(name)
    faults = validate(name)["errors"] if callable(thing) else []
    assert not [fault for fault in faults if fault[0] in FAULTS]
    sections = NumpyDocString(inspect.cleandoc(thing.__doc__))
    assert ">>> " in "\n".join(sections["Examples"])


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_that_raises_an_error_of_the_study_says_so(name):
    thing = document(name)
    code = ast.parse(textwrap.dedent(inspect.getsource(getattr(thing, "func", thing))))
    raised = {
        call.func.id
        for node in ast.walk(code)
        if isinstance(node, ast.Raise) and isinstance(call := node.exc, ast.Call)
        and isinstance(call.func, ast.Name)
    }  # fmt: skip
    if not inspect.isclass(thing):
        documented = {raises.type for raises in NumpyDocString(thing.__doc__)["Raises"]}
        assert raised <= documented


def test_a_section_of_the_method_that_is_cited_is_there():
    headings = {
        page: set(re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
        for page in ("docs/method.md", "docs/report.md")
    }
    cited = [
        reference
        for name in NAMES
        for reference in re.findall(
            r'(docs/\w+\.md), "([^"]+)"', " ".join((document(name).__doc__ or "").split())
        )
    ]
    assert len(cited) > 20
    assert not [(page, title) for page, title in cited if title not in headings[page]]


def test_every_public_function_of_statistics_is_in_the_reference_with_its_source():
    package = importlib.import_module("barolib.statistics")
    for _, module, _ in pkgutil.iter_modules(package.__path__, "barolib.statistics."):
        for node in ast.parse(inspect.getsource(importlib.import_module(module))).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                name = f"{module}.{node.name}"
                assert name in NAMES
                assert NumpyDocString(document(name).__doc__)["References"], name


def test_the_reference_names_each_entry_once():
    assert len(NAMES) == len(set(NAMES)) > 60


def test_the_reference_is_built_without_a_warning(tmp_path):
    site = tmp_path / "site"
    source = str(ROOT / "docs" / "reference")
    app = Sphinx(
        source, source, str(site), str(tmp_path / "trees"), "html",
        status=None, warningiserror=True, exception_on_warning=True,
    )  # fmt: skip
    app.build()
    page = (site / "statistics.html").read_text(encoding="utf-8")
    assert 'id="barolib.statistics.ordinal.shift"' in page
    held = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.html"))
    assert not re.findall(r'(?:src|href)="https?://(?!www\.sphinx-doc|alabaster)[^"]*"', held)
