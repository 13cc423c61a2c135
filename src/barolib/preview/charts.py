"""The charts of a page as Pandoc wrote them before: a changed text is converted without them."""

from __future__ import annotations

import re
from pathlib import Path

from barolib.errors import Problem
from barolib.report import pandoc

#: A chart: an image with attributes at the start of a line, and an empty line after it.
_CHART = re.compile(r"^!\[(?:[^\n]|\n(?![ \t]*\n))*\}(?=\n[ \t]*\n|\n?\Z)", re.MULTILINE)
_FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
#: A paragraph of characters that no text may hold, in the place of a chart.
_MARK, _MARKED = "\uf8ff{}\uf8ff", re.compile("<p>\uf8ff(\\d+)\uf8ff</p>")


class Charts:
    """Converts pages, each chart once: what Pandoc makes of it is put in its place from then on.

    That rests on the paragraph of the chart and on what no text changes: its files, the settings.
    """

    def __init__(self) -> None:
        self._written: dict[str, str] = {}

    def convert(self, page: Path, source: str) -> tuple[str, list[Problem]]:
        """A page as `pandoc.convert` gives it, and what is wrong with it.

        `page`: its file in the filled project, which is written.
        """
        charts: list[str] = []
        new: list[str] = []

        def stand_in(chart: re.Match) -> str:
            written = self._written.get(chart[0])
            if not written or "@" in chart[0]:  # a reference: in the words of another chart
                new.append(chart[0])
                return chart[0]
            charts.append(written)
            return _MARK.format(len(charts) - 1)

        html, faults = _page(page, _CHART.sub(stand_in, source))
        if len(_MARKED.findall(html)) < len(charts):  # one stands where none is shown, as in code
            return _page(page, source)
        drawn = _FIGURE.findall(html)
        if len(drawn) == len(new):
            self._written |= zip(new, drawn, strict=True)
        return _MARKED.sub(lambda mark: charts[int(mark[1])], html), faults


def _page(page: Path, source: str) -> tuple[str, list[Problem]]:
    page.write_text(source, encoding="utf-8", newline="\n")
    return pandoc.convert(page, "html5", "assets/page.html")
