"""The command line: what it says, where it says it, and how it ends."""

import hashlib
import os
import re
import shutil
import subprocess

import pytest

import barolib
from barolib import cli
from barolib.errors import Problem, StudyError
from barolib.files import seal
from barolib.run import run
from support import published as shared


def told(*words, **more):
    """Exit code, standard output and standard error of the program; never a traceback."""
    done = shared.command(*words, **more)
    assert "Traceback" not in done.stderr + done.stdout
    return done.returncode, done.stdout, done.stderr


def check(study, *more):
    return told("check", study.edition, "--root", str(study.layout.root), *more)


# ---------------------------------------------------------------------------------- exit codes


def test_a_sound_edition_is_0_and_said_on_standard_output(study):
    code, out, error = check(study)
    assert (code, error) == (0, "")
    assert out == (
        "edition 2021: no problem found (13 themes, 77 affirmations, 35 printed rows)\n"
        "To look at before a run; nothing here stops it:\n"
        "  affirmations\n"
        "    - affirmations without a printed row (43): T01-01, T01-02, T01-03, T01-04, T01-05, "
        "T01-06, T01-07, T01-08 and 35 more\n"
    )


def test_a_faulty_edition_is_1_and_said_on_standard_error(study):
    study.cell("published_distributions.csv", "P04-01", "p1", "109")
    code, out, error = check(study)
    assert (code, out) == (1, "")
    assert error == (
        "1 problem:\n"
        "  1. published_distributions.csv, row 2, column p1: "
        "not a whole number from 0 to 100 (found: '109')\n"
        "    fix: write a whole number from 0 to 100, without a % sign\n"
    )


def test_a_problem_that_comes_again_and_again_is_told_once_with_its_rows(study):
    study.write("questionnaire.csv", study.text("questionnaire.csv").replace(",identical,", ",,"))
    code, _, error = check(study)
    count = int(error.split(" problem")[0])
    assert (code, error.count("column change: the cell is empty")) == (1, 1)
    assert re.search(rf"and as much in {count - 1} more rows: 3, 4, .*\d$", error, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ([], "COMMAND"),
        (["chek", "2021"], "chek"),
        (["check"], "EDITION"),
        (["check", "2021", "--sael"], "--sael"),
        (["run", "--lang", "de"], "'de'"),
        (["run", "--engine", "qarto"], "'qarto'"),
        (["run", "--format", "odt"], "'odt'"),
        (["run", "2021"], "2021"),
        (["run", "--jobs", "0"], "'0'"),
    ],
)
def test_a_mistyped_command_is_2_and_shows_the_usage(words, named):
    code, out, error = told(*words)
    assert (code, out) == (2, "")
    assert error.startswith("usage: barolib")
    assert named in error


def test_the_version_is_told():
    assert told("--version") == (0, f"barolib {barolib.__version__}\n", "")


def test_help_names_the_commands_and_their_options():
    code, out, _ = told("--help")
    assert code == 0
    assert re.search(r"^ +run +\w", out, re.MULTILINE)
    assert re.search(r"^ +check +\w", out, re.MULTILINE)
    assert all(word in told("run", "--help")[1] for word in ("--edition", "--lang", "--engine"))


# ---------------------------------------------------------------------------------- places


@pytest.mark.parametrize("words", [["run"], ["check", "2021"]])
@pytest.mark.parametrize("place", ["missing", "empty"])
def test_a_root_without_data_is_one_clear_message(tmp_path, words, place):
    root = tmp_path / place
    if place == "empty":
        root.mkdir()
    code, out, error = told(*words, "--root", str(root))
    assert (code, out) == (1, "")
    assert error.startswith("1 problem:\n  1. data/raw: no edition ")
    assert str(root) in error or "2021" in error
    assert "fix: put an edition's folder" in error
    assert root.exists() == (place == "empty")


@pytest.mark.parametrize("words", [["run", "--edition", "2012"], ["check", "2012"]])
def test_an_unknown_edition_is_told_with_the_nearest(study, words):
    code, _, error = told(*words, "--root", str(study.layout.root))
    assert code == 1
    assert "data/raw: no edition '2012'" in error
    assert "did you mean '2021'?" in error


NO_EDITIONS = [
    "2021/",
    "../2021",
    "/2021",
    "a=b",
    ".",
    "..",
    "",
    "common",
    "Example",
    "2021_vs_2018",
]
NO_EDITIONS += [".work", "AUX", "2021.", "x" * 5000, "20\u200b21", "e\u0301", "a b", "a\nb", "a\0b"]


@pytest.mark.parametrize("name", NO_EDITIONS)
@pytest.mark.parametrize(
    "words",
    [
        ["run", "--edition"],
        ["run", "--edition", "2021", "--against"],
        ["check"],
        ["check", "--seal"],
        ["verify", "--edition"],
        ["new", "2033", "--from"],
        ["new", "--from", "2021"],
        ["import", "export.csv", "--edition"],
        ["stand-in"],
    ],
)
def test_what_no_edition_can_be_called_is_refused_wherever_one_is_named(
    study, capsys, monkeypatch, words, name
):
    monkeypatch.chdir(study.layout.root)
    before = sorted(study.layout.root.rglob("*"))
    assert cli.main([*words, name]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("1 problem:\n  1. data/raw: no name for an edition: ")
    assert "    fix: " in shown.err
    assert len(shown.err) < 400
    assert sorted(study.layout.root.rglob("*")) == before


@pytest.mark.parametrize("name", ["2021/", "../2021", "common"])
def test_a_study_is_not_opened_by_such_a_name(study, name):
    with pytest.raises(StudyError, match="no name for an edition"):
        barolib.open(name, study.layout.root)
    assert barolib.open(2021, study.layout.root).raw.edition.id == "2021"


def test_a_folder_where_a_file_stands_is_one_clear_message(study):
    (study.layout.root / "data" / "processed").write_text("a file", encoding="utf-8")
    code, _, error = told("run", "--root", str(study.layout.root))
    assert code == 1
    assert str(study.layout.root / "data" / "processed") in error
    assert error.count("fix: ") == 1


@pytest.mark.skipif(os.name == "nt", reason="permissions are those of POSIX")
def test_a_root_that_cannot_be_written_is_one_clear_message(study):
    root = study.layout.root
    bound = []
    if os.geteuid() == 0:  # root may write anywhere, unless it gives that up
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is not installed")
        bound = ["setpriv", "--inh-caps", "-dac_override", "--bounding-set", "-dac_override"]
    (root / "data").chmod(0o555)
    code, _, error = told("run", "--root", str(root), before=bound)
    (root / "data").chmod(0o755)
    assert code == 1
    assert error == (
        f"{root / 'data' / 'processed'}: Permission denied\n"
        "    fix: free the file, the folder or the disk, and run the command again\n"
    )
    assert not (root / "data" / "processed").exists()


# ---------------------------------------------------------------------------------- bad input


def spoil(study):
    """Ten kinds of fault in one folder; what must be told of each."""
    place = study.layout.raw("2021")
    seal.seal(place)
    study.remove("themes.csv")
    study.drop_column("questionnaire.csv", "label_fr")
    rows = "published_distributions.csv"
    over = study.cell(rows, "P04-01", "p1", "109")
    text = study.cell(rows, "P04-02", "p2", "abc")
    empty = study.cell(rows, "P04-03", "p3", "")
    twice = study.cell(rows, "P04-05", "printed_row", "P04-04")
    study.write("corrections.csv", "")
    claims = study.text("published_claims.csv")
    accent = 1 + claims[: re.search(r"[^\x00-\x7f]", claims).start()].count("\n")
    study.write("published_claims.csv", claims.encode("latin-1", errors="replace"))
    study.write("repondents.csv", "respondent_id,name,status,population\n")
    whole = "not a whole number from 0 to 100"
    return [
        ("themes.csv: the sealed file is missing", "restore the sealed file"),
        ("questionnaire.csv: the sealed file has changed (found: '", "restore the sealed file"),
        ("themes.csv: the file is missing", "put themes.csv into 2021/"),
        ("questionnaire.csv, column label_fr: the column is missing", "add the column label_fr"),
        (f"{rows}, row {over}, column p1: {whole} (found: '109')", "write a whole number"),
        (f"{rows}, row {text}, column p2: {whole} (found: 'abc')", "write a whole number"),
        (f"{rows}, row {empty}, column p3: the cell is empty", "write a whole number"),
        (
            f"{rows}, row {twice}, column printed_row: the value stands more than once "
            "(found: 'P04-04')",
            "give each row its own id",
        ),
        ("corrections.csv: the file is empty", "give it a header and rows"),
        (f"published_claims.csv, row {accent}: the file is not UTF-8", "save the file as UTF-8"),
        ("repondents.csv: no table has this name", "did you mean 'respondents.csv'?"),
    ]


def test_every_fault_is_listed_at_once_with_its_place_and_fix(study):
    expected = spoil(study)
    former = study.layout.processed("2021")
    former.mkdir(parents=True)
    (former / "former").write_text("former", encoding="utf-8")
    code, out, error = check(study)
    assert (code, out) == (1, "")
    for fault, fix in expected:
        assert re.search(rf"\d\. {re.escape(fault)}.*\n    fix: {re.escape(fix)}", error), fault
    count = int(re.match(r"(\d+) problems:\n", error)[1])
    assert re.findall(r"^ *(\d+)\. ", error, re.MULTILINE) == [
        str(number) for number in range(1, count + 1)
    ]
    assert error.count("    fix: ") == count >= len(expected)
    assert [path.name for path in former.iterdir()] == ["former"]


def test_unknown_names_are_told_with_the_nearest(study):
    rows = "published_distributions.csv"
    one = study.cell(rows, "P04-01", "printed_as", "T04-91")
    two = study.cell("questionnaire.csv", "T04-02", "theme_id", "T44")
    three = study.cell("published_claims.csv", "C04-01", "subject", "T4-06")
    code, _, error = check(study)
    assert code == 1
    for place, value in (
        (f"{rows}, row {one}, column printed_as: unknown affirmation or theme", "T04-91"),
        (f"questionnaire.csv, row {two}, column theme_id: unknown theme", "T44"),
        (f"published_claims.csv, row {three}, column subject: unknown affirmation", "T4-06"),
    ):
        assert re.search(rf"{re.escape(place)}.*\(found: '{value}'\)\n    fix: did you mean", error)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("published_distributions.csv", "P99-01,X1,109,0,0,0,0,0,99"),
        ("corrections.csv", "claims.csv,C04-01,value,1,2,why,page 1"),
    ],
)
def test_an_unknown_name_is_listed_beside_any_other_fault(study, name, line):
    study.cell("published_distributions.csv", "P04-01", "printed_as", "T04-91")
    study.append(name, line)
    _, _, error = check(study)
    assert "2 problems" in error
    assert "T04-91" in error


# ---------------------------------------------------------------------------------- the seal


def test_the_seal_is_what_sha256sum_accepts(study):
    code, out, error = check(study, "--seal")
    sums = study.folder / "SHA256SUMS"
    assert (code, error) == (0, "")
    assert "sealed" in out
    assert sums.read_text(encoding="utf-8").splitlines() == [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"
        for path in sorted(study.folder.iterdir())
        if path != sums
    ]
    if shutil.which("sha256sum"):
        done = subprocess.run(
            ["sha256sum", "--check", "--strict", sums.name],
            cwd=study.folder,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert check(study)[0] == 0


def test_a_sealed_file_that_changed_is_named(study):
    check(study, "--seal")
    study.append("themes.csv", "X4,transverse,14,De plus,One more")
    code, _, error = check(study)
    assert code == 1
    assert "1 problem:\n  1. themes.csv: the sealed file has changed" in error
    assert "barolib check EDITION --seal" in error
    assert check(study, "--seal")[0] == 0
    assert check(study)[0] == 0


def test_a_failed_seal_leaves_the_former_seal(study):
    check(study, "--seal")
    before = study.text("SHA256SUMS")
    study.cell("published_distributions.csv", "P04-01", "p1", "109")
    assert check(study, "--seal")[0] == 1
    assert study.text("SHA256SUMS") == before


# ---------------------------------------------------------------------------------- run


@pytest.mark.parametrize(
    ("words", "edition", "languages", "engine", "against"),
    [
        ([], "2021", ("fr",), None, None),
        (["--lang", "all", "--engine", "embedded"], "2021", ("fr", "en"), "embedded", None),
        (["--edition", "2018", "--lang", "en"], "2018", ("en",), None, None),
        (["--against", "2018"], "2021", ("fr",), None, "2018"),
    ],
)
def test_options_reach_the_run(study, monkeypatch, words, edition, languages, engine, against):
    shutil.copytree(study.folder, study.folder.with_name("2018"))
    called = []
    monkeypatch.setattr(run, "run", lambda *given: called.append(given[:3]) or [])
    assert cli.main(["run", "--root", str(study.layout.root), *words]) == 0
    assert called == [
        (study.layout, run.RunConfig(edition, languages, engine, against), run.ExecutionOptions())
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StudyError([Problem("a", "b", "c"), Problem("d", "e", "f", "1", "g", "h")]), "2 problems"),
        (OSError(28, "No space left on device", "/data/x"), "/data/x: No space left on device\n"),
        (OSError(28, "No space left on device"), "barolib run: No space left on device\n"),
        (KeyboardInterrupt(), "the former results are as they were"),
    ],
)
def test_what_stops_a_run_is_said_on_standard_error(study, monkeypatch, capsys, error, said):
    def stop(*_, **__):
        raise error

    monkeypatch.setattr(run, "run", stop)
    assert cli.main(["run", "--root", str(study.layout.root)]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
