"""The files of the report's texts: whose go before whose, and none from outside the study."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from barolib.errors import Problem, StudyError
from barolib.files import links, textfile
from barolib.files.characters import named
from barolib.files.layout import COMMON

_LONGEST = 100_000
_NAME = re.compile(r"\w[\w.-]*")


class TextFiles:
    """The texts of an edition in one language, by name: text/<owner>/<language>/<name>."""

    #: What is to be read in the place of a file, by its name in the report.
    revised: Mapping[str, str] = MappingProxyType({})

    def __init__(self, library: Path, apart: Path | None, edition_id: str, lang: str) -> None:
        """`library`: the texts of the sources; `apart`: those of a study apart from them.

        Such a study has no text of an edition of the sources, whatever its own is called. Raises
        StudyError where a folder of texts stands outside the study.
        """
        for texts in filter(None, (apart, library)):
            links.refuse_foreign(texts)
        owners = [(library, COMMON), (apart or library, COMMON), (apart or library, edition_id)]
        #: Where a text stands, by its name in the report; those of the edition come last.
        self._files = {
            f"text/{owner}/{lang}/{path.name}": path
            for texts, owner in owners
            for path in sorted((texts / owner / lang).glob("*.*"))
            if path.is_file()
        }

    def names(self) -> list[str]:
        """The name of each Markdown text."""
        return list({path.stem for path in self._files.values() if path.suffix == ".md"})

    def paths(self, name: str) -> list[str]:
        """The texts of this file name, the edition's own before the common one.

        Raises LookupError for what is no name of a file.
        """
        if not _NAME.fullmatch(name):
            raise LookupError(f"no text is called {name!r}")
        return [text for text in reversed(self._files) if text.rpartition("/")[2] == name]

    def source(self, path: str) -> str:
        """A text as it was written; raises StudyError where it cannot be one."""
        if path not in self._files:
            raise LookupError(f"no text {path!r}")
        file, revised = f"report/{path}", self.revised.get(path)
        content = self._files[path].read_bytes() if revised is None else revised.encode()
        return _read(content, file)


def find_characters(text: str, refused: Callable[[str], bool]) -> Iterator[tuple[str, int]]:
    """The characters of a text that are refused, each with the number of its line."""
    characters = set(filter(refused, set(text)))
    for number, line in enumerate(text.split("\n") if characters else [], 1):
        yield from ((character, number) for character in sorted(characters & set(line)))


def _unseen(character: str) -> bool:
    """Whether it is a control character, of private use, or none at all."""
    return character not in "\t\n" and unicodedata.category(character) in ("Cc", "Cn", "Co")


def _read(content: bytes, file: str) -> str:
    """The text of a file, its letters with accents as one character each."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        text = unicodedata.normalize("NFC", text)
    except UnicodeDecodeError as error:
        raise StudyError(textfile.not_utf8(file, error, "save it as UTF-8")) from None
    if len(text) > _LONGEST:
        fix = "part it in several texts"
        raise StudyError(Problem(file, f"longer than any text: over {_LONGEST:,} signs", fix))
    fix, lines = "take it out, or type the word anew", text.split("\n")
    problems = [
        Problem(
            file,
            f"a character that no text can show: {named(character)}",
            fix,
            row=str(number),
            value=lines[number - 1].strip()[:60],
        )
        for character, number in find_characters(text, _unseen)
    ]
    if problems:
        raise StudyError(problems)
    return text
