"""The slides of a deck: each thing in its place, in words that fit, none under 12 points."""

from __future__ import annotations

import copy
import io
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.util import Pt

from barolib.drawing.canvas import Pen
from barolib.report import slidecharts
from barolib.report.slidecharts import LEGEND, NAMES, SIZE, Bars
from barolib.report.slidetemplate import INSET, Box, Template, box_of, content_of
from barolib.report.slidewords import Block

_LANGUAGES = {"fr": MSO_LANGUAGE_ID.FRENCH, "en": MSO_LANGUAGE_ID.ENGLISH_UK}
#: In font sizes: from one baseline to the next, between paragraphs. How much wider than Inter
#: another font may be.
_LINE, _APART, _WIDER = 1.22, 0.25, 1.06
#: Points: between two boxes, and within one around its words; between a line and what it is about.
_GUTTER, _GAP = 16.0, 4.0
#: Sizes of the small line over a slide's content, and of a share beside its bar.
_SMALL = 14
#: Width of the shares beside the bars; least and greatest height of a bar with its gap.
_SHARES, _PITCH = 100.0, (30.0, 56.0)
#: The widths of a table's columns, as parts.
_COLUMNS = (0.39, 0.13, 0.13, 0.18, 0.17)
#: By which the words of a text are narrower than its place.
_BULLET = 27.0
#: Height of the band of a logo.
_BAND = 84.0


class Around(NamedTuple):
    """What stands around a slide's content: title, small line, source, notes."""

    title: str
    kicker: str = ""
    source: str = ""
    notes: Sequence[Block] = ()

    def parts(self, contents: Sequence[Any]) -> Iterator[tuple[Around, Any]]:
        """The same for each of the slides that it takes, numbered where there are several."""
        for at, content in enumerate(contents, start=1):
            number = f" ({at}/{len(contents)})" if len(contents) > 1 else ""
            yield self._replace(title=self.title + number), content


class Pages:
    """The slides written on a template, in a language."""

    def __init__(self, template: Template, lang: str) -> None:
        self.template, self.deck, self.lang = template, template.deck, _LANGUAGES[lang]

    def cover(self, title: str, lines: Sequence[str], logo: tuple[bytes, str] | None) -> None:
        """The first slide; last lines that do not fit stand in its notes alone.

        `logo`: a picture and its alternative, which stand on a band of light at the top.
        """
        slide = self._slide("cover", title)
        if logo:
            band = self._box(slide, Box(0, 0, self.deck.slide_width.pt, _BAND))
            band.fill.solid()
            band.fill.fore_color.theme_color = MSO_THEME_COLOR.LIGHT_1
            place = Pt(self.template.content.left), Pt(_GUTTER)
            picture = slide.shapes.add_picture(
                io.BytesIO(logo[0]), *place, height=Pt(_BAND - 2 * _GUTTER)
            )
            picture.element.nvPicPr.cNvPr.set("descr", logo[1])
        place, shown = content_of(slide), list(lines)
        while len(shown) > 1 and not _fits(shown, box_of(place), SIZE):
            shown.pop()
        self._write(place.text_frame, shown, _fitting(shown, box_of(place), 18, SIZE))
        _note(slide, [Block(line) for line in lines])

    def figures(self, around: Around, figures: Sequence[Block]) -> None:
        """A finding, and figures side by side, each over its words."""
        slide = self._slide("chart", around.title)
        box, count = self._frame(slide, around), max(1, len(figures))
        width = (box.width - _GUTTER * (count - 1)) / count
        card = Box(box.left, box.top + 0.12 * box.height, width, 0.62 * box.height)
        number = card._replace(width=width - _GUTTER, height=80)  # in one line
        words = number._replace(height=card.height - number.height - _GUTTER)
        bold = [figure.bold for figure in figures if figure.bold]
        size = min([_fitting([each], number, 54, 28, 600) for each in bold], default=28)
        small = min([_fitting([f.text], words, 20, SIZE) for f in figures], default=SIZE)
        for at, figure in enumerate(figures):
            shape = self._box(slide, card._replace(left=box.left + at * (width + _GUTTER)))
            frame = shape.text_frame
            self._write(frame, [figure.bold], size, strong=True)
            self._write(frame, [figure.text], small)
            frame.margin_left = frame.margin_right = frame.margin_top = Pt(_GUTTER)
            shape.fill.solid()
            shape.fill.fore_color.theme_color = MSO_THEME_COLOR.BACKGROUND_2

    def parts(self, names: Sequence[str], around: Around) -> list[range]:
        """Which bars of these names stand on each slide: as many as can be read, alike."""
        room = self._room(around).height - LEGEND
        count = math.ceil(len(names) / max(1, room // self._pitch(names)))
        ends = [round(len(names) * at / count) for at in range(count + 1)]
        return [range(*pair) for pair in pairwise(ends)]

    def bars(self, around: Around, bars: Bars, head: str) -> None:
        """Bars under their legend, with their shares at implementation beside them."""
        slide, count = self._slide("chart", around.title), len(bars.names)
        box = self._frame(slide, around)
        height = min(box.height, LEGEND + max(self._pitch(bars.names), _PITCH[1]) * count)
        place = box._replace(width=box.width - _SHARES, height=height)
        plot = slidecharts.add(slide, place, bars)
        column = Box(plot.left + plot.width + 8, plot.top, _SHARES - 8, plot.height / count)
        over = column._replace(top=plot.top - 18, height=16)
        self._write(self._box(slide, over).text_frame, [head], SIZE)
        for at, row in enumerate(bars.rows):
            line = self._box(slide, column._replace(top=column.top + at * column.height))
            line.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            self._write(line.text_frame, [row.at], _SMALL, strong=True)

    def table(self, around: Around, rows: Sequence[Sequence[str]]) -> None:
        """A table, its first row being its head, on as many slides as it takes."""
        box = self._room(around)
        widths = [part * box.width for part in _COLUMNS]
        cells = [
            [([text], width - 12) for text, width in zip(r, widths, strict=True)] for r in rows
        ]
        heights = [max(_height(text, SIZE, width) for text, width in row) + 8 for row in cells]
        parts = _broken(heights[1:], box.height - heights[0])
        for each, part in around.parts(parts):
            slide, shown = self._slide("chart", each.title), [0, *(at + 1 for at in part)]
            self._frame(slide, each)
            place = box._replace(height=sum(heights[at] for at in shown))
            frame = slide.shapes.add_table(len(shown), len(widths), *map(Pt, place))
            frame.element.nvGraphicFramePr.cNvPr.set("descr", around.kicker)
            for at, width in enumerate(widths):
                frame.table.columns[at].width = Pt(width)
            for line, at in enumerate(shown):
                frame.table.rows[line].height = Pt(heights[at])
                for column, text in enumerate(rows[at]):
                    cell = frame.table.cell(line, column)
                    cell.margin_left = cell.margin_right = Pt(5)
                    cell.margin_top = cell.margin_bottom = Pt(3)
                    self._write(cell.text_frame, [text], SIZE)

    def text(self, around: Around, said: Sequence[Block]) -> None:
        """Paragraphs, on as many slides as it takes."""
        box = self._room(around)
        place = box._replace(width=box.width - _BULLET)
        texts = [f"{block.bold} {block.text}".strip() for block in said]
        size = _fitting(texts, place, 18, _SMALL)
        width = place.width - 2 * INSET
        heights = [_height([text], size, width) + _APART * size for text in texts]
        for each, part in around.parts(_broken(heights, place.height)):
            slide = self._slide("text", each.title)
            body = content_of(slide)
            for side, value in box_of(body)._replace(height=box.height)._asdict().items():
                setattr(body, side, Pt(value))
            self._write(body.text_frame, [texts[at] for at in part], size)
            self._frame(slide, each)

    def _pitch(self, names: Sequence[str]) -> float:
        """The least height of a bar with its gap, by the lines of the longest name."""
        width = NAMES * (self.template.content.width - _SHARES) - 10
        lines = max(len(Pen(SIZE).wrap(name, width / _WIDER)) for name in names)
        return max(_PITCH[0], lines * SIZE * 1.2 + 3)

    def _room(self, around: Around) -> Box:
        """What is left of a slide's content under its small line and over its source."""
        box, above = self.template.content, 0.0
        if around.kicker:
            above = _height([around.kicker], _SMALL, box.width, 600) + _GAP
        below = _height([around.source], SIZE, box.width) + _GAP
        return Box(box.left, box.top + above, box.width, box.height - above - below)

    def _slide(self, use: str, title: str) -> Any:
        """A new slide of a layout, under its title and with the number that the layout has."""
        layout: Any = self.template.layouts[use]
        slide = self.deck.slides.add_slide(layout)
        place: Any = slide.shapes.title
        usual = _size(layout)
        size = _fitting([title], box_of(place), usual, 16, 600)
        self._write(place.text_frame, [title], size if size < usual else None)
        for shape in layout.placeholders:
            if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER and use != "cover":
                number = copy.deepcopy(shape.element)
                number.nvSpPr.cNvPr.set("id", str(max(s.shape_id for s in slide.shapes) + 1))
                slide.shapes.element.append(number)
        return slide

    def _frame(self, slide: Any, around: Around) -> Box:
        """Writes what stands around a slide's content, and its notes; the room between."""
        box, room = self.template.content, self._room(around)
        if around.kicker:
            over = self._box(slide, box._replace(height=room.top - box.top))
            self._write(over.text_frame, [around.kicker], _SMALL, strong=True)
        top = room.top + room.height + _GAP
        under = self._box(slide, box._replace(top=top, height=box.top + box.height - top))
        self._write(under.text_frame, [around.source], SIZE)
        _note(slide, around.notes)
        return room

    def _box(self, slide: Any, box: Box) -> Any:
        """An empty text box, as large as it is told."""
        shape = slide.shapes.add_textbox(*map(Pt, box))
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        return shape

    def _write(
        self, frame: Any, lines: Sequence[str], size: float | None, *, strong: bool = False
    ) -> None:
        """Adds paragraphs to a text, by default as large as the template has them."""
        for line in lines:
            run = (frame.add_paragraph() if frame.text else frame.paragraphs[0]).add_run()
            run.text, run.font.language_id = line, self.lang
            if size:
                run.font.size = Pt(size)
            if strong:
                run.font.bold, run.font.color.theme_color = True, MSO_THEME_COLOR.TEXT_2


def _note(slide: Any, said: Sequence[Block]) -> None:
    lines = [("– " if block.item else "") + f"{block.bold} {block.text}".strip() for block in said]
    slide.notes_slide.notes_text_frame.text = "\n".join(lines)


def _height(texts: Sequence[str], size: float, width: float, weight: int = 400) -> float:
    """The height of paragraphs in lines no wider than `width`."""
    lines = sum(len(Pen(size, weight).wrap(text, width / _WIDER)) for text in texts)
    return (lines * _LINE + _APART * (len(texts) - 1)) * size


def _fits(texts: Sequence[str], box: Box, size: float, weight: int = 400) -> bool:
    """Whether paragraphs of a size fit into a place of a template, whose edges are free."""
    return _height(texts, size, box.width - 2 * INSET, weight) <= box.height - INSET


def _fitting(
    texts: Sequence[str], box: Box, usual: float, least: float, weight: int = 400
) -> float:
    """The largest size, from the usual one to the least, at which paragraphs fit into a place."""
    sizes = range(int(usual), int(least), -1)
    return next((size for size in sizes if _fits(texts, box, size, weight)), least)


def _broken(heights: Sequence[float], room: float) -> list[list[int]]:
    """Which of things of these heights stand on each slide, as many as there is room for."""
    parts: list[list[int]] = [[]]
    for at, height in enumerate(heights):
        if parts[-1] and sum(heights[other] for other in parts[-1]) + height > room:
            parts.append([])
        parts[-1].append(at)
    return parts


def _size(layout: Any) -> float:
    """The size of a layout's title, in points: its own, else the master's."""
    titles = "p:cSld/p:spTree/p:sp[p:nvSpPr/p:nvPr/p:ph[@type='title' or @type='ctrTitle']]"
    own, master = f"{titles}/p:txBody/a:lstStyle/a:lvl1pPr/a:defRPr/@sz", layout.slide_master
    held = [*layout.element.xpath(own), *master.element.xpath(own)]
    held += master.element.xpath("p:txStyles/p:titleStyle/a:lvl1pPr/a:defRPr/@sz")
    return int(next(iter(held), 4400)) / 100
