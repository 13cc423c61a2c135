"""`barolib preview`: what changes among a report's files is taken into its pages as they stand."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import watchfiles

from barolib.errors import Problem, StudyError
from barolib.files import manifest
from barolib.files.layout import BRAND, FONTS, MADE, PICTURES, Layout
from barolib.preview.draft import Draft, Fault
from barolib.preview.server import Server

#: Milliseconds for which more changes are waited for after one, and at the most.
_STEP, _MOST = 20, 200
#: Seconds without a change after which all that is wrong is looked for: pages are loaded meanwhile.
_PAUSE = 0.7
#: What a change asks for, from the least.
TEXTS, SETTINGS, TABLES = range(3)


class Preview:
    """A draft, its server, and what the changes of its files ask of it."""

    def __init__(self, layout: Layout, draft: Draft, say: Callable[[str], None]) -> None:
        self.layout, self.draft, self._say = layout, draft, say
        self.server = Server(draft)
        self._changes: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._end, self._tables = threading.Event(), ""

    def start(self) -> None:
        """Serves, watches and works, each in a thread of its own, until `stop`."""
        for work in (self.server.serve_forever, self._watch, self._work):
            threading.Thread(target=work, daemon=True).start()
        self._changes.put(TABLES)

    def stop(self) -> None:
        """Ends what `start` began."""
        self._end.set()
        self._changes.put(TEXTS)
        self.server.shutdown()
        self.server.server_close()

    def kind(self, path: Path) -> int | None:
        """What a changed file asks for; None where nothing depends on it."""
        layout, house = self.layout, self.layout.house
        report = layout.sources / "report"
        if path.is_relative_to(layout.root / "data" / "raw"):
            return TABLES
        if path.is_relative_to(layout.root / "data" / "processed"):
            changed = path.name == manifest.NAME and self.draft.tables != self._tables
            return SETTINGS if changed else None
        for folder in (report, house):
            if path.is_relative_to(folder):
                name = path.relative_to(folder).parts
                if name[0] == "text":
                    return TEXTS
                known = folder == report or name[0] in (BRAND, PICTURES, FONTS)
                return SETTINGS if known and name[0] not in MADE else None
        return None

    def _watch(self) -> None:
        layout = self.layout
        watched = {layout.sources / "report", layout.house, layout.root / "data"}
        changes = watchfiles.watch(
            *(path for path in watched if path.is_dir()),
            debounce=_MOST,
            step=_STEP,
            stop_event=self._end,
            watch_filter=_Filter(),
        )
        for changed in changes:
            kinds = [self.kind(Path(path)) for _, path in changed]
            if known := [kind for kind in kinds if kind is not None]:
                self._changes.put(max(known))

    def _work(self) -> None:
        checked = True
        while True:
            kinds = self._waiting(None if checked else _PAUSE)
            if self._end.is_set():
                return
            try:
                if kinds:
                    checked = False
                    self._take_in(max(kinds))
                else:
                    checked = self._check()
            except StudyError as error:
                checked = True
                self._refuse(error.problems)
            except Exception as error:  # what no one foresaw is told, and the next change taken in
                checked = True
                self._refuse([Problem.of_error(error, "barolib preview")])

    def _waiting(self, seconds: float | None) -> list[int]:
        """What the changes that wait ask for; nothing where none comes in time."""
        kinds = []
        with suppress(queue.Empty):
            kinds.append(self._changes.get(timeout=seconds))
            while True:
                kinds.append(self._changes.get_nowait())
        return kinds

    def _take_in(self, kind: int) -> None:
        """Takes a change into the pages that somebody reads."""
        draft, news = self.draft, self.server.news
        if kind == TABLES:
            news.tell(doing="tables")
            draft.compute(self._say)
        if kind >= SETTINGS:
            self._tables = draft.tables
            draft.furnish()
        else:
            draft.refill()
        for name in (name for name in news.open_pages if name in draft.names):
            with suppress(StudyError):  # told below, with all the others
                news.tell(ready=(name, draft.page(name).revision))

    def _check(self) -> bool:
        """Whether all that is wrong is told: not where a change came in meanwhile."""
        faults = self.draft.faults(lambda: not self._changes.empty())
        if faults is not None:
            self.server.news.tell(faults=faults)
            self._tell(fault.problem for fault in faults)
        return faults is not None

    def _refuse(self, problems: Sequence[Problem]) -> None:
        """Tells what a change cannot be taken in for; every page stays as it is."""
        self.server.news.tell(faults=[Fault(problem) for problem in problems])
        self._tell(problems)

    def _tell(self, problems: Iterable[Problem]) -> None:
        for number, problem in enumerate(problems, start=1):
            self._say(f"{number:3}. {problem}")


class _Filter(watchfiles.DefaultFilter):
    """Leaves out what a run and an editor leave aside."""

    def __init__(self) -> None:
        super().__init__(ignore_dirs=(*self.ignore_dirs, ".work", *MADE))

    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        """Whether the change is one of a file that is kept."""
        return super().__call__(change, path) and not Path(path).name.startswith((".", "~"))


def serve(
    layout: Layout, edition_id: str, lang: str, against: str | None, say: Callable[[str], None]
) -> None:
    """Serve the report of an edition while it is written, until the command is interrupted.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    edition_id : str
        The edition.
    lang : {"fr", "en"}
        The language of the report.
    against : str or None
        The edition compared with; by default the one before.
    say : callable
        Given each line on how it goes: the address, what is wrong.
    """
    preview = Preview(layout, Draft(layout, edition_id, lang, against), say)
    preview.start()
    say(f"preview: {preview.server.address} (Ctrl-C ends it)")
    try:
        threading.Event().wait()
    finally:
        preview.stop()
