"""No commit holds collected answers: git ignores them, and a check refuses those added by force."""

import shutil
import subprocess
import sys

import pytest

from support.studies import ROOT

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def add(answered):
    """Adds the files of a collected edition to a new repository; what the check says then."""
    root = answered.layout.root
    shutil.copy2(ROOT / ".gitignore", root)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)

    def added(*words):
        subprocess.run(["git", "add", *words, "."], cwd=root, check=True)
        program = [sys.executable, str(ROOT / ".ci" / "check_collected.py")]
        done = subprocess.run(program, cwd=root, capture_output=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stderr) == (1 if done.stdout else 0, "")
        return {line.split(":")[0] for line in done.stdout.splitlines()}

    return added


def test_git_ignores_answers_and_who_gave_them(answered, add):
    assert add() == set()
    staged = subprocess.run(
        ["git", "ls-files"], cwd=answered.layout.root, capture_output=True, text=True, check=True
    ).stdout.split()
    names = ("edition.yml", "questionnaire.csv", "themes.csv")
    assert staged == [".gitignore", *(f"data/raw/2030/{name}" for name in names)]


def test_collected_answers_added_by_force_are_refused_each_by_name(answered, add):
    answered.write("export of the tool.xlsx", "")
    answered.write("corrections.csv", "file,key\nanswers.csv,R1\n")
    names = ("answers.csv", "corrections.csv", "export of the tool.xlsx", "respondents.csv")
    page = answered.layout.fieldwork("2030") / "fieldwork.html"
    page.parent.mkdir(parents=True)
    page.write_text("who is missing", encoding="utf-8")
    refused = {f"data/raw/2030/{name}" for name in names}
    assert add("--force") == refused | {"data/fieldwork/2030/fieldwork.html"}


def test_without_settings_answers_count_as_collected(answered, add):
    answered.write("edition.yml", "id: [")
    assert "data/raw/2030/answers.csv" in add("--force")


def test_simulated_answers_and_printed_corrections_may_be_committed(answered, add):
    answered.write("corrections.csv", "file,key\npublished_distributions.csv,R1\n")
    answered.replace("edition.yml", "answers: collected", "answers: synthetic")
    assert add("--force") == set()


def test_every_commit_and_every_lint_is_checked():
    for path in (".pre-commit-config.yaml", "Makefile"):
        assert ".ci/check_collected.py" in (ROOT / path).read_text(encoding="utf-8")
