"""XLSX workbooks written part by part, with what no library would write in them."""

import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

#: Styles 0 a plain number, 1 a percentage, 2 a date, 3 a number with a word that holds d and %.
STYLES = """<numFmts><numFmt numFmtId="170" formatCode='0" %d"'/></numFmts>
<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs>"""


def sheet(name, cells, *, state="visible", dimension="A1", merged=(), kind="worksheet"):
    """A sheet: `cells` by row and column as XML of `number`, `text` and so on, or (row, XML)."""
    lines = {}
    for (row, column), inside in cells.items():
        attributes, content = inside
        place = f"{get_column_letter(column)}{row}"
        lines.setdefault(row, []).append(f'<c r="{place}"{attributes}>{content}</c>')
    rows = "".join(f'<row r="{row}">{"".join(lines[row])}</row>' for row in sorted(lines))
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    xml = f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData>'
    return name, state, kind, xml + f"<mergeCells>{areas}</mergeCells>" * bool(merged)


def text(value):
    """A cell with a text of its own."""
    return ' t="inlineStr"', f"<is><t>{written(value)}</t></is>"


def number(value, style=0):
    return f' s="{style}"', f"<v>{value}</v>"


def typed(type_, value):
    """A cell that declares a type: b, e, d, str."""
    return f' t="{type_}"', f"<v>{value}</v>"


def formula(code, value="", type_="n"):
    return f' t="{type_}"', f"<f>{escape(code)}</f>{value}"


BLANK = ' s="2"', ""


def written(value):
    """A text as XML, with what XML cannot hold in its place."""
    value = re.sub("_x(?=[0-9A-Fa-f]{4}_)", "_x005F_x", value)
    return re.sub(r"[\x00-\x1f]", lambda c: f"_x{ord(c[0]):04X}_", escape(value))


def table(rows):
    """Cells of a table: whole numbers as numbers, None blank, all else as text."""
    return {
        (line, place): number(cell) if isinstance(cell, int) else text(cell)
        for line, row in enumerate(rows, start=1)
        for place, cell in enumerate(row, start=1)
        if cell is not None
    }


def save(path, *sheets, strings=(), properties=""):
    """Writes the sheets (as `sheet` gives them) and shared strings."""
    named, related = [], {}
    for at, (name, state, kind, _) in enumerate(sheets, start=1):
        named.append(f'<sheet name={quoteattr(name)} sheetId="{at}" state="{state}" r:id="r{at}"/>')
        related[f"r{at}"] = kind, f"worksheets/sheet{at}.xml"
    related |= {"s": ("styles", "/xl/styles.xml"), "t": ("sharedStrings", "sharedStrings.xml")}
    parts = {
        "_rels/.rels": _relations({"w": ("officeDocument", "xl/workbook.xml")}),
        "xl/_rels/workbook.xml.rels": _relations(related),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_KIND}"><workbookPr {properties}/>'
        f"<sheets>{''.join(named)}</sheets></workbook>",
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{"".join(strings)}</sst>',
    }
    for at, (*_, xml) in enumerate(sheets, start=1):
        parts[f"xl/worksheets/sheet{at}.xml"] = f'<worksheet xmlns="{_MAIN}">{xml}</worksheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def _relations(related):
    lines = (
        f'<Relationship Id="{name}" Type="{_KIND}/{kind}" Target="{target}"/>'
        for name, (kind, target) in related.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{"".join(lines)}</Relationships>'
