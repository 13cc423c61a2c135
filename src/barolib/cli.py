"""The command line: `barolib run` and the other commands, each of which imports what it needs."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import barolib
from barolib import terminal
from barolib.errors import TRACEBACK, Problem, StudyError
from barolib.files import atomic_write
from barolib.files.layout import LANGUAGES, Layout

#: How many times the same problem is told in full; oftener, by its rows.
ALIKE = 4
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
ENGINES = ("auto", "quarto", "embedded")


def main(words: list[str] | None = None) -> int:
    """Runs the command; returns 0 done, 1 the data or the study is at fault.

    A mistyped command leaves by SystemExit with 2.
    """
    terminal.make_safe()
    chosen = _parser().parse_args(words)
    gc.set_threshold(100_000)  # most of what is made while libraries are imported stays
    atexit.register(gc.freeze)  # what the libraries hold goes with the process, unsearched
    try:
        return chosen.command(chosen)
    except StudyError as error:
        count = len(error.problems)
        lines = [f"{count} problem{'s' if count > 1 else ''}:", *_listed(error.problems)]
    except KeyboardInterrupt:
        lines = ["interrupted: the former results are as they were"]
    except Exception as error:
        lines = [str(Problem.of_error(error, f"barolib {chosen.name}"))]
        if os.environ.get(TRACEBACK):
            lines[:0] = traceback.format_exception(error)
    terminal.tell(sys.stderr, "\n".join(lines))
    return 1


def _listed(problems: Sequence[Problem]) -> Iterator[str]:
    """Each problem with its number; of many that differ by their row alone, the first and rows."""
    numbered = enumerate(problems, start=1)
    for _, alike in groupby(numbered, lambda pair: _kind(pair[1])):
        same = list(alike)
        few = len(same) <= ALIKE
        yield from (f"{number:3}. {problem}" for number, problem in (same if few else same[:1]))
        if not few:
            rows = ", ".join(problem.row for _, problem in same[1:])
            yield f"    and as much in {len(same) - 1} more rows: {rows}"


def _kind(problem: Problem) -> tuple:
    """What makes problems alike but for their row."""
    what = (problem.file, problem.column, problem.message, problem.fix, problem.value)
    return what if problem.row else (problem,)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="barolib", description="The barometer study: from raw files to the published report."
    )
    parser.add_argument("--version", action="version", version=f"barolib {barolib.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = _command(commands, "run", _run, "rebuild tables, notebooks and report of an edition")
    run.add_argument("--edition", help="the edition to publish (default: the newest)")
    run.add_argument("--against", help="the edition to compare it with (default: the one before)")
    languages, tongue = (*LANGUAGES, "all"), "language (default: fr)"
    run.add_argument("--lang", choices=languages, default="fr", help=tongue)
    run.add_argument(
        "--engine",
        choices=ENGINES,
        help="who renders (default: the edition's, else Quarto if found)",
    )
    about = "site: pages and PDF, published (default); docx: a Word document for review alone"
    run.add_argument("--format", choices=("site", "docx"), default="site", help=about)
    run.add_argument("--jobs", type=_jobs, default=2, help="steps at a time (default: 2)")
    run.add_argument("--force", action="store_true", help="do again even what has not changed")
    preview = _command(commands, "preview", _preview, "serve the report while it is written")
    preview.add_argument("--edition", help="the edition (default: the newest)")
    preview.add_argument("--against", help="the edition compared with (default: the one before)")
    preview.add_argument("--lang", choices=LANGUAGES, default="fr", help=tongue)
    slides = _command(commands, "slides", _run, "write the report as a deck of slides")
    slides.add_argument("edition", metavar="EDITION")
    slides.add_argument("--against", help="the edition compared with (default: the one before)")
    slides.add_argument("--lang", choices=languages, default="fr", help=tongue)
    slides.set_defaults(format="pptx", engine=None, jobs=2, force=False)
    verify = _command(commands, "verify", _verify, "repeat the run of a report and compare")
    verify.add_argument("--edition", help="the edition (default: the newest)")
    verify.add_argument("--jobs", type=_jobs, default=2, help="steps at a time (default: 2)")
    archive = _command(commands, "archive", _archive, "pack what is published of an edition")
    archive.add_argument("edition", metavar="EDITION")
    review = _command(
        commands, "review", _review, "propose what a client changed in a Word document, as a diff"
    )
    review.add_argument("file", metavar="FILE.docx", type=Path, help="the document that came back")
    review.add_argument("--edition", help="the edition (default: what the document tells)")
    review.add_argument(
        "--lang", choices=LANGUAGES, help="its language (default: what the document tells)"
    )
    about = "write the diff there, for git apply (default: standard output)"
    review.add_argument("--output", metavar="FILE.patch", type=Path, help=about)
    check = _command(commands, "check", _check, "validate the raw files of an edition")
    check.add_argument("edition", metavar="EDITION")
    check.add_argument(
        "--seal", action="store_true", help="write the seal of its files, SHA256SUMS"
    )
    new = _command(commands, "new", _new, "make the folder of a new edition")
    new.add_argument("edition", metavar="EDITION")
    new.add_argument("--from", dest="old", help="the edition to carry over; a first one has none")
    about = "the survey's structure: LimeSurvey .lss or .lsa, XLSForm, Qualtrics .qsf"
    new.add_argument("--structure", metavar="FILE", type=Path, help=about)
    import_ = _command(commands, "import", _import, "import a survey tool's export into an edition")
    about = "CSV, XLSX and other workbooks, JSON, .lsa, .sav, .dta; or limesurvey:ID"
    import_.add_argument("file", metavar="FILE", help=about)
    import_.add_argument("--edition", required=True, help="the edition that the answers are for")
    import_.add_argument(
        "--heading-rows", type=int, help="rows of headings, where the guess is wrong"
    )
    import_.add_argument("--sheet", help="the sheet of the answers, where several hold rows")
    about = "import nothing: write a page on who answered so far, which names authorities"
    import_.add_argument("--status", action="store_true", help=about)
    import_.add_argument("--lang", choices=LANGUAGES, default="fr", help="its language")
    stand_in = _command(
        commands,
        "stand-in",
        _stand_in,
        "make synthetic answers: true to what was published, or a dry run",
    )
    stand_in.add_argument("edition", metavar="EDITION")
    explore = _command(commands, "explore", _explore, "open the exploring page in JupyterLab")
    about = "the page alone, without code, by Voilà"
    explore.add_argument(
        "--app", dest="page", action="store_const", const="voila", default="jupyterlab", help=about
    )
    explore.add_argument(
        "options", nargs="*", metavar="-- OPTIONS", help="options of JupyterLab, after --"
    )
    return parser


def _command(
    commands: Subparsers, name: str, action: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about.capitalize() + ".")
    command.add_argument(
        "--root", type=Path, default=Path(), help="folder that holds data/raw (default: this one)"
    )
    command.set_defaults(command=action, name=name)
    return command


def _jobs(text: str) -> int:
    """A number of jobs; ValueError, which argparse tells as a mistyped command, for another."""
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def _run(chosen: argparse.Namespace) -> int:
    from barolib.run import run

    layout = Layout.at(chosen.root)
    languages = LANGUAGES if chosen.lang == "all" else (chosen.lang,)
    edition = layout.choose(chosen.edition)
    against = None if chosen.against is None else layout.choose(chosen.against)
    config = run.RunConfig(edition, languages, chosen.engine, against, chosen.format)
    made = run.run(layout, config, run.ExecutionOptions(chosen.jobs, chosen.force), _say)
    for path in made:
        _say(f"done: {path}")
        if chosen.format == "site":
            _say(f"      {path.with_name(f'barometre-{edition}.pdf')}")
    return 0


def _preview(chosen: argparse.Namespace) -> int:
    from barolib.preview import preview

    layout = Layout.at(chosen.root)
    edition = layout.choose(chosen.edition)
    against = None if chosen.against is None else layout.choose(chosen.against)
    preview.serve(layout, edition, chosen.lang, against, _say)
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    from barolib.run import verifying

    layout = Layout.at(chosen.root)
    count = verifying.verify(layout, layout.choose(chosen.edition), chosen.jobs, _say)
    _say(f"repeated: {count} files, every byte the same")
    return 0


def _archive(chosen: argparse.Namespace) -> int:
    from barolib.run import archive

    layout = Layout.at(chosen.root)
    _say(f"written: {archive.write(layout, layout.choose(chosen.edition), _say)}")
    return 0


def _review(chosen: argparse.Namespace) -> int:
    from barolib.report import review

    layout = Layout.at(chosen.root)
    edition = None if chosen.edition is None else layout.choose(chosen.edition)
    found = review.review(layout, chosen.file, edition, chosen.lang)
    for note in found.notes:
        terminal.tell(sys.stderr, f"comment: {note}")
    if chosen.output:
        with atomic_write.writing(chosen.output) as aside:
            aside.write_text(found.patch, encoding="utf-8", newline="\n")
        _say(f"written: {chosen.output}")
    elif found.patch:
        sys.stdout.buffer.write(found.patch.encode())
        sys.stdout.flush()
    if not (found.patch or found.problems):
        terminal.tell(sys.stderr, "nothing was changed")
    if found.problems:
        raise StudyError(found.problems)
    return 0


def _check(chosen: argparse.Namespace) -> int:
    from barolib.compare import comparison, crosswalk
    from barolib.files import seal
    from barolib.run import checking

    layout = Layout.at(chosen.root)
    edition = layout.choose(chosen.edition)
    with seal.renewing(layout.raw(edition)) if chosen.seal else nullcontext():
        raw = checking.check(layout, edition)
        before = comparison.difference(layout, edition)
    sealed = ", sealed" if chosen.seal else ""
    _say(
        f"edition {edition}{sealed}: no problem found ({len(raw.themes)} themes, "
        f"{len(raw.questionnaire)} affirmations, {len(raw.printed)} printed rows)"
    )
    for line in crosswalk.describe(before[1], before[0]) if before else []:
        _say(line)
    warnings = checking.warnings(layout, raw)
    if len(warnings):
        _say("To look at before a run; nothing here stops it:")
    for topic, rows in warnings.groupby("topic", sort=False):
        _say("\n".join([f"  {topic}", *(f"    - {warning}" for warning in rows["warning"])]))
    return 0


def _new(chosen: argparse.Namespace) -> int:
    from barolib.survey import newedition

    layout, carry = Layout.at(chosen.root), None
    if chosen.structure:
        from barolib.importers import questionnaire

        carry = partial(questionnaire.carried, chosen.structure)
    old = None if chosen.old is None else layout.choose(chosen.old)
    _say(newedition.create(layout, chosen.edition, old, carry))
    return 0


def _import(chosen: argparse.Namespace) -> int:
    from barolib.importers import importing, mapping, remote

    layout = Layout.at(chosen.root)
    edition = layout.choose(chosen.edition)
    file = remote.local(layout, edition, chosen.file)
    place = layout.raw(edition) / mapping.NAME
    former = mapping.read(place) if place.exists() else None
    if former is None:
        used = importing.draft(layout, edition, file, chosen.heading_rows, chosen.sheet)
    else:
        used = importing.redraft(layout, edition, file, former)
    if used != former:
        mapping.write(place, used, importing.notes(layout, edition))
        _say(f"drafted {place}\n{mapping.summary(used)}")
        if not chosen.status:
            _say("Nothing is imported yet: review it, then run the same command again.")
            return 0
    if chosen.status:
        from barolib.i18n.wording import Language
        from barolib.importers import fieldworkpage

        page, stand = fieldworkpage.publish(layout, edition, file, used, Language(chosen.lang))
        _say(f"{stand}\nto read, inside only (it names authorities): {page}")
        return 0
    _say(importing.import_responses(layout, edition, file, used).summary)
    _say(f"what was left out, line by line: {layout.raw(edition) / importing.LOG}")
    return 0


def _stand_in(chosen: argparse.Namespace) -> int:
    from barolib.simulation import synthetic

    layout = Layout.at(chosen.root)
    edition = layout.choose(chosen.edition)
    made = synthetic.make(layout, edition)
    for path in made.paths:
        _say(f"written: {path} (simulated)")
    _say(made.summary)
    return 0


def _explore(chosen: argparse.Namespace) -> int:
    from barolib.explore import lab

    lab.run(Layout.at(chosen.root), chosen.options, chosen.page)
    return 0


def _say(text: str) -> None:
    terminal.tell(sys.stdout, text)
