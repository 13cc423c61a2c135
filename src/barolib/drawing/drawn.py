"""A figure of a publication: its name and alt text, its SVG to be inlined, previewed or saved."""

from __future__ import annotations

import html
import io
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib import font_manager
from matplotlib.figure import Figure

from barolib.drawing.canvas import FONT_FAMILY
from barolib.errors import Problem, StudyError
from barolib.files import atomic_write

# The settings of an SVG are global to matplotlib: one figure is written at a time.
_WRITING = threading.Lock()
_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_NO_METADATA = dict.fromkeys(["Date", "Creator", "Format", "Type"])


@dataclass(frozen=True)
class Drawn:
    """A figure, its name, language and alt text, and what it shows.

    `kind` is affirmation or theme, and `subject` its id; or it is the name, and the edition's id.
    """

    figure: Figure
    name: str
    lang: str
    kind: str
    subject: str
    alt: str

    @cached_property
    def svg(self) -> str:
        """The figure as SVG text, written once."""
        return svg_text(self.figure, self.name)


class Preview:
    """Figures one under the other, as a notebook shows them."""

    def __init__(self, drawn: Iterable[Drawn], lang: str) -> None:
        self._shown = [each for each in drawn if each.lang == lang]

    def _repr_html_(self) -> str:
        return "\n".join(
            f'<figure role="img" aria-label="{html.escape(each.alt)}" '
            f'style="max-width:26.25rem;margin:0 0 1rem">{each.svg}</figure>'
            for each in self._shown
        )


def use_fonts(folder: Path) -> None:
    """Make the family of the charts known to matplotlib from the TTF files of `folder`.

    Raises StudyError where the folder does not hold that family.
    """
    manager = font_manager.fontManager
    known = {font.fname for font in manager.ttflist}
    files = {str(path) for path in Path(folder).glob("*.ttf")}
    for path in sorted(files - known):
        manager.addfont(path)
    if not any(font.name == FONT_FAMILY and font.fname in files for font in manager.ttflist):
        mend = f"put the TTF files of {FONT_FAMILY} there"
        raise StudyError(Problem(str(folder), f"no font of the family {FONT_FAMILY}", mend))


def save_all(drawn: Iterable[Drawn], folder: Path) -> pd.DataFrame:
    """The table `figures` (figure, lang, kind, subject, alt); saves `folder`/lang/figure.svg."""
    rows = []
    for each in drawn:
        with atomic_write.writing(Path(folder) / each.lang / f"{each.name}.svg") as aside:
            aside.write_text(each.svg, encoding="utf-8", newline="\n")
        rows.append((each.name, each.lang, each.kind, each.subject, each.alt))
    columns = ["figure", "lang", "kind", "subject", "alt"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def svg_text(figure: Figure, name: str) -> str:
    """The figure as an SVG element to be inlined: text as text, the same bytes every time.

    It has a viewBox and no size of its own, no style sheet (which would reach the whole page), and
    every id in it starts with `name`, so that a page can hold several.
    """
    buffer = io.StringIO()
    settings = {"svg.fonttype": "none", "svg.hashsalt": name}
    with _WRITING, matplotlib.rc_context(settings):
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    written = buffer.getvalue()
    box = re.search(r'viewBox="[^"]+"', written).group()
    body = written[written.index("</defs>") + len("</defs>") :].rstrip()
    body = re.sub(r'(<\w+ id="|href="#|url\(#)', rf"\g<1>{name}-", body)
    body = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", body)
    body = body.replace(f"'{FONT_FAMILY}'", f"'{FONT_FAMILY}', sans-serif")
    # The line joins of matplotlib's style sheet, as an attribute that reaches this drawing alone.
    return f'<svg {_NAMESPACES} {box} stroke-linejoin="round">{body}\n'
