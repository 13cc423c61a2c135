"""What docs/extending.md adds, added to a copy of the project and looked at as the page says."""

import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

from support import telling
from support.studies import ROOT

PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
PARTS = dict(re.findall(r"^## (Add .+?)\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL))
CHART, STATISTIC, HELPER = "Add a chart", "Add a statistic", "Add a text helper"


def block(part: str, language: str) -> str:
    """The only block of that language in a part of the page."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", PARTS[part], re.MULTILINE | re.DOTALL)
    return text


def applied(part: str, folder, *options: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
    return subprocess.run(
        ["git", "apply", *options, "-"],
        input=block(part, "diff"), text=True, encoding="utf-8", cwd=folder, env=environment,
        capture_output=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy of the project with all three additions, and what its run and the page's scripts say.

    The edition before is left out: a comparison takes the run twice as long.
    """
    root = tmp_path_factory.mktemp("extended") / "project"
    made = shutil.ignore_patterns("_build", "_output", "_review", "__pycache__", "2018")
    for name in ("src", "notebooks", "report", "docs", "data/raw"):
        shutil.copytree(ROOT / name, root / name, ignore=made)
    shutil.copy2(ROOT / "pyproject.toml", root)
    for part in PARTS:
        done = applied(part, root)
        assert not done.returncode, done.stderr
    environment = os.environ | {"PYTHONPATH": str(root / "src"), "QUARTO_PATH": "none"}

    def python(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=root, env=environment,
            capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
        assert not done.returncode, done.stdout + done.stderr
        return done.stdout.strip()

    (options,) = re.findall(r'^make study ARGS="(.+)"$', PAGE, re.MULTILINE)
    python("-P", "-m", "barolib", "run", *options.split())
    return SimpleNamespace(root=root, python=python)


def test_the_page_has_three_additions():
    assert list(PARTS) == [CHART, STATISTIC, HELPER]


@pytest.mark.parametrize("part", PARTS)
def test_a_diff_is_short_and_applies_to_the_project_as_it_is(part):
    assert len(block(part, "diff").splitlines()) < 40
    done = applied(part, ROOT, "--check")
    assert not done.returncode, done.stderr


@pytest.mark.slow
def test_the_chart_is_there_with_its_alt_text(extended):
    processed = extended.root / "data" / "processed" / "2021"
    alt = extended.python("-c", block(CHART, "python"))
    table = pd.read_parquet(processed / "distribution_figures.parquet").set_index("figure")
    assert alt == table.loc["opposed-T04", "alt"]
    assert "Implementation: 44%" in alt.replace("\u00a0", " ")
    svg = (processed / "figures" / "en" / "opposed-T04.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg ")
    assert ">Implementation: 44%<" in svg.replace("\u00a0", " ")
    page = (extended.root / "report/_output/2021/en/T04.html").read_text(encoding="utf-8")
    assert 'id="opposed-T04"' in page


@pytest.mark.slow
def test_the_statistic_is_in_the_table_of_the_notebook(extended):
    assert extended.python("-c", block(STATISTIC, "python")) == "True"
    examples = "import doctest; from barolib.statistics import scoring as module; "
    assert "failed=0" in extended.python("-c", f"{examples}print(doctest.testmod(module))")


@pytest.mark.slow
def test_the_words_of_the_helper_come_out_of_the_filled_text(extended):
    scores = pd.read_parquet(extended.root / "data/processed/2021/theme_scores.parquet")
    rank = scores.set_index("theme_id").loc["T04", "rank"]
    words = extended.python("-c", block(HELPER, "python")).replace("\u00a0", " ")
    words = telling.LINK.sub(r"\1", words)
    assert f"The theme comes at rank {rank}." in words


@pytest.mark.slow
def test_the_additions_keep_the_style_of_the_house(extended):
    extended.python("-m", "ruff", "check", "--no-cache", "src", "notebooks")
    extended.python("-m", "ruff", "format", "--no-cache", "--check", "src", "notebooks")
