"""A chart as it is published: name, alt text and SVG, to be previewed or saved, page by page."""

from __future__ import annotations

import html
import io
import math
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.figure import Figure

from barolib.drawing.canvas import FONT_FAMILY, NARROW
from barolib.errors import Problem, StudyError
from barolib.files import atomic_write
from barolib.i18n.wording import Language

#: The height of a chart that stands on a page of the PDF at full size (`highest` of report.typ).
HIGHEST = 1000.0
# The settings of an SVG are global to matplotlib: one figure is written at a time.
_WRITING = threading.Lock()
_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_NO_METADATA = dict.fromkeys(["Date", "Creator", "Format", "Type"])


@dataclass(frozen=True)
class RenderedChart:
    """A figure, its name, language and alt text, and what it shows.

    `kind` is affirmation or theme, and `subject` its id; or it is the name, and the edition's id.
    `description`: all that a chart of several rows shows, in words. `narrow`: the same for a phone,
    unless a page writes it in words and boxes.
    """

    figure: Figure
    name: str
    lang: str
    kind: str
    subject: str
    alt: str
    description: str = ""
    narrow: Figure | None = None

    @cached_property
    def svg(self) -> str:
        """The figure as SVG text, written once."""
        return svg_text(self.figure, self.name)


class Preview:
    """Charts one under the other, as a notebook shows them."""

    def __init__(self, charts: Iterable[RenderedChart], lang: str) -> None:
        self._charts = [chart for chart in charts if chart.lang == lang]

    def _repr_html_(self) -> str:
        return "\n".join(
            f'<figure role="img" aria-label="{html.escape(chart.name)}: {html.escape(chart.alt)}" '
            f'style="max-width:26.25rem;margin:0 0 1rem">{chart.svg}</figure>'
            for chart in self._charts
        )


@dataclass(frozen=True)
class Chart:
    """A chart still to be drawn, which may take several pages.

    `rows` has a column theme_id, whose rows stay on one page; `draw` makes the figure of rows,
    and of a `width`, `describe` their alt text and description. `name`, `kind` and `subject`
    as for RenderedChart.
    """

    name: str
    kind: str
    subject: str
    rows: pd.DataFrame
    draw: Callable[..., Figure]
    describe: Callable[[pd.DataFrame], tuple[str, str]]

    def render(self, language: Language, highest: float = HIGHEST) -> list[RenderedChart]:
        """The chart, or its parts, none higher than `highest` pixels."""
        parts = pages(self.rows, self.draw, highest)
        return [
            RenderedChart(
                figure,
                name,
                language.code,
                self.kind,
                self.subject,
                *self.describe(rows),
                self.draw(rows, width=NARROW),
            )
            for name, (rows, figure) in zip(part_names(self.name, parts), parts, strict=True)
        ]


def pages(
    rows: pd.DataFrame, draw: Callable[[pd.DataFrame], Figure], highest: float = HIGHEST
) -> list[tuple[pd.DataFrame, Figure]]:
    """The rows in as few charts as are no higher than `highest`, with their figures.

    `rows` has a column theme_id, whose rows stay together; a theme by itself may still be higher.
    """
    figure, themes = draw(rows), rows["theme_id"].unique()
    parts = min(math.ceil(figure.get_size_inches()[1] * 72 / highest), len(themes))
    if parts < 2:
        return [(rows, figure)]
    split = (rows[rows["theme_id"].isin(part)] for part in np.array_split(themes, parts))
    return [page for part in split for page in pages(part, draw, highest)]


def part_names(name: str, parts: Sequence[object]) -> list[str]:
    """The name of each part of a chart: the chart's own where it is whole."""
    return [f"{name}-{n}of{len(parts)}" for n in range(1, len(parts) + 1)] if parts[1:] else [name]


def use_fonts(folder: Path) -> None:
    """Make the family of the charts known to matplotlib.

    Parameters
    ----------
    folder : Path
        Its TTF files.

    Raises
    ------
    StudyError
        Where the folder does not hold that family.

    Examples
    --------
    >>> from barolib.files.layout import Layout
    >>> use_fonts(Layout.find().fonts)
    """
    manager = font_manager.fontManager
    known = {font.fname for font in manager.ttflist}
    files = {str(path) for path in Path(folder).glob("*.ttf")}
    for path in sorted(files - known):
        manager.addfont(path)
    if not any(font.name == FONT_FAMILY and font.fname in files for font in manager.ttflist):
        fix = f"put the TTF files of {FONT_FAMILY} there"
        raise StudyError(Problem(str(folder), f"no font of the family {FONT_FAMILY}", fix))


def save_all(charts: Iterable[RenderedChart], folder: Path) -> pd.DataFrame:
    """The table `figures`; saves each chart as SVG.

    Parameters
    ----------
    charts : iterable of RenderedChart
        The charts.
    folder : Path
        Where `lang`/`figure`.svg is written, and `figure`.narrow.svg of a chart that has it.

    Returns
    -------
    DataFrame
        A row a chart: figure, lang, kind, subject, alt.

    Examples
    --------
    >>> import barolib
    >>> from tempfile import TemporaryDirectory
    >>> chart = barolib.open("2021", lang="en").chart("T04-01")
    >>> with TemporaryDirectory() as folder:
    ...     save_all([chart], folder)["figure"].tolist()
    ...     [path.name for path in Path(folder).glob("en/*.svg")]
    ['2021-T04-01-4']
    ['2021-T04-01-4.svg']
    """
    rows = []
    for chart in charts:
        drawn = {f"{chart.name}.svg": chart.svg}
        if chart.narrow:
            narrow = f"{chart.name}.narrow"
            drawn[f"{narrow}.svg"] = svg_text(chart.narrow, narrow)
        for name, svg in drawn.items():
            with atomic_write.writing(Path(folder) / chart.lang / name) as temporary:
                temporary.write_text(svg, encoding="utf-8", newline="\n")
        rows.append((chart.name, chart.lang, chart.kind, chart.subject, chart.alt))
    columns = ["figure", "lang", "kind", "subject", "alt"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def svg_text(figure: Figure, name: str) -> str:
    """The figure as an SVG element to be inlined: text as text, the same bytes every time.

    It has a viewBox and no size of its own, no style sheet (which would reach the whole page), and
    every id in it starts with `name`, so that a page can hold several.
    """
    buffer = io.StringIO()
    with _WRITING, matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    written = buffer.getvalue()
    (box,) = re.findall(r'viewBox="[^"]+"', written)
    body = written[written.index("</defs>") + len("</defs>") :].rstrip()
    body = re.sub(r'(<\w+ id="|href="#|url\(#)', rf"\g<1>{name}-", body)
    body = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", body)
    body = body.replace(f"'{FONT_FAMILY}'", f"'{FONT_FAMILY}', sans-serif")
    # The line joins of matplotlib's style sheet, as an attribute that reaches this drawing alone.
    return f'<svg {_NAMESPACES} {box} stroke-linejoin="round">{body}\n'
