"""The notebooks: their order, their style, and what happens where they are misused or fail."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from graphlib import CycleError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.drawing.palette import contrast
from barolib.errors import StudyError
from barolib.files import manifest
from barolib.report import publication
from barolib.run import notebooks, run
from barolib.run.notebooks import COMPARISON, STAGES, Stage
from barolib.survey import contracts
from support import published as shared

FOLDER = shared.ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
#: The notebook of questions is opened by people; no run executes it.
EXPLORE = FOLDER / "5_explore.ipynb"
STAGED = [path for path in NOTEBOOKS if path != EXPLORE]
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def content(path):
    return json.loads(path.read_text(encoding="utf-8"))


def parameters_of(path):
    """The names and defaults of the parameters cell."""
    names = {}
    exec(shared.code_cells(path)[0], names)
    return {name: value for name, value in names.items() if name != "__builtins__"}


# ---------------------------------------------------------------------------------- order


def test_the_order_is_that_of_the_inputs():
    order = [stage.notebook for stage in notebooks.in_order()]
    assert order == ["1_cleaning", "3_distributions", "2_theme_scores"]


@st.composite
def stage_sets(draw):
    """Stages that read what earlier ones write, given in any order."""
    count = draw(st.integers(1, 7))
    stages = []
    for number in range(count):
        known = [table for stage in stages for table in stage.writes]
        reads = draw(st.lists(st.sampled_from(known), unique=True)) if known else []
        writes = [f"{number}{letter}" for letter in "abc"[: draw(st.integers(0, 3))]]
        stages.append(Stage(f"n{number}", tuple(reads), tuple(writes)))
    return tuple(draw(st.permutations(stages)))


@given(stage_sets())
def test_every_read_comes_after_its_write(stages):
    there = set()
    order = notebooks.in_order(stages)
    for stage in order:
        assert set(stage.reads) <= there
        there |= set(stage.writes)
    assert sorted(order, key=lambda stage: stage.notebook) == sorted(
        stages, key=lambda stage: stage.notebook
    )


def test_a_circle_is_refused_by_the_names_in_it():
    before, after = Stage("before", ("late",), ("early",)), Stage("after", ("early",), ("late",))
    with pytest.raises(CycleError, match=r"cycle.*before.*after|cycle.*after.*before"):
        notebooks.in_order((before, after))


def test_a_notebook_that_reads_its_own_table_is_a_circle():
    with pytest.raises(CycleError, match="narcissus"):
        notebooks.in_order((Stage("narcissus", ("mirror",), ("mirror",)),))


def test_every_notebook_is_a_stage_and_writes_tables_of_its_own():
    stages = STAGES + COMPARISON
    assert {stage.notebook for stage in stages} == {path.stem for path in STAGED}
    written = [table for stage in stages for table in stage.writes]
    assert len(written) == len(set(written))


def test_each_stage_writes_what_it_declares_from_what_it_declares(small, tmp_path):
    written = tmp_path / "written"
    written.mkdir()
    for stage in notebooks.in_order():
        folder = tmp_path / stage.notebook / "2030"
        folder.mkdir(parents=True)
        for table in stage.reads:
            shutil.copy2(written / f"{table}.parquet", folder)
        given = {"edition": "2030", "root": str(small.root), "languages": ["fr"]}
        shared.run_cells(
            FOLDER / f"{stage.notebook}.ipynb", given | {"staging": str(folder.parent)}
        )
        left = {path.stem for path in folder.glob("*.parquet")}
        assert left == {*stage.reads, *stage.writes}
        for table in stage.writes:
            shutil.copy2(folder / f"{table}.parquet", written)


def test_a_run_leaves_the_declared_tables_and_no_other(published):
    left = {path.stem for path in published.processed.glob("*.parquet")}
    assert left == {table for stage in STAGES for table in stage.writes}


# ---------------------------------------------------------------------------------- house style


@each_notebook
def test_a_title_then_the_parameters(path):
    first, second, *rest = content(path)["cells"]
    number, _, name = path.stem.partition("_")
    title = f"# {number} · {name.replace('_', ' ').capitalize()}\n"
    assert (first["cell_type"], first["source"][0]) == ("markdown", title)
    assert second["metadata"]["tags"] == ["parameters"]
    assert not any("parameters" in cell["metadata"].get("tags", []) for cell in rest)


def test_the_parameters_are_the_same_everywhere_and_those_of_a_run():
    found = [parameters_of(path) for path in STAGED]
    against = [each.pop("against", "") for each in found]
    assert [path.stem for path, own in zip(STAGED, against, strict=True) if own is None] == [
        stage.notebook for stage in COMPARISON
    ]
    assert all(each == found[0] for each in found)
    assert set(found[0]) == {"edition", "root", "staging", "languages"}
    assert parameters_of(EXPLORE) == {"root": None, "lang": "fr"}


def test_whoever_explores_sees_no_code():
    cells = [cell for cell in content(EXPLORE)["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(cell["metadata"]["jupyter"] == {"source_hidden": True} for cell in cells)


@each_notebook
def test_short(path):
    cells = shared.code_cells(path)  # "about twelve short cells"
    assert len(cells) <= 13
    assert max(len(cell.splitlines()) for cell in cells) <= 13


@each_notebook
def test_no_function_and_no_loop(path):
    refused = (ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.For, ast.While, ast.comprehension)
    for cell in shared.code_cells(path):
        found = [node for node in ast.walk(ast.parse(cell)) if isinstance(node, refused)]
        assert not found, ast.unparse(found[0])


@each_notebook
def test_no_literal_path(path):
    _, *cells = shared.code_cells(path)
    for cell in cells:
        texts = [node.value for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Constant)]
        texts = [text for text in texts if isinstance(text, str)]
        assert not [text for text in texts if re.search(r"[/\\]|^~|^\.|\.\w+$", text)]
    assert parameters_of(path)["root"] is None


@each_notebook
def test_no_edition_is_named_but_as_a_default(path):
    _, *cells = shared.code_cells(path)
    assert not re.search(r"\b20\d\d\b|T\d\d\b", "\n".join(cells))


@each_notebook
def test_committed_without_outputs(path):
    for cell in content(path)["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert "papermill" not in content(path)["metadata"]


# ---------------------------------------------------------------------------------- misuse


def refuse(folder, *names):
    with pytest.raises(StudyError) as error:
        notebooks.refuse_unknown(folder, [stage.notebook for stage in STAGES], names)
    return error.value.problems


def test_an_unknown_parameter_is_refused_with_the_nearest():
    problems = refuse(FOLDER, "edition", "langages")
    assert {problem.value for problem in problems} == {"langages"}
    assert [problem.file for problem in problems] == [
        f"notebooks/{stage.notebook}.ipynb" for stage in STAGES
    ]
    assert all("did you mean 'languages'?" in problem.fix for problem in problems)


def test_a_parameter_that_one_notebook_alone_lacks_is_refused(tmp_path):
    project = shared.project_at(tmp_path)
    change(project, "2_theme_scores", "languages = [", "langs = [")
    (problem,) = refuse(tmp_path / "notebooks", "languages")
    assert problem.file == "notebooks/2_theme_scores.ipynb"


def test_a_missing_notebook_is_named_before_anything_runs(small):
    (small.sources / "notebooks" / "3_distributions.ipynb").unlink()
    with pytest.raises(StudyError, match=r"3_distributions\.ipynb: the notebook is missing"):
        run.run(small, shared.run_config("2030"), run.ExecutionOptions(), lambda text: None)
    assert not shared.digests(small.root / "data" / "processed")


def test_parameters_as_papermill_types_them_are_those_of_a_run(two, tmp_path):
    left = []
    for typed in (
        {"edition": "2030", "against": "2028", "languages": ["fr"]},
        {"edition": 2030, "against": 2028, "languages": "fr"},
    ):
        staging = tmp_path / str(len(left))
        places = {"root": str(two[0].layout.root), "staging": str(staging)}
        for stage in (*notebooks.in_order(), *COMPARISON):
            path = FOLDER / f"{stage.notebook}.ipynb"
            known = notebooks.declared(path)
            asked = {name: value for name, value in typed.items() if name in known}
            shared.run_cells(path, asked | places)
        left.append(shared.digests(staging))
    assert left[0] == left[1]
    assert {"2030/claims.parquet", "2030_vs_2028/delta_themes.parquet"} <= set(left[0])


@pytest.mark.parametrize(
    ("parameter", "value", "told"),
    [
        ("languages", "de", "languages: no such language"),
        ("languages", ["fr", "ne"], "known: fr, en"),
        ("languages", [], "no such language"),
        ("languages", None, "no such language"),
        ("edition", 2031, "no edition '2031'"),
        ("edition", 2030.5, "2030.5"),
    ],
)
def test_a_parameter_that_names_nothing_known_is_told(small, tmp_path, parameter, value, told):
    given = {"edition": "2030", "root": str(small.root), "staging": str(tmp_path / "staging")}
    shared.run_cells(FOLDER / "1_cleaning.ipynb", given)
    with pytest.raises(StudyError, match=re.escape(told)):
        shared.run_cells(FOLDER / "3_distributions.ipynb", given | {parameter: value})


def test_the_command_papermill_takes_an_edition_that_it_types_as_a_number(small, tmp_path):
    pytest.importorskip("papermill.__main__")
    words = ["-p", "edition", "2030", "-p", "languages", "fr", "-p", "root", str(small.root)]
    words += ["-p", "staging", str(tmp_path / "staging"), "-k", "python3", "--no-progress-bar"]
    command = [sys.executable, "-m", "papermill", FOLDER / "1_cleaning.ipynb", tmp_path / "a.ipynb"]
    done = subprocess.run(
        [*command, *words],
        env=os.environ | {"PYTHONPATH": str(shared.ROOT / "src")},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "edition = 2030\n" in (tmp_path / "a.ipynb").read_text("utf-8").replace("\\n", "\n")
    assert (tmp_path / "staging" / "2030" / "repairs.parquet").is_file()


@pytest.mark.slow
def test_run_by_hand_from_any_folder_they_find_the_study_and_change_nothing_for_git(
    small, tmp_path_factory
):
    shutil.copytree(shared.ROOT / ".ci", small.root / ".ci")
    shutil.copy2(shared.ROOT / ".gitattributes", small.root)
    (small.root / ".gitignore").write_text("/data/processed/\n", encoding="utf-8")

    def git(*words):
        named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        line = ["git", *named, *words]
        done = subprocess.run(line, cwd=small.root, check=True, capture_output=True, text=True)
        return done.stdout

    names = [f"{stage.notebook}.ipynb" for stage in notebooks.in_order()]
    for name in names:
        change(small, name.removesuffix(".ipynb"), 'edition = "2021"', 'edition = "2030"')
    git("init", "--quiet")
    git("config", "filter.notebook.clean", f"{sys.executable} .ci/clean_notebook.py")
    git("add", ".")
    git("commit", "--quiet", "--message", "all")
    line = [sys.executable, "-m", "jupyter", "execute", "--inplace", *names]
    env = os.environ | {
        "PYTHONPATH": str(shared.ROOT / "src"),
        "IPYTHONDIR": str(tmp_path_factory.mktemp("ipython")),
    }
    done = subprocess.run(
        line, cwd=small.root / "notebooks", env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    left = {path.stem for path in small.processed("2030").glob("*.parquet")}
    assert left == {table for stage in STAGES for table in stage.writes}
    assert any(
        cell.get("outputs") for cell in content(small.root / "notebooks" / names[0])["cells"]
    )
    assert git("diff", "HEAD") == ""
    described = partial(manifest.describe, small, "2030", {})
    assert not described()["commit"]["changed"]
    change(small, "1_cleaning", "repairs = ", "repairs  = ")
    assert described()["commit"]["changed"]


@pytest.fixture(scope="module")
def failed(printed, tmp_path_factory):
    """A run whose second notebook fails, over earlier results: their digests, before and after."""
    project = shared.copied(printed, tmp_path_factory.mktemp("failed"))
    (project.output("2021", "fr")).mkdir(parents=True)
    (project.output("2021", "fr") / "index.html").write_text("former", encoding="utf-8")
    change(project, "3_distributions", "pooled_checks = ", "1 / 0\npooled_checks = ")
    before = earlier(project)
    with pytest.raises(StudyError) as error:
        run.run(
            project, shared.run_config("2021", ["fr"]), run.ExecutionOptions(), lambda text: None
        )
    return project, error.value, before


def earlier(project):
    return [
        shared.digests(project.root / "data" / "processed" / "2021"),
        shared.digests(project.root / "report" / "_output"),
    ]


def change(project, notebook, old, new):
    """Replaces a text in the only cell that holds it."""
    path = project.sources / "notebooks" / f"{notebook}.ipynb"
    whole = content(path)
    (cell,) = (cell for cell in whole["cells"] if old in "".join(cell["source"]))
    cell["source"] = "".join(cell["source"]).replace(old, new)
    path.write_text(json.dumps(whole), encoding="utf-8")


def test_a_failing_notebook_tells_its_cell_its_error_and_its_copy(failed):
    project, error, _ = failed
    (problem,) = error.problems
    name, number = re.fullmatch(r"notebooks/(\w+\.ipynb), cell (\d+)", problem.file).groups()
    assert name == "3_distributions.ipynb"
    assert problem.message == "ZeroDivisionError: division by zero"
    assert "1 / 0" in problem.value
    copy = problem.fix.removeprefix("see the executed copy: ")
    assert copy.startswith(str(project.root))
    (cell,) = (
        cell for cell in content(Path(copy))["cells"] if cell.get("execution_count") == int(number)
    )
    assert "1 / 0" in "".join(cell["source"])
    assert cell["outputs"][0]["ename"] == "ZeroDivisionError"


def test_a_failing_notebook_leaves_the_earlier_results_as_they_were(failed):
    project, _, before = failed
    assert all(before)
    assert earlier(project) == before


# ---------------------------------------------------------------------------------- as pages


def test_executed_notebooks_become_pages_that_ask_for_nothing(published):
    pages = sorted((published.processed / "notebooks").glob("*.html"))
    assert [page.stem for page in pages] == sorted(
        stage.notebook for stage in (*STAGES, *COMPARISON)
    )
    for page in pages:
        text, soup = page.read_text(encoding="utf-8"), shared.read_page(page)
        assert soup.title.get_text() == page.stem
        assert not soup.find(["script", "iframe", "object", "embed", "base"])
        names = ("src", "srcset", "href", "data")
        loaded = [tag[name] for name in names for tag in soup.select(f"[{name}]")]
        assert not [each for each in loaded if re.match(r"(\w+:)?//", each)]
        assert not re.search(r"""url\(\s*["']?(\w+:)?//|@import""", text)
        assert "Traceback" not in text


def test_every_colour_of_code_stands_out(published):
    for page in (published.processed / "notebooks").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        colours = dict(re.findall(r"^ *(--[\w-]+): *([^;]+);", text, re.MULTILINE))
        colours |= dict(
            re.findall(r"(--jp-mirror-[\w-]+): (#\w+);", text[text.rindex("\nbody {") :])
        )

        def resolved(colour, colours=colours):
            while found := re.fullmatch(r"var\((--[\w-]+)\)", colour):
                colour = colours[found[1]]
            return colour

        ground = resolved("var(--jp-cell-editor-background)")
        used = set(re.findall(r"^\.highlight \.\w+ \{ *color: ([^; }]+)", text, re.MULTILINE))
        assert len(used) >= 6
        faint = {c: resolved(c) for c in used if contrast(resolved(c), ground) < 4.5}
        assert faint == {}


def test_an_executed_notebook_shows_its_figures_and_tables(published):
    soup = shared.read_page(published.processed / "notebooks" / "3_distributions.html")
    assert len(soup.select("figure svg")) == 1 + 13 + 77  # legend, themes, affirmations
    assert soup.find("table")


def test_a_page_shows_public_tables_alone(published):
    """Every table on a page has the columns of one that is published, or counts rows of one."""
    about = contracts.dictionary()["processed"]
    inside = {
        column
        for name, table in about.items()
        if not table["public"]
        for column in table["columns"]
    } - {column for table in about.values() if table["public"] for column in table["columns"]}
    assert {"respondent_id", "both_pp", "stayers_pp", "profile"} <= inside
    shown = set()
    for path in (published.processed / "notebooks").glob("*.html"):
        page = shared.read_page(path)
        shown |= {cell.get_text(strip=True) for cell in page.select("thead th, thead td")}
        assert "reason" not in shown
    assert {"affirmation_id", "mean", "delta_pp"} <= shown
    assert not shown & inside
    full = content(published.processed / "notebooks" / "4_delta.ipynb")
    assert "both_pp" in json.dumps(full["cells"])


@pytest.mark.parametrize(("origin", "offered"), [("collected", 0), ("synthetic", 3)])
def test_notebooks_on_collected_answers_are_never_published(answered, origin, offered):
    answered.replace("edition.yml", "answers: collected", f"answers: {origin}")
    raw = shared.process_here(answered.layout, "2030", ["fr"])
    build = publication.fill(answered.layout, raw, "fr")
    assert len([*(build / "downloads").glob("*.html")]) == offered
    assert (answered.layout.processed("2030") / "notebooks" / "2_theme_scores.ipynb").exists()
