"""The pages of a draft on 127.0.0.1, which reload themselves where the draft changes."""

from __future__ import annotations

import html
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from barolib.errors import StudyError
from barolib.preview.draft import Draft, Fault
from barolib.report import chartfiles

HOST = "127.0.0.1"
_CLIENT = Path(__file__).parent
#: Where the client's files and its events are.
_LIVE = "/live/"
#: The first script of a page, which reads it before any other adds to it.
_HEAD = (
    f'<head><link rel="stylesheet" href="{_LIVE}live.css">'
    f'<script src="{_LIVE}live.js" data-revision="%d" defer></script>'
)
#: Of the pages' policy, what lets them hear of changes.
_CLOSED, _OPEN = "default-src 'none';", "default-src 'none'; connect-src 'self';"
_BARE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>%s</title></head>'
    '<body><main id="content"><h1>%s</h1></main></body></html>'
)
#: After so many seconds without news a line is sent, which tells whether the page is still there.
_SILENCE = 15.0


class News:
    """What open pages are told: the revision of each page, all faults, what is being done."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._number = 0
        self._faults: Sequence[Fault] = ()
        self._doing = ""
        self._revisions: dict[str, int] = {}
        self._open: list[str] = []

    @property
    def open_pages(self) -> list[str]:
        """The pages that somebody has before them."""
        with self._change:
            return list(dict.fromkeys(self._open))

    def tell(
        self,
        faults: Sequence[Fault] | None = None,
        doing: str = "",
        ready: tuple[str, int] | None = None,
    ) -> None:
        """Tells every open page of faults, if given, and of a page that is `ready`: its revision.

        `doing`: what is being done, empty where nothing is.
        """
        with self._change:
            self._faults = self._faults if faults is None else faults
            self._doing = doing
            if ready:
                name, self._revisions[name] = ready
            self._number += 1
            self._change.notify_all()

    @contextmanager
    def reader(self, page: str) -> Iterator[Iterator[dict | None]]:
        """What a page is told, from now on; None where there was nothing for a while."""
        with self._change:
            self._open.append(page)
        try:
            yield self._heard(page)
        finally:
            with self._change:
                self._open.remove(page)

    def _heard(self, page: str) -> Iterator[dict | None]:
        known = -1
        while True:
            with self._change:
                new = self._number != known or self._change.wait(_SILENCE)
                known, told = self._number, self._state(page)
            yield told if new else None

    def _state(self, page: str) -> dict:
        faults = [
            {
                "file": problem.file,
                "row": problem.row,
                "value": problem.value,
                "message": problem.message,
                "fix": problem.fix,
                "place": place,
                "page": owner,
                "words": words,
            }
            for problem, place, owner, words in self._faults
        ]
        revision = self._revisions.get(page, 0)
        return {"revision": revision, "faults": faults, "doing": self._doing}


class Server(ThreadingHTTPServer):
    """Serves a draft on a free port of this machine, to nobody else."""

    daemon_threads = True

    def __init__(self, draft: Draft) -> None:
        self.draft, self.news = draft, News()
        super().__init__((HOST, 0), _Handler)

    @property
    def address(self) -> str:
        """Where the report's first page is."""
        return f"http://{HOST}:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        path, own = unquote(asked.path), f"{HOST}:{self.server.server_port}"
        with suppress(ConnectionError):
            if self.headers.get("Host") not in (own, own.replace(HOST, "localhost")):
                self._send(403, b"not for another address", "text/plain")
            elif path == "/":
                names = self.server.draft.names or ["index"]
                self._send(302, b"", "text/plain", {"Location": f"/{names[0]}.html"})
            elif path == f"{_LIVE}events":
                self._events(parse_qs(asked.query).get("page", [""])[0])
            elif path.startswith(_LIVE):
                self._file(_CLIENT, path.removeprefix(_LIVE))
            elif path.endswith(".html") and "/" not in path[1:]:
                self._page(path[1:].removesuffix(".html"))
            else:
                self._made(path[1:])

    def _page(self, name: str) -> None:
        draft = self.server.draft
        try:
            page = draft.page(name) if name in draft.names else None
        except StudyError:
            page = draft.former(name)
        if page is None and draft.names and name not in draft.names:
            self._send(404, b"no such page", "text/plain")
            return
        title = html.escape(name)
        text, revision = page or (_BARE % (title, title), 0)
        text = text.replace("<head>", _HEAD % revision, 1).replace(_CLOSED, _OPEN, 1)
        self._send(200, text.encode(), "text/html; charset=utf-8")

    def _made(self, path: str) -> None:
        """A file of the report, which is made now where the whole report makes it."""
        draft = self.server.draft
        try:
            if not draft.names:  # nothing can be made yet
                pass
            elif path == draft.pdf:
                draft.write_pdf()
            elif path.startswith(f"{chartfiles.FOLDER}/") and path.count("/") == 1:
                draft.draw(path.removeprefix(f"{chartfiles.FOLDER}/"))
            elif path == "assets/search-index.js":
                draft.index()
        except StudyError as error:
            self._send(409, str(error).encode(), "text/plain; charset=utf-8")
            return
        self._file(draft.build, path)

    def _file(self, folder: Path, name: str) -> None:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            self._send(404, b"no such file", "text/plain")
            return
        kind = guess_type(path.name)[0] or "application/octet-stream"
        kind += "; charset=utf-8" if kind.startswith("text/") else ""
        self._send(200, path.read_bytes(), kind)

    def _events(self, page: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        with self.server.news.reader(page) as heard:
            for told in heard:
                line = f"data: {json.dumps(told)}\n\n" if told else ": still here\n\n"
                self.wfile.write(line.encode())
                self.wfile.flush()

    def _send(
        self, status: int, content: bytes, kind: str, more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        headers = {"Content-Type": kind, "Content-Length": str(len(content))}
        for name, value in (headers | {"Cache-Control": "no-store"} | (more or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Nothing: the terminal is for what the draft says."""
