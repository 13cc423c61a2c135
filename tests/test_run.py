"""A whole run: what it replaces, what it leaves alone, and what comes out the same every time."""

import shutil
from dataclasses import replace

import published as shared
import pytest

from barolib import engines, notebooks, publication, run, tables
from barolib.errors import Problem, StudyError

published, small = shared.published, shared.small


@pytest.fixture
def quick(monkeypatch):
    """Runs the notebooks' cells in this process."""
    monkeypatch.setattr(notebooks, "run", shared.run_here)


@pytest.fixture(scope="module")
def again(published, tmp_path_factory):
    """A second run, by the command line, over the results of the first and a killed one's."""
    root = tmp_path_factory.mktemp("again")
    shutil.copytree(published.layout.root, root, dirs_exist_ok=True)
    second = shared.Published(type(published.layout).at(root), (), ())
    (second.processed / "stale.parquet").write_text("of an earlier version", encoding="utf-8")
    (second.processed / "figures" / "fr" / "T99-01.svg").write_text("<svg/>", encoding="utf-8")
    (second.output("fr") / "T99.html").write_text("<p>", encoding="utf-8")
    for leftover in (".2021.new", ".2021.former"):
        folder = second.processed.with_name(leftover)
        shutil.copytree(second.processed, folder)
        (folder / "distributions.parquet").write_text("half a ta", encoding="utf-8")
    done = shared.command("run", "--root", str(root), "--lang", "all", "--engine", "embedded")
    assert (done.returncode, done.stderr) == (0, "")
    return replace(second, said=tuple(done.stdout.splitlines()))


def test_a_run_says_what_it_does_and_where_the_pages_are(published):
    told = "\n".join(published.said)
    assert "checking data/raw/2021" in told
    for number, stage in enumerate(notebooks.in_order(), start=1):
        assert f"[{number}/3] notebook {stage.notebook}: " in told
    assert "report (fr) by Pandoc" in told
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
    assert len(figures) == 34 + 4 + 2
    assert figures == {name.split("/")[-1] for name in left if name.startswith("figures/en/")}
    for stage in notebooks.STAGES:
        assert {f"notebooks/{stage.notebook}.{end}" for end in ("ipynb", "html")} <= set(left)


def test_the_processed_folder_is_replaced_as_a_whole(published, again):
    assert set(shared.digests(again.processed)) == set(shared.digests(published.processed))
    assert [path.name for path in again.processed.parent.iterdir()] == ["2021"]


def test_the_publication_is_replaced_as_a_whole(published, again):
    assert set(shared.digests(again.output("fr"))) == set(shared.digests(published.output("fr")))
    assert sorted(path.name for path in again.output("fr").parent.iterdir()) == ["en", "fr"]


@pytest.mark.parametrize("pattern", ["*.parquet", "figures/*/*.svg", "tables.xlsx"])
def test_a_second_run_gives_the_same_bytes(published, again, pattern):
    first = shared.digests(published.processed, pattern)
    assert first
    assert shared.digests(again.processed, pattern) == first


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_a_second_run_gives_the_same_pages_and_words(published, again, lang):
    first = shared.digests(published.output(lang), "*.html")
    assert len(first) == 7
    assert shared.digests(again.output(lang), "*.html") == first
    assert again.pdf(lang) == published.pdf(lang)


# ---------------------------------------------------------------------------------- faults


def spoilt(study):
    """The 2021 edition with a fault, over the results of an earlier run."""
    study.cell("published_distributions.csv", "P04-01", "p1", "109")
    for folder in (study.layout.processed("2021"), study.layout.output("2021", "fr")):
        folder.mkdir(parents=True)
        (folder / "former").write_text("former", encoding="utf-8")
    return shared.digests(study.layout.root)


@pytest.mark.parametrize("action", [run.check, run.run])
def test_bad_raw_files_stop_everything_before_it_starts(study, action):
    before = spoilt(study)
    more = () if action is run.check else (["fr"], "embedded", lambda text: None)
    with pytest.raises(StudyError) as error:
        action(study.layout, "2021", *more)
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
    raw = run.check(study.layout, "2021")
    assert (len(raw.printed), len(raw.log)) == (35, 7)
    assert shared.digests(study.layout.root) == before


def test_check_tells_a_row_that_no_counts_can_print_with_repairs(study):
    study.uncorrect("P08-03")
    with pytest.raises(StudyError) as error:
        run.check(study.layout, "2021")
    (problem,) = error.value.problems
    assert (problem.row, problem.value) == ("P08-03", "13 10 10 23 10 43")
    assert "13→3" in problem.mend


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("module", [tables, notebooks])
def test_a_stage_that_fails_leaves_the_earlier_tables(small, monkeypatch, module):
    def fail(*_):
        raise StudyError(Problem("stage", "it broke", "mend it"))

    monkeypatch.setattr(module, "write_workbook" if module is tables else "run", fail)
    folder = small.processed("2030")
    folder.mkdir(parents=True)
    (folder / "former").write_text("former", encoding="utf-8")
    with pytest.raises(StudyError, match="it broke"):
        run.run(small, "2030", ["fr"], "embedded", lambda text: None)
    assert [path.name for path in folder.iterdir()] == ["former"]


@pytest.mark.usefixtures("quick")
def test_a_language_that_fails_leaves_its_earlier_publication(small, monkeypatch):
    genuine = engines.render

    def render(build, output, engine):
        if output.name == "en":
            (build / "figures" / "T01-01.svg").unlink()
        return genuine(build, output, engine)

    monkeypatch.setattr(engines, "render", render)
    for lang in shared.LANGUAGES:
        small.output("2030", lang).mkdir(parents=True)
        (small.output("2030", lang) / "former").write_text("former", encoding="utf-8")
    with pytest.raises(StudyError, match=r"figure T01-01: its file figures/T01-01\.svg is missing"):
        run.run(small, "2030", shared.LANGUAGES, "embedded", lambda text: None)
    assert (small.output("2030", "fr") / "index.html").is_file()
    assert [path.name for path in small.output("2030", "en").iterdir()] == ["former"]


@pytest.mark.usefixtures("quick")
def test_another_scale_and_other_themes_need_no_change_of_code(small):
    run.run(small, "2030", ["en"], "embedded", lambda text: None)
    output = small.output("2030", "en")
    assert sorted(path.stem for path in output.glob("*.html")) == [
        "T01",
        "annex",
        "index",
        "method",
    ]
    rows = [cell_texts(row) for row in shared.read_page(output / "T01.html").select("tbody tr")]
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
    run.process(tiny.layout, tiny.read(), ["fr"], lambda text: None)


@pytest.mark.usefixtures("quick")
def test_a_claim_that_cannot_be_recomputed_is_published_as_such(small, tiny):
    tiny.append("published_claims.csv", "C5,9,2030,T02,1-2,share,~,0.5,environ")
    raw = tiny.read()
    run.process(small, raw, ["fr"], lambda text: None)
    filled = (publication.fill(small, raw, "fr") / "annex.qmd").read_text(encoding="utf-8")
    assert "non recalculable" in filled
