"""Where the links and references of a text may lead: the pages, their ids, figures and tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from barolib.i18n.markdown import Markdown
from barolib.report.chartfiles import TAGS

#: What an id is given to, by its braces, wherever they stand.
IDS = re.compile(r"\{(?:\.[\w-]+ +)*#([^\s{}]+)[^{}\n]*")
_HERE = re.compile(r"\]\(#([^\s()]+)\)")
_FIGURE = re.compile(
    r"^!\[(.*?)\]\((?:figures|images)/[^()\s]*\)\{(.*?)\}$", re.DOTALL | re.MULTILINE
)
_TABLE = re.compile(r"^(?:Table)?: +(.*?)\s*(\{[#.][^{}]*\})$", re.DOTALL | re.MULTILINE)
_REFERENCE = re.compile(r"(?<![\w\\])@((?:[Ff]ig|[Tt]bl)-[\w.:-]*\w)")
#: The ids of the pages' own parts (assets/page.html).
_OF_PAGES = ("content", "explore-data", "explorer", "pages", "search", "sought", "tools")
#: How the ids of tables begin, of which a reference says no more than the rest.
_TABLES = "tab-"


class Places:
    """The places of a filled report.

    Parameters
    ----------
    bodies : mapping of str to str
        What each page says, by its name.
    data : mapping of str to str
        The tables behind each chart, by its file (figures/T04-01.md).
    """

    def __init__(self, bodies: Mapping[str, str], data: Mapping[str, str]) -> None:
        self._bodies = bodies
        self._data = {
            name: [text for file, text in data.items() if f"({file[:-3]}.svg)" in body]
            for name, body in bodies.items()
        }

    @cached_property
    def pages(self) -> dict[str, list[str]]:
        """The ids of each page."""
        return {
            name: IDS.findall("\n".join([body, *self._data[name]]))
            for name, body in self._bodies.items()
        }

    @property
    def unprinted(self) -> list[str]:
        """The ids of the tables behind charts, which the PDF leaves out."""
        return [id_ for texts in self._data.values() for text in texts for id_ in IDS.findall(text)]

    @property
    def here(self) -> list[str]:
        """The ids to which `#id` leads on every page that says so."""
        asked = {name: set(_HERE.findall(body)) for name, body in self._bodies.items()}
        wrong = {id_ for name, ids in asked.items() for id_ in ids - set(self.pages[name])}
        return sorted(set().union(*asked.values()) - wrong)

    @cached_property
    def twice(self) -> set[str]:
        """The ids that stand in several places, so that a link to one leads anywhere."""
        counts = Counter([*self._bodies, *_OF_PAGES])  # a chapter of the PDF bears its name
        counts.update(id_ for body in self._bodies.values() for id_ in IDS.findall(body))
        return {id_ for id_, count in counts.items() if count > 1}

    @staticmethod
    def given(text: str) -> list[tuple[str, int]]:
        """The ids that a text gives, each with its place among the signs."""
        return [(match[1], match.start(1)) for match in IDS.finditer(text)]

    @cached_property
    def shown(self) -> dict[str, tuple[str, str]]:
        """The figures and tables to which a reference may lead, as it names them.

        Of each, the place (T04.html#T04-01) and the caption; of those of one id, the first.
        """
        found: dict[str, tuple[str, str]] = {}
        for name, body in self._bodies.items():
            for kind, caption, id_ in _shown([body, *self._data[name]]):
                found.setdefault(f"{kind}-{id_}", (f"{name}.html#{id_}", caption))
                if kind == "tbl" and id_.startswith(_TABLES):
                    short = f"{kind}-{id_.removeprefix(_TABLES)}"
                    found.setdefault(short, (f"{name}.html#{id_}", caption))
        return found

    def led_to(self, text: str, words: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """Where each reference of a page or of the whole leads, in what words: by what follows @.

        `words`: of each kind, with {caption}, and without.
        """
        led = {}
        for name in dict.fromkeys(_REFERENCE.findall(text)):
            kind, rest = name[:3].lower(), name[3:]
            if kind + rest in self.shown:
                place, caption = self.shown[kind + rest]
                said = words[kind].format(caption=caption) if caption else words[f"{kind}_bare"]
                said = said[0].upper() + said[1:] if name[0].isupper() else said
                led[name] = {"href": place, "words": Markdown(said)}
        return led


def _shown(texts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The kind, the caption and the id of each figure and table that has one."""
    for text in texts:
        for block in re.split(r"\n[ \t]*\n", text):
            for kind, pattern in (("fig", _FIGURE), ("tbl", _TABLE)):
                for match in pattern.finditer(block):
                    braces = match[2] if kind == "tbl" else f"{{{match[2]}}}"
                    for id_ in IDS.findall(braces)[:1]:
                        yield kind, " ".join(TAGS.sub("", match[1]).split()), id_
