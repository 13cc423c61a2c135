"""The report as a deck: its message, its themes and what changed, on slides that can be edited."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from barolib.drawing.rendering import use_fonts
from barolib.files import atomic_write
from barolib.files.layout import Layout
from barolib.i18n.numbers import NONE
from barolib.i18n.wording import short
from barolib.report import publication, slidetemplate, typesetting
from barolib.report.brand import usual
from barolib.report.chapters import Chapter
from barolib.report.evolution import Evolution
from barolib.report.facts import Facts
from barolib.report.publication import Report
from barolib.report.records import Row
from barolib.report.slidecharts import Bars
from barolib.report.slidepage import Around, Pages
from barolib.report.slidewords import Block, blocks
from barolib.report.templates import Templates
from barolib.report.themes import Theme
from barolib.survey.intake import Raw

_SOURCE = "slides.qmd.jinja"


def write(layout: Layout, raw: Raw, lang: str, target: Path) -> None:
    """Write the report of an edition in a language as a deck.

    Parameters
    ----------
    layout : Layout
        The folders of the study, whose processed tables are read.
    raw : Raw
        The raw tables of the edition, as read and corrected.
    lang : {"fr", "en"}
        The language of the report.
    target : Path
        The deck, a .pptx file: the same bytes for the same study.

    Raises
    ------
    StudyError
        Where a text names what nothing defines or claims what is not so, as for the pages; where
        the client's template lacks a layout.

    References
    ----------
    docs/report.md, "Slides".

    Examples
    --------
    >>> import barolib
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     deck = Path(folder) / "barometre-2021.pptx"
    ...     write(Layout.find(), barolib.open("2021").raw, "en", deck)
    ...     deck.read_bytes()[:2]
    b'PK'
    """
    use_fonts(layout.fonts)
    facts = Facts(layout, raw, lang)
    report = Report(layout, Templates(layout.sources / "report", facts, layout.texts_apart))
    report.document()  # the texts are judged as those of the pages are
    template = slidetemplate.read(layout.house, report.house or usual())
    deck = _Deck(report, Pages(template, lang))
    deck.fill()
    with atomic_write.writing(target) as aside:
        aside.write_bytes(deck.content())


class _Deck:
    """The deck of a report, written slide by slide."""

    def __init__(self, report: Report, pages: Pages) -> None:
        self.report, self.pages = report, pages
        self.templates, self.facts = report.templates, report.templates.facts
        self.words, self.language = report.templates.words, report.templates.facts.language
        self.sources = publication.sources(report.templates, report.cover)
        self.affirmations = {row.id for theme in self.facts.themes for row in theme.affirmations}

    def fill(self) -> None:
        """Writes every slide: cover and message, then the chapters that the report has."""
        chapters, cover = self.report.chapters, self.report.cover
        lines = [cover["kicker"], cover["subtitle"], *cover["lines"], cover["notice"]]
        self.pages.cover(self._title, [line for line in lines if line], self._logo())
        self._message()
        self._glance()
        for chapter in chapters:
            if chapter.theme:
                self._theme(chapter, chapter.theme)
        names, evolution = {chapter.name for chapter in chapters}, self.facts.evolution
        if evolution and "evolution" in names:
            tables = [self._printed, self._compared]
            for table in tables if evolution.simulated() else reversed(tables):
                table(evolution)
        if "method" in names:
            said = [block for block in self._say("method") if not block.head]
            title, notes = self.words["chapters"]["method"], self._say("reading")
            self.pages.text(Around(title, "", self.sources[""], notes), said)

    def content(self) -> bytes:
        """The file, whose parts bear no time but that of the study."""
        cover, core = self.report.cover, self.pages.deck.core_properties
        made = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", 946684800)), UTC)
        core.created = core.modified = made.replace(tzinfo=None)
        core.title, core.author = self._title, cover["author"]
        core.subject, core.keywords = cover["description"], ", ".join(cover["keywords"])
        core.last_modified_by, core.language, core.revision = "", self.facts.lang, 1
        core.comments = ""  # the library's own
        written, file = io.BytesIO(), io.BytesIO()
        self.pages.deck.save(written)
        with zipfile.ZipFile(written) as parts, zipfile.ZipFile(file, "w") as archive:
            for name in parts.namelist():
                archive.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
        return file.getvalue()

    def _logo(self) -> tuple[bytes, str] | None:
        """The brand's logo with its alternative, where the template is not the client's."""
        house = self.report.house if self.pages.template.ours else None
        logo = house.logo("large", "medium", "small") if house else None
        if logo is None:
            return None
        with TemporaryDirectory() as folder:
            picture = Path(shutil.copy2(logo.path, folder))
            if picture.suffix.lower() == ".svg":
                typesetting.pictures([picture], self.report.layout.fonts)
                picture = picture.with_suffix(".png")
            return picture.read_bytes(), logo.alt

    @property
    def _title(self) -> str:
        return self.templates.edition.title.of(self.facts.lang)

    def _say(self, part: str, **extra: object) -> list[Block]:
        """What the source of the slides says of a part."""
        return blocks(self.templates.render(_SOURCE, **({"rows": []} | extra), part=part))

    def _message(self) -> None:
        """The first page's finding and its key figures."""
        said = self._say("message")
        lead = " ".join(block.text for block in said if not block.item)
        source = self.sources[self.words["simulated"] if self.facts.only_simulated else ""]
        title = lead or self.words["chapters"]["index"]
        around = Around(title, "", source, self._say("judged"))
        self.pages.figures(around, [block for block in said if block.item])

    def _glance(self) -> None:
        """Every theme as a bar, the simulated ones apart and after the others."""
        themes = sorted(self.facts.chapters, key=lambda theme: -theme.share)
        parts = [[t for t in themes if t.pooled.simulated is held] for held in (False, True)]
        titles, apart = self.words["titles"], all(parts)
        for part in filter(None, parts):
            rows = [theme.pooled for theme in part]
            around = Around(titles["at_a_glance"], titles["glance"], self._bases(rows, "answers"))
            if apart and rows[0].simulated:
                around = around._replace(title=titles["glance_simulated"], kicker="")
            self._bars(around, rows, [row.label for row in rows])

    def _theme(self, chapter: Chapter, theme: Theme) -> None:
        """The finding of a theme over the bars of its affirmations."""
        title = " ".join(block.text for block in self._say("title", theme=theme))
        mixed = len({row.simulated for row in theme.affirmations}) > 1
        names = [self.words["whole_theme"]]
        for row in theme.affirmations:
            mark = self.words["simulated"] if row.simulated and mixed else ""
            mark = mark if row.base else row.note
            names.append(f"{row.label} ({mark})" if mark else row.label)
        kicker = f"{chapter.kicker} · {theme.label}" if title else chapter.kicker
        bases = self._bases(theme.affirmations, "respondents")
        around = Around(title or theme.label, kicker, bases, self._say("theme", theme=theme))
        self._bars(around, [theme.pooled, *theme.affirmations], names)

    def _bases(self, rows: Sequence[Row], of: str) -> str:
        bases = self.language.base(row.base for row in rows)
        return f"{bases} {self.words[of].lower()}" if bases else ""

    def _bars(self, around: Around, rows: Sequence[Row], names: Sequence[str]) -> None:
        """Slides of bars, as many as it takes for their names to be read."""
        levels = [label for _, label in self.facts.levels]
        colours = [level["ground"] for level in self.report.cover["levels"]]
        for each, part in around.parts(self.pages.parts(names, self._sourced(around, rows))):
            shown = [rows[at] for at in part]
            named = [names[at] for at in part]
            bars = Bars(shown, named, levels, colours, self._alt(shown))
            notes = [*each.notes, *self._say("rows", rows=shown)]
            sourced = self._sourced(each._replace(notes=notes), shown)
            self.pages.bars(sourced, bars, self.words["implementation"])

    def _sourced(self, around: Around, rows: Sequence[Row]) -> Around:
        """With the source after the bases, and a word in the small line on what is simulated."""
        simulated, held = self.words["simulated"], {row.simulated for row in rows}
        source = self.sources[simulated if held == {True} else ""]
        source += f" {self.words['hatched']}." if len(held) > 1 else ""
        mark = simulated if True in held and simulated not in around.title else ""
        kicker, source = (
            " · ".join(filter(None, pair))
            for pair in ((around.kicker, mark), (around.source, source))
        )
        return around._replace(kicker=kicker, source=source)

    def _alt(self, rows: Sequence[Row]) -> str:
        """What the bars find: the most and the least implemented of them."""
        single = [row for row in rows if row.id in self.affirmations] or rows
        known = [row for row in single if row.base]
        if not known:
            return self.language.term("too_few")
        low, high = (end(known, key=lambda row: row.share) for end in (min, max))
        words = self.words["slides"]["alt" if low is not high else "alt_one"]
        ends = {"low": low.label, "least": low.at, "high": high.label, "most": high.at}
        simulated = {row.simulated for row in known}
        mark = self.words["simulated" if simulated == {True} else "hatched"]
        return short(words.format(bars=len(single), **ends), f" {mark}." if any(simulated) else "")

    def _printed(self, evolution: Evolution) -> None:
        """The indicators that both editions print."""
        if evolution.printed.empty:
            return
        language, words, rows = self.language, self.words, []
        for row in evolution.printed.itertuples():
            low, dash, high = row.levels_after.partition("-")
            levels = f"{low} {words['to']} {high}" if dash else low
            word = words["levels" if dash else "level"].lower()
            rows.append(
                [
                    f"{self.facts.labels[row.affirmation_id]} ({word} {levels})",
                    language.printed_share(row.printed_before, row.qualifier_before),
                    language.printed_share(row.printed_after, row.qualifier_after),
                    language.points_range(row.delta_low, row.delta_high),
                    language.verdict(row.verdict, row.basis),
                ]
            )
        heads = [words["affirmation"], evolution.previous, self.facts.edition.id]
        heads += [words["delta"], words["verdict"]]
        title, kicker = words["heads"]["evolution"], words["titles"]["printed_table"]
        notes = self._say("evolution", printed=True)
        self.pages.table(Around(title, kicker, self.sources[""], notes), [heads, *rows])

    def _compared(self, evolution: Evolution) -> None:
        """The change of each theme that is compared."""
        if not evolution.themes:
            return
        language, words, simulated = self.language, self.words, evolution.simulated()
        rows = [
            [
                self.facts.labels[change.id],
                f"{change.affirmations} {words['out_of']} {change.asked}",
                language.signed(change.delta_pp),
                NONE
                if change.ci_low is None
                else f"{language.signed(change.ci_low)} {words['to']} "
                f"{language.signed(change.ci_high)}",
                language.verdict(change.verdict, change.basis),
            ]
            for change in evolution.themes.values()
        ]
        heads = [words["theme_word"], words["affirmations"].capitalize(), words["delta"]]
        heads += [words["interval"].format(level=language.percent(self.facts.confidence))]
        kicker = words["titles"]["delta_themes_table"]
        kicker += f" · {words['simulated']}" if simulated else ""
        title = words["titles"]["demonstration"] if simulated else words["heads"]["evolution"]
        source = self.sources[words["simulated"] if simulated else ""]
        around = Around(title, kicker, source, self._say("evolution", printed=False))
        self.pages.table(around, [[*heads, words["verdict"]], *rows])
