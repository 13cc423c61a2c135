"""Charts to be taken away: each with its title, its key and its source in one file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from barolib.drawing.canvas import DARK, FONT_FAMILY, MUTED, WIDTH, Pen
from barolib.i18n.markdown import plain

FOLDER = "charts"
#: The key of the bars, which goes with each of them.
LEGEND = "legend"
_MARGIN, _GAP = 16.0, 10.0
#: The form that networks show whole: 1,200 by 630 pixels.
_CARD = (800.0, 420.0)
_CARD_PENS = (Pen(20, 600, "#dbc386"), Pen(42, 600, "#ffffff"), Pen(24, 400, "#f8e9d3"))
_KICKER, _TITLE, _SOURCE = Pen(11, 600, "#226a70"), Pen(15, 600, DARK), Pen(10, 400, MUTED)
_IMAGE = re.compile(r"^!\[(.*)\]\(figures/([^()]+)\.svg\)\{(.*)\}$", re.MULTILINE)
#: The names of other themes after that of an affirmation, which are links on a page.
TAGS = re.compile(r"\s*\*\[.*?\]\(.*?\)\*")


def write(
    build: Path,
    pages: Sequence[tuple[str, str]],
    alts: Mapping[str, str],
    marks: Mapping[str, str],
    sources: Mapping[str, str],
) -> None:
    """Write each chart of the pages into the folder charts of the project.

    `pages`: the filled ones, each after what stands over the title of its charts; `alts`: the alt
    text of each chart; `marks`: what the title of some says at its end; `sources`: the line at its
    foot, by words of its title, the first that holds. A bar has the key of its colours over it.
    """
    folder = build / FOLDER
    folder.mkdir(exist_ok=True)
    drawn = {path.stem: path.read_text(encoding="utf-8") for path in build.glob("figures/*.svg")}
    # Of a chart on several pages, the first counts.
    shown = {m[2]: (over, m) for over, page in reversed(pages) for m in _IMAGE.finditer(page)}
    for name in shown.keys() & drawn.keys() & alts.keys() - {LEGEND}:
        over, match = shown[name]
        keyed = [drawn[LEGEND]] if ".bar" in match[3] and LEGEND in drawn else []
        title, mark = plain(TAGS.sub("", match[1])), marks.get(name, "")
        title += f" ({mark})" if mark not in title else ""
        source = next(line for words, line in sources.items() if words in title)
        words = Words(over, title, source, alts[name])
        text = standalone(words, [*keyed, drawn[name]])
        (folder / f"{name}.svg").write_text(text, encoding="utf-8", newline="\n")


def names(charts: Collection[str], pages: Iterable[str]) -> set[str]:
    """What `write` makes of these charts where the pages show them, and the pictures of it."""
    shown = {match[2] for page in pages for match in _IMAGE.finditer(page)}
    made = (shown & set(charts)) - {LEGEND}
    return {f"{FOLDER}/{name}.{ending}" for name in made for ending in ("svg", "png")}


def card(words: Sequence[str], colours: Sequence[str]) -> str:
    """The picture of the whole report, an SVG: the cover's words over a step for each colour.

    `words`: the small line, the title, the subtitle.
    """
    elements, top = [f"<title>{escape(words[1])}</title>"], 2 * _MARGIN
    for said, pen in zip(words, _CARD_PENS, strict=True):
        top, lines = _lines(pen.shorten(said, _CARD[0] - 4 * _MARGIN), pen, top)
        elements += lines
        top += _GAP
    step = _CARD[0] / len(colours)
    steps = (
        f'<rect x="{at * step:g}" y="{_CARD[1] - 18 * (at + 1):g}" width="{step + 0.5:g}" '
        f'height="{18 * (at + 1)}" fill="{colour}"/>'
        for at, colour in enumerate(colours)
    )
    return _svg(_CARD, "#1a3a68", [*elements, *steps])


class Words(NamedTuple):
    """What is said of a chart: over its title (a theme's name, or nothing), and so on down."""

    over: str
    title: str
    source: str
    alt: str


def standalone(words: Words, parts: Iterable[str]) -> str:
    """An SVG of its own: the title, the parts (SVG elements) one under the other, the source."""
    top, elements = _lines(_wrapped(words.over, _KICKER), _KICKER, _MARGIN)
    top, written = _lines(_wrapped(words.title, _TITLE), _TITLE, top)
    elements += written
    top += _GAP
    for part in parts:
        (box,) = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', part)
        height = WIDTH * float(box[1]) / float(box[0])
        place = f'<svg x="{_MARGIN:g}" y="{top:g}" width="{WIDTH:g}" height="{height:g}"'
        elements.append(part[part.index("<svg") :].replace("<svg", place, 1).rstrip())
        top += height + _GAP
    bottom, written = _lines(_wrapped(words.source, _SOURCE), _SOURCE, top)
    told = [f"<title>{escape(words.title)}</title>", f"<desc>{escape(words.alt)}</desc>"]
    size = (WIDTH + 2 * _MARGIN, bottom + _MARGIN)
    return _svg(size, "#ffffff", [*told, *elements, *written])


def _svg(size: tuple[float, float], ground: str, elements: Iterable[str]) -> str:
    width, height = (f"{length:g}" for length in size)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
    head += f' height="{height}" role="img" font-family="{FONT_FAMILY}, sans-serif">'
    back = f'<rect width="{width}" height="{height}" fill="{ground}"/>'
    return "\n".join([head, back, *elements, "</svg>", ""])


def _wrapped(words: str, pen: Pen) -> list[str]:
    return pen.wrap(words, WIDTH) if words else []


def _lines(lines: Sequence[str], pen: Pen, top: float) -> tuple[float, list[str]]:
    """Where the next thing goes under the lines, and these from `top` on."""
    x = _MARGIN if pen.size < 16 else 2 * _MARGIN
    look = f'x="{x:g}" font-size="{pen.size:g}" font-weight="{pen.weight}" fill="{pen.colour}"'
    texts = [
        f'<text y="{top + pen.size + at * pen.line_height:g}" {look}>{escape(line)}</text>'
        for at, line in enumerate(lines)
    ]
    return top + len(lines) * pen.line_height, texts
