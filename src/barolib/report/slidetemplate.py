"""What a deck is written on: the client's template, or one in the look of the brand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.package import Part
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.util import Pt

from barolib.drawing import palette
from barolib.errors import Problem, StudyError
from barolib.files import links
from barolib.files.layout import SLIDES
from barolib.report.brand import Brand

#: The layouts that a template has, as PowerPoint calls them in English and in French.
LAYOUTS = {
    "cover": ("Title Slide", "Diapositive de titre"),
    "text": ("Title and Content", "Titre et contenu"),
    "chart": ("Title Only", "Titre seul"),
}
_FILE = f"report/{SLIDES}"
#: What no published file may hold: programs, objects of other programs, what is loaded.
_ACTIVE = re.compile(r"vba|macro|activex|oleobject|embeddedobject|control", re.IGNORECASE)
#: Between the edge of a place for words and these, in points.
INSET = 7.2
#: 16:9, in points.
_WIDTH, _HEIGHT, _MARGIN = 960, 540, 40
#: Where the steps of the cover begin.
_STEPS = 740
#: By which a program that lacks a font chooses a sans serif like it.
_SANS = 'panose="020B0502030000000004" pitchFamily="34" charset="0"'


class Box(NamedTuple):
    """A place on a slide, in points."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Template:
    """A deck without slides; its layouts by their use, and where their content stands.

    `ours`: whether it is not the client's.
    """

    deck: Deck
    layouts: Mapping[str, Any]
    content: Box
    ours: bool


def read(house: Path, look: Brand) -> Template:
    """The template of a study whose folder report/ is `house`, or one of our own.

    Raises StudyError with all that is wrong with the client's: no PowerPoint file, layouts that it
    lacks, parts that could run or load something.
    """
    path = house / SLIDES
    if not path.is_file():
        return _template(_own(look), ours=True)
    links.refuse_foreign(path)
    try:
        deck = Presentation(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        fix = "save it from PowerPoint as a presentation (.pptx)"
        raise StudyError(Problem(_FILE, "no PowerPoint presentation", fix)) from error
    _empty(deck)
    if problems := [*_lacking(deck), *_active(deck)]:
        raise StudyError(problems)
    return _template(deck, ours=False)


def box_of(shape: Any) -> Box:
    """Where a shape stands."""
    return Box(*(getattr(shape, side).pt for side in Box._fields))


def _named(deck: Deck) -> dict[str, Any]:
    names = {layout.name.strip().casefold(): layout for layout in deck.slide_layouts}
    found = {
        use: next((names[name.casefold()] for name in known if name.casefold() in names), None)
        for use, known in LAYOUTS.items()
    }
    return {use: layout for use, layout in found.items() if layout is not None}


def _template(deck: Deck, *, ours: bool) -> Template:
    layouts = _named(deck)
    left, top, width, height = box_of(content_of(layouts["text"]))
    # As far from the edge as the words of a title and of a text are within their places.
    return Template(deck, layouts, Box(left + INSET, top, width - 2 * INSET, height), ours)


def content_of(layout: Any) -> Any:
    """The place of the content of a slide or layout: the largest that is no title and no foot."""
    kinds = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.SUBTITLE)
    held = [each for each in layout.placeholders if each.placeholder_format.type in kinds]
    return max(held, key=lambda each: each.width * each.height, default=None)


def _lacking(deck: Deck) -> Iterator[Problem]:
    """A problem for each layout, or place of one, that a deck needs."""
    layouts, titles = _named(deck), (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    there = ", ".join(repr(layout.name) for layout in deck.slide_layouts)
    for use, (name, french) in LAYOUTS.items():
        if use not in layouts:
            fix = f"add a layout of that name, or rename the one for it ({there})"
            yield Problem(_FILE, f"no layout “{name}” (“{french}”)", fix)
            continue
        layout = layouts[use]
        places = {"title": any(p.placeholder_format.type in titles for p in layout.placeholders)}
        places |= {"content": use == "chart" or content_of(layout) is not None}
        for place, there_is in places.items():
            if not there_is:
                fix = f"add a placeholder for the {place} to the layout"
                yield Problem(_FILE, f"the layout has no {place}", fix, value=layout.name)


def _active(deck: Deck) -> Iterator[Problem]:
    """A problem for each part that could run, or load something, where the deck is opened."""
    fix = "remove it in PowerPoint, and save the file as .pptx"
    for part in deck.part.package.iter_parts():
        if _ACTIVE.search(part.content_type) or _ACTIVE.search(part.partname):
            yield Problem(_FILE, "a part that could run", fix, value=str(part.partname))
        for relation in part.rels.values():
            if relation.is_external and relation.reltype != RELATIONSHIP_TYPE.HYPERLINK:
                message = "something that would be loaded from elsewhere"
                yield Problem(_FILE, message, fix, value=relation.target_ref)


def _empty(deck: Deck) -> None:
    """Takes out the slides that a template shows, and the sections that name them."""
    slides = deck.element.get_or_add_sldIdLst()
    for slide in list(slides):
        deck.part.drop_rel(slide.rId)
        slides.remove(slide)
    for extension in deck.element.xpath("p:extLst/p:ext[.//*[local-name()='sectionLst']]"):
        extension.getparent().remove(extension)


# ---------------------------------------------------------------------------------- our own


def _own(look: Brand) -> Deck:
    """A template in the colours and fonts of a brand, of the three layouts alone."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(_WIDTH), Pt(_HEIGHT)
    deck.element.sldSz.attrib.pop("type", None)  # which says 4:3
    kept = {name for name, _ in LAYOUTS.values()}
    for layout in list(deck.slide_layouts):
        if layout.name not in kept:
            deck.slide_layouts.remove(layout)
    master, wide = deck.slide_master, _WIDTH - 2 * _MARGIN
    places = {
        PP_PLACEHOLDER.TITLE: Box(_MARGIN, 20, wide, 60),
        PP_PLACEHOLDER.BODY: Box(_MARGIN, 84, wide, 422),
        PP_PLACEHOLDER.SLIDE_NUMBER: Box(_WIDTH - _MARGIN - 60, 506, 60, 24),
    }
    _place(master, places)
    cover = _named(deck)["cover"]
    _place(cover, {PP_PLACEHOLDER.CENTER_TITLE: Box(_MARGIN, 110, 700, 150)})
    _place(cover, {PP_PLACEHOLDER.SUBTITLE: Box(_MARGIN, 268, 700, 236)})
    _style(deck, look)
    _decorate(cover, palette.colours(6, 4, look.hues))
    return deck


def _place(holder: Any, places: Mapping[Any, Box]) -> None:
    """Puts placeholders where they belong; of a foot, only the number stays."""
    unused = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER)
    for shape in list(holder.placeholders):
        kind = shape.placeholder_format.type
        if kind in unused:
            shape.element.getparent().remove(shape.element)
        elif box := places.get(kind):
            for side, value in box._asdict().items():
                setattr(shape, side, Pt(value))


def _style(deck: Deck, look: Brand) -> None:
    """Gives the theme the brand's colours and fonts, and the master its sizes."""
    roles = look.roles
    colours = [roles["ink"], roles["ground"], roles["navy"], roles["sand"], roles["navy"]]
    colours += [roles["teal"], *(roles[f"level-{level}"] for level in (5, 3, 2, 1))]
    colours += [roles["teal"], roles["navy"]]
    names = ("dk1", "lt1", "dk2", "lt2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
    master = deck.slide_master
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = theme.blob.decode("utf-8")
    for name, colour in zip(names, colours, strict=True):
        held = f'<a:{name}><a:srgbClr val="{colour[1:].upper()}"/></a:{name}>'
        xml = re.sub(rf"<a:{name}>.*?</a:{name}>", held, xml, flags=re.DOTALL)
    for part, family in zip(("minor", "major"), look.families, strict=True):
        xml = re.sub(
            rf'(<a:{part}Font><a:latin )typeface="[^"]*"', rf'\1typeface="{family}" {_SANS}', xml
        )
    styled = Part(theme.partname, theme.content_type, theme.package, xml.encode("utf-8"))
    for owner in (deck.part, master.part):
        for place, relation in list(owner.rels.items()):
            if relation.reltype == RELATIONSHIP_TYPE.THEME:
                owner.drop_rel(place)
        owner.relate_to(styled, RELATIONSHIP_TYPE.THEME)
    for kind, size in (("title", 26), ("body", 18)):
        level = master.element.xpath(f"p:txStyles/p:{kind}Style/a:lvl1pPr")[0]
        level.set("algn", "l")
        _characters(level, size, "tx2" if kind == "title" else "tx1")
    for shape in _named(deck)["cover"].placeholders:
        size = 34 if shape.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE else 18
        (styles,) = shape.element.xpath("p:txBody/a:lstStyle")
        styles.clear()
        level = f'<a:lvl1pPr {nsdecls("a")} marL="0" indent="0" algn="l">'
        styles.append(parse_xml(f"{level}<a:buNone/><a:defRPr/></a:lvl1pPr>"))
        _characters(styles[0], size, "bg1")


def _characters(level: Any, size: int, colour: str) -> None:
    """Sets size and colour of the characters of a level of a list of styles."""
    look = level.find(qn("a:defRPr"))
    look.set("sz", str(100 * size))
    look.set("b", "1" if size > 20 else "0")
    for former in look.findall(qn("a:solidFill")):
        look.remove(former)
    fill = f'<a:solidFill {nsdecls("a")}><a:schemeClr val="{colour}"/></a:solidFill>'
    look.insert(0, parse_xml(fill))


def _decorate(cover: Any, colours: Sequence[str]) -> None:
    """A dark ground for the cover, and a step for each level at its right."""
    ground = '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill><a:effectLst/>'
    ground = f"<p:bg {nsdecls('p', 'a')}><p:bgPr>{ground}</p:bgPr></p:bg>"
    cover.element.cSld.insert(0, parse_xml(ground))
    width = (_WIDTH - _STEPS) / len(colours)
    for at, colour in enumerate(colours):
        height = (at + 1) * 48
        x, y, cx, cy = map(Pt, (_STEPS + at * width, _HEIGHT - height, width, height))
        name = f'<p:cNvPr id="{100 + at}" name="Level {at + 1}"/>'
        place = f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        place += '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        fill = f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}"/></a:solidFill>'
        shape = f'<p:nvSpPr>{name}<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        shape += f"<p:spPr>{place}{fill}<a:ln><a:noFill/></a:ln></p:spPr>"
        cover.shapes.element.append(parse_xml(f"<p:sp {nsdecls('p', 'a')}>{shape}</p:sp>"))
