"""A whole run: what it replaces, what it leaves alone, and what comes out the same every time."""

import json
import re
import shutil
from functools import partial

import pytest

from barolib.errors import Problem, StudyError
from barolib.files import digests
from barolib.report import engines, publication
from barolib.run import checking, notebooks, run
from barolib.survey import tables
from support import published as shared


@pytest.fixture
def quick(monkeypatch):
    """Runs the notebooks' cells in this process."""
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)


@pytest.fixture(scope="session")
def again(published, tmp_path_factory):
    """A second run, by the command line, over the results of the first and a killed one's."""
    root = shared.made_once(tmp_path_factory, "again", partial(run_again, published))
    said = root.with_suffix(".log").read_text(encoding="utf-8").splitlines()
    return shared.Published(type(published.layout).at(root), tuple(said), ())


def run_again(published, root):
    record = shutil.ignore_patterns(".work")  # so that everything is made again, elsewhere
    shutil.copytree(published.layout.root, root, dirs_exist_ok=True, ignore=record)
    second = shared.Published(type(published.layout).at(root), (), ())
    (second.processed / "stale.parquet").write_text("of an earlier version", encoding="utf-8")
    (second.processed / "figures" / "fr" / "T99-01.svg").write_text("<svg/>", encoding="utf-8")
    (second.output("fr") / "T99.html").write_text("<p>", encoding="utf-8")
    for leftover in (".2021.1234", ".2021.former"):
        folder = second.processed.with_name(leftover)
        shutil.copytree(second.processed, folder)
        (folder / "distributions.parquet").write_text("half a ta", encoding="utf-8")
    done = shared.command("run", "--root", str(root), "--lang", "all", "--engine", "embedded")
    assert (done.returncode, done.stderr) == (0, "")
    root.with_suffix(".log").write_text(done.stdout, encoding="utf-8")


def test_a_run_says_what_it_does_and_where_the_pages_are(published):
    told = "\n".join(published.said)
    assert told.startswith("edition 2021:")
    names = [stage.notebook for stage in notebooks.STAGES]
    for name in ["check", *names, "workbook 2021", "processed 2021", "report fr", "report en"]:
        assert re.search(rf"^  {name} …\n(.*\n)*  {name}: \d+\.\d s$", told, re.MULTILINE)
    assert published.pages == tuple(
        published.output(lang) / "index.html" for lang in shared.LANGUAGES
    )
    assert all(page.is_file() for page in published.pages)


def test_a_run_by_the_command_line_says_where_its_results_are(again):
    for lang in shared.LANGUAGES:
        for name in ("index.html", "barometre-2021.pdf"):
            path = again.output(lang) / name
            assert path.is_file()
            assert any(line.endswith(str(path)) for line in again.said)


def test_a_run_leaves_tables_figures_notebooks_workbook_and_manifest(published):
    left = shared.digests(published.processed)
    assert {"tables.xlsx", "manifest.json"} <= set(left)
    figures = {name.split("/")[-1] for name in left if name.startswith("figures/fr/")}
    narrow = {name for name in figures if name.endswith(".narrow.svg")}
    assert len(figures - narrow) == 77 + 13 + 7  # affirmations, themes; legend and those of narrow
    assert len(narrow) == 6  # means, groups, two charts of two kinds of subgroups
    assert figures == {name.split("/")[-1] for name in left if name.startswith("figures/en/")}
    for stage in notebooks.STAGES:
        assert {f"notebooks/{stage.notebook}.{end}" for end in ("ipynb", "html")} <= set(left)


def test_the_processed_folder_is_replaced_as_a_whole(published, again):
    assert set(shared.digests(again.processed)) == set(shared.digests(published.processed))
    assert sorted(path.name for path in again.processed.parent.iterdir()) == [
        *(".work", "2021", "2021_vs_2018")
    ]


def test_the_publication_is_replaced_as_a_whole(published, again):
    assert set(shared.digests(again.output("fr"))) == set(shared.digests(published.output("fr")))
    assert sorted(path.name for path in again.output("fr").parent.iterdir()) == ["en", "fr"]


@pytest.mark.parametrize(
    "pattern", ["*.parquet", "figures/*/*.svg", "tables.xlsx", "notebooks/*", "manifest.json"]
)
def test_a_second_run_gives_the_same_bytes(published, again, pattern):
    first = shared.digests(published.processed, pattern)
    assert first
    assert shared.digests(again.processed, pattern) == first


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_a_second_run_gives_the_same_publication(published, again, lang):
    first = shared.digests(published.output(lang))
    assert {"index.html", "barometre-2021.pdf"} <= set(first)
    assert shared.digests(again.output(lang)) == first


@pytest.mark.usefixtures("quick")
def test_a_text_of_a_study_of_its_own_renders_its_language_alone(tiny):
    text = tiny.layout.root / "report" / "text" / "2030" / "fr" / "lead.md"
    text.parent.mkdir(parents=True)
    publish(tiny.layout, "2030", shared.LANGUAGES)
    text.write_text("Lead.\n", encoding="utf-8")
    said = []
    publish(tiny.layout, "2030", shared.LANGUAGES, said.append)
    assert "  report en: unchanged" in said
    assert any(re.fullmatch(r"  report fr: [\d.]+ s", line) for line in said)
    told = json.loads((tiny.layout.processed("2030") / "manifest.json").read_text(encoding="utf-8"))
    assert told["texts"] == {"2030/fr/lead.md": digests.of_file(text)}


@pytest.mark.usefixtures("quick")

# ---------------------------------------------------------------------------------- faults


def publish(layout, edition, languages=("fr",), say=lambda text: None):
    """A run in this thread, by the engine that is always there."""
    return run.run(layout, shared.run_config(edition, languages), run.ExecutionOptions(1), say)


def spoilt(study):
    """The 2021 edition with a fault, over the results of an earlier run."""
    study.cell("published_distributions.csv", "P04-01", "p1", "109")
    for folder in (study.layout.processed("2021"), study.layout.output("2021", "fr")):
        folder.mkdir(parents=True)
        (folder / "former").write_text("former", encoding="utf-8")
    return shared.digests(study.layout.root)


@pytest.mark.parametrize("action", [checking.check, lambda *given: publish(*given)])
def test_bad_raw_files_stop_everything_before_it_starts(study, action):
    before = spoilt(study)
    with pytest.raises(StudyError) as error:
        action(study.layout, "2021")
    (problem,) = error.value.problems
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "published_distributions.csv",
        "2",
        "p1",
        "109",
    )
    assert shared.digests(study.layout.root) == before


def test_check_returns_the_tables_and_writes_nothing(study):
    before = shared.digests(study.layout.root)
    raw = checking.check(study.layout, "2021")
    assert (len(raw.printed), len(raw.log)) == (35, 7)
    assert shared.digests(study.layout.root) == before


def test_check_tells_a_row_that_no_counts_can_print_with_repairs(study):
    study.uncorrect("P08-03")
    with pytest.raises(StudyError) as error:
        checking.check(study.layout, "2021")
    (problem,) = error.value.problems
    assert (problem.row, problem.value) == ("P08-03", "13 10 10 23 10 43")
    assert "13→3" in problem.fix


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("module", [tables, notebooks])
def test_a_stage_that_fails_leaves_the_earlier_tables(small, monkeypatch, module):
    def fail(*_):
        raise StudyError(Problem("stage", "it broke", "fix it"))

    monkeypatch.setattr(module, "write_workbook" if module is tables else "execute", fail)
    folder = small.processed("2030")
    folder.mkdir(parents=True)
    (folder / "former").write_text("former", encoding="utf-8")
    with pytest.raises(StudyError, match="it broke"):
        publish(small, "2030")
    assert [path.name for path in folder.iterdir()] == ["former"]


@pytest.mark.usefixtures("quick")
def test_a_language_that_fails_leaves_its_earlier_publication(small, monkeypatch):
    genuine = engines.render

    def render(build, output, *more):
        if output.name == "en":
            (build / "figures" / "T01-01.svg").unlink()
        return genuine(build, output, *more)

    monkeypatch.setattr(engines, "render", render)
    for lang in shared.LANGUAGES:
        small.output("2030", lang).mkdir(parents=True)
        (small.output("2030", lang) / "former").write_text("former", encoding="utf-8")
    with pytest.raises(StudyError, match=r"figure T01-01: its file figures/T01-01\.svg is missing"):
        publish(small, "2030", shared.LANGUAGES)
    assert (small.output("2030", "fr") / "index.html").is_file()
    assert [path.name for path in small.output("2030", "en").iterdir()] == ["former"]


@pytest.mark.usefixtures("quick")
def test_another_scale_and_other_themes_need_no_change_of_code(small):
    publish(small, "2030", ["en"])
    output = small.output("2030", "en")
    pages = {path.stem for path in output.glob("*.html")}
    assert {each for each in pages if each[0] in "TX"} == {"T01", "X1"}
    assert {"annex", "index", "method"} <= pages
    table = shared.read_page(output / "T01.html").select("table#tab-T01 tbody tr")
    rows = [cell_texts(row) for row in table]
    assert rows == [
        ["First (corrected)", "14", "29", "43", "14", "7", "57%"],
        ["Second", "0", "13", "38", "50", "8", "88%"],
        ["Whole theme", "7", "20", "40", "33", "15", "73%"],
    ]
    (themes,) = shared.read_page(output / "index.html").select("table#tab-themes tbody tr")
    assert {"First", "2", "15", "3.0", "73%"} <= set(cell_texts(themes))  # mean 45 / 15


def cell_texts(row):
    return [cell.get_text() for cell in row.find_all(["th", "td"])]


@pytest.mark.usefixtures("quick")
def test_an_edition_whose_rows_are_all_possible_runs(tiny):
    shared.process_here(tiny.layout, "2030", ["fr"])


@pytest.mark.usefixtures("quick")
def test_a_claim_that_cannot_be_recomputed_is_published_as_such(small, tiny):
    tiny.append("published_claims.csv", "C5,9,2030,T02,1-2,share,~,0.5,environ")
    raw = shared.process_here(small, "2030", ["fr"])
    filled = (publication.fill(small, raw, "fr") / "conformity.qmd").read_text(encoding="utf-8")
    assert "non recalculable" in filled
