"""An answer of the study as it is shown and kept: its table, its sentence, its chart, its line."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from barolib.drawing import charts, palette
from barolib.drawing.canvas import WIDTH
from barolib.drawing.drawn import Drawn, Preview
from barolib.errors import Problem, StudyError, nearest
from barolib.files import atomic_write
from barolib.survey import tables
from barolib.survey.intake import Raw
from barolib.words.wording import Language

SORTS = ("questionnaire", "percent")
STYLES = ("stacked", "diverging")
_SCALE = 4  # pixels of a PNG for each of the chart


class Asked(NamedTuple):
    """A question: the labels of its subjects, among whom, from which level on, how drawn."""

    labels: dict[str, str]
    among: str
    cut: int
    sort: str
    style: str


@dataclass(frozen=True)
class View:
    """An answer: `table`, `told` (sentences), `chart` (None: nothing to show), and its `line`."""

    table: pd.DataFrame
    told: Sequence[str]
    chart: Drawn | None
    line: str

    @property
    def sentence(self) -> str:
        """What may be said, a sentence a line."""
        return "\n".join(self.told)

    def save(self, path: str | Path) -> Path:
        """Keeps the chart (.svg, .png), the table (.xlsx) or the sentences (.txt); gives the path.

        Raises StudyError for another ending, and for a chart where there is nothing to show.
        """
        path = Path(path)
        if path.suffix not in (kinds := (".svg", ".png", ".xlsx", ".txt")):
            raise StudyError(Problem(str(path), "no such kind", nearest(path.suffix, kinds)))
        if self.chart is None and path.suffix in (".svg", ".png"):
            raise StudyError(Problem(str(path), "there is no chart to save", "ask for another"))
        with atomic_write.writing(path) as aside:
            if path.suffix == ".xlsx":
                about = pd.DataFrame({"about": [*self.told, self.line]})
                tables.save_sheets(aside, {"table": self.table, "about": about})
            elif path.suffix == ".png":
                on_white = {"dpi": 72 * _SCALE, "transparent": False, "facecolor": "white"}
                self.chart.figure.savefig(aside, format="png", **on_white)
            else:
                text = self.sentence if path.suffix == ".txt" else self.chart.svg
                aside.write_text(text + "\n", encoding="utf-8", newline="\n")
        return path

    def _repr_html_(self) -> str:
        chart = Preview([self.chart], self.chart.lang)._repr_html_() if self.chart else ""
        told = "".join(f"<p>{html.escape(each)}</p>" for each in self.told)
        known = self.table.dropna(axis="columns", how="all").astype("object")
        table = known.where(known.notna(), "–").to_html(index=False, float_format="{:.3f}".format)
        # As wide as its place, and no wider: the table alone is scrolled.
        return f'{chart}{told}<div style="overflow-x:auto;width:0;min-width:100%">{table}</div>'


def told_of(chart: Drawn | None, lang: str) -> list[str]:
    """What a chart says, a sentence for each thing it shows."""
    if chart is None:
        return [Language(lang).term("nothing")]
    return chart.alt.split(Language(lang).term("also"))


def of_bars(raw: Raw, lang: str, asked: Asked, rows: pd.DataFrame, line: str) -> View:
    """The view of distributions, a bar a subject that has one.

    `rows`: subject, level, share, percent, at and at_share (from that level on), note, withheld.
    """
    given = dict(iter(rows.groupby("subject", sort=False)))
    shown = {each: given[each] for each in asked.labels if each in given}
    bars = {each: own for each, own in shown.items() if not own["withheld"].any()}
    if asked.sort == "percent":
        high = {
            each: own.loc[own["level"] >= asked.cut, "share"].sum() for each, own in bars.items()
        }
        bars = {each: bars[each] for each in sorted(high, key=high.get, reverse=True)}
    order = [*bars, *(each for each in asked.labels if each not in bars)]
    told = [_told(raw, lang, asked, each, shown.get(each)) for each in order]
    chart = _drawn(raw, lang, asked, bars) if bars else None
    table = pd.concat(shown.values()) if shown else rows.iloc[:0]
    return View(table.drop(columns=["at", "at_share", "note"], errors="ignore"), told, chart, line)


def _told(raw: Raw, lang: str, asked: Asked, subject: str, own: pd.DataFrame | None) -> str:
    """The sentence on a subject: its percent from the cut on, its base; or why there is none."""
    label = Language(lang).quoted(asked.labels[subject])
    fields = {"label": label, "among": f", {asked.among}" if asked.among else ""}
    if own is not None and own["withheld"].any():
        why = Language(lang).say("why_withheld", minimum=raw.edition.disclosure_minimum)
        return Language(lang).say("untold", **fields, why=why)
    if own is None or own["percent"].isna().all():
        return Language(lang).say("untold", **fields, why=Language(lang).term("no_figure"))
    row = own[own["level"] == asked.cut].iloc[0]
    where = Language(lang).term("cut_implementation")
    if not asked.among and asked.cut != raw.edition.implementation_from:
        name = Language(lang).quoted(raw.edition.level_labels(lang)[asked.cut - 1])
        where = Language(lang).say("cut_level", level=asked.cut, label=name)
    shown = Language(lang).percent(row["at"], row["at_share"])
    return Language(lang).say("told", **fields, percent=shown, cut=where, note=row["note"])


def _drawn(raw: Raw, lang: str, asked: Asked, bars: dict[str, pd.DataFrame]) -> Drawn:
    heads, names = Language(lang).term("headings"), raw.edition.level_labels(lang)
    start = raw.edition.implementation_from
    if asked.among:
        names, start = heads, 2
    elif asked.cut != start:
        heads = [each.format(level=asked.cut) for each in Language(lang).term("cut_heads")]
    colours, rows, alts = palette.colours(len(names), start), [], []
    for subject, own in bars.items():
        at, share = own.loc[own["level"] == asked.cut, ["at", "at_share"]].iloc[0]
        mark = Language(lang).implementation(at, share)
        if asked.cut != start and pd.notna(at):
            shown = Language(lang).percent(at, share)
            mark = Language(lang).say("cut_mark", head=heads[1], percent=shown)
        note = " · ".join(filter(None, [asked.among, own["note"].iloc[0]]))
        label = asked.labels[subject]
        rows.append(charts.Row(label, own, note, charts.Mark(asked.cut, mark)))
        kind = "theme" if subject in set(raw.themes["theme_id"]) else "affirmation"
        parts = Language(lang).level_parts(own, names)
        alts.append(Language(lang).alt_bar(kind, label, parts, [mark, note]))
    axis = WIDTH / 2 if asked.style == "diverging" else None
    figure = charts.bars(rows, colours, [] if asked.among else [*heads, *names], axis)
    name = "-".join([raw.edition.id, *list(bars)[:1], *asked.among.split(), str(asked.cut)])
    return Drawn(figure, name, lang, "selection", raw.edition.id, " ".join(alts))
