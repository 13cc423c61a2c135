"""The look of the Word document: Pandoc's own reference document in the colours of a brand."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

from barolib.drawing.canvas import FONT_FAMILY, MUTED
from barolib.errors import Problem, StudyError
from barolib.report import pandoc
from barolib.report.brand import Brand

#: What the reference document is called, in Pandoc and beside a filled report.
NAME = "reference.docx"
#: What Word takes for a font that the reader's machine lacks.
_SUBSTITUTE = "Calibri"
#: A4, in twentieths of a point.
_PAGE = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134"'
_PAGE += ' w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'


def write(target: Path, brand: Brand) -> None:
    """Writes the reference document, from which Pandoc takes styles, fonts and page."""
    command = [pandoc.find(), "--print-default-data-file", NAME]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        message = f"Pandoc has no reference document: {done.stderr.decode(errors='replace')}"
        raise StudyError(Problem("--format docx", message, "install the package pypandoc-binary"))
    target.write_bytes(done.stdout)
    with zipfile.ZipFile(target) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    changes = {
        "word/styles.xml": lambda xml: _styles(xml, brand),
        "word/fontTable.xml": lambda xml: _fonts(xml, brand),
        "word/document.xml": lambda xml: xml.replace("<w:sectPr>", f"<w:sectPr>{_PAGE}"),
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if change := changes.get(name):
                content = change(content.decode("utf-8")).encode("utf-8")
            archive.writestr(zipfile.ZipInfo(name), content)


def _fonts(xml: str, brand: Brand) -> str:
    """The table of fonts, with what stands for those of the brand where they are missing."""
    lines = [
        f"<w:font w:name={quoteattr(family)}><w:altName w:val={quoteattr(_SUBSTITUTE)}/>"
        '<w:family w:val="swiss"/></w:font>'
        for family in dict.fromkeys([*brand.families, FONT_FAMILY])
    ]
    return xml.replace("</w:fonts>", "".join(lines) + "</w:fonts>")


def _styles(xml: str, brand: Brand) -> str:
    """The styles of the document in the brand's fonts and colours, and those of our own."""
    text, heads = brand.families
    for theme, family in (("minorHAnsi", text), ("majorHAnsi", heads)):
        font = f"<w:rFonts w:ascii={quoteattr(family)} w:hAnsi={quoteattr(family)}/>"
        xml = re.sub(rf'<w:rFonts\s+w:asciiTheme="{theme}".*?/>', font, xml, flags=re.DOTALL)
    xml = xml.replace('<w:sz w:val="24" />', '<w:sz w:val="20" />', 1)
    for identifier, style in _own(brand, text, heads).items():
        former = rf'<w:style (?:(?!</w:style>).)*?w:styleId="{identifier}">.*?</w:style>\s*'
        xml = re.sub(former, "", xml, flags=re.DOTALL).replace("</w:styles>", f"{style}</w:styles>")
    return xml


def _own(brand: Brand, text: str, heads: str) -> dict[str, str]:
    """The styles that the document needs, by identifier."""
    roles = brand.roles
    navy, teal, ink = roles["navy"], roles["teal"], roles["ink"]
    first = _paragraph(keep=True, before=240, after=80)
    boxed = _paragraph(before=120, after=120, ground=roles["sand"])
    styles = {
        "Normal": ("Normal", "", "", _characters(text, ink)),
        "Title": ("Title", "Normal", _paragraph(before=2400), _characters(heads, navy, 56, "b")),
        "Subtitle": ("Subtitle", "Normal", _paragraph(after=240), _characters(heads, teal, 28)),
        "Author": ("Author", "Normal", _paragraph(after=240), _characters(text, MUTED)),
        "Heading1": ("heading 1", "Normal", _heading(0), _characters(heads, navy, 40, "b")),
        "Heading2": ("heading 2", "Normal", _heading(1), _characters(heads, navy, 28, "b")),
        "Heading3": ("heading 3", "Normal", _heading(2), _characters(heads, teal, 22, "b")),
        "Kicker": ("Kicker", "Normal", _paragraph(after=120), _characters(text, teal, 20, "b")),
        "CoverLine": ("Cover Line", "Normal", _paragraph(after=60), _characters(text, ink, 22)),
        "Lead": ("Lead", "BodyText", _paragraph(after=240), _characters(heads, navy, 26)),
        "Note": ("Note", "BodyText", boxed, _characters(text, ink)),
        "Voice": ("Voice", "BodyText", boxed, _characters(text, ink)),
        "Byline": ("Byline", "BodyText", _paragraph(after=240), _characters(text, MUTED)),
        "KeyFigures": ("Key Figures", "BodyText", "", _characters(text, navy, 24)),
        "ChartCaption": ("Chart Caption", "Normal", first, _characters(text, ink, 19)),
        "Chart": ("Chart", "Normal", _paragraph(after=160), ""),
        "TableCaption": ("Table Caption", "Normal", first, _characters(text, ink, 19, "b")),
    }
    made = {
        identifier: _style(identifier, name, based, paragraph + characters)
        for identifier, (name, based, paragraph, characters) in styles.items()
    }
    return made | {"Hyperlink": _hyperlink(teal), "Table": _table(navy, roles["line"], text)}


def _style(identifier: str, name: str, based: str, look: str) -> str:
    default = ' w:default="1"' if identifier == "Normal" else ""
    on = f'<w:basedOn w:val="{based}"/>' if based else ""
    head = f'<w:style w:type="paragraph"{default} w:styleId="{identifier}"><w:name w:val="{name}"/>'
    return f"{head}{on}<w:qFormat/>{look}</w:style>"


def _heading(level: int) -> str:
    apart = "<w:pageBreakBefore/>" if level == 0 else ""
    spacing = '<w:spacing w:before="360" w:after="140"/>'
    outline = f'<w:outlineLvl w:val="{level}"/>'
    return f"<w:pPr><w:keepNext/><w:keepLines/>{apart}{spacing}{outline}</w:pPr>"


def _paragraph(before: int = 0, after: int = 0, ground: str = "", *, keep: bool = False) -> str:
    """What a style says of a paragraph, in the order that the format asks for."""
    kept = "<w:keepNext/>" if keep else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{_colour(ground)}"/>' if ground else ""
    spacing = f'<w:spacing w:before="{before}" w:after="{after}"/>'
    return f"<w:pPr>{kept}{shade}{spacing}</w:pPr>"


def _characters(family: str, colour: str, half_points: int = 20, weight: str = "") -> str:
    font = f"<w:rFonts w:ascii={quoteattr(family)} w:hAnsi={quoteattr(family)}/>"
    bold = "<w:b/>" if weight else ""
    size = f'<w:sz w:val="{half_points}"/>'
    return f'<w:rPr>{font}{bold}<w:color w:val="{_colour(colour)}"/>{size}</w:rPr>'


def _hyperlink(colour: str) -> str:
    name = '<w:name w:val="Hyperlink"/><w:basedOn w:val="DefaultParagraphFont"/>'
    look = f'<w:rPr><w:color w:val="{_colour(colour)}"/></w:rPr>'
    return f'<w:style w:type="character" w:styleId="Hyperlink">{name}{look}</w:style>'


def _table(head: str, line: str, family: str) -> str:
    """Small figures, a line under each row, heads in bold over a stronger one."""
    name = '<w:name w:val="Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>'
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_colour(line)}"/>'
        for side in ("top", "bottom", "insideH")
    )
    room = "".join(f'<w:{side} w:w="60" w:type="dxa"/>' for side in ("left", "right"))
    margins = f"<w:tblCellMar>{room}</w:tblCellMar>"
    under = f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{_colour(head)}"/>'
    first = f'<w:tcPr><w:tcBorders>{under}</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>'
    bold = f'<w:rPr><w:b/><w:color w:val="{_colour(head)}"/></w:rPr>'
    return (
        f'<w:style w:type="table" w:default="1" w:styleId="Table">{name}'
        f"{_characters(family, '#000000', 15)}"
        f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders>{margins}</w:tblPr>"
        f'<w:tblStylePr w:type="firstRow">{bold}{first}</w:tblStylePr></w:style>'
    )


def _colour(given: str) -> str:
    return given.lstrip("#").upper()
