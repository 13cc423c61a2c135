"""An answer of the study as it is shown and kept: its table, its sentence, its chart, its line."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pandas as pd

from barolib.drawing import bars, palette
from barolib.drawing.canvas import WIDTH
from barolib.drawing.rendering import Preview, RenderedChart
from barolib.errors import Problem, StudyError, nearest
from barolib.files import atomic_write
from barolib.i18n.wording import Language, short
from barolib.report import chartfiles, typesetting
from barolib.survey import tables
from barolib.survey.intake import Raw

SORTS = ("questionnaire", "percent")
STYLES = ("stacked", "diverging")
#: Four pixels of a PNG for each of the chart: a slide is as wide.
_DENSITY = 384.0


class Question(NamedTuple):
    """A question: the labels of its subjects, in which subgroup, from which level on, how drawn."""

    labels: dict[str, str]
    subgroup: str
    cut: int
    sort: str
    style: str


@dataclass(frozen=True)
class View:
    """An answer: `table`, `sentences`, `chart` (None: nothing to show), and its `line`.

    So that what is kept stands alone: `title`, `source` (edition and origin), and the `labels` of
    the ids in the table, and the folder of the charts' `fonts`.
    """

    table: pd.DataFrame
    sentences: Sequence[str]
    chart: RenderedChart | None
    line: str
    title: str = ""
    source: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    fonts: Path = Path()

    @property
    def sentence(self) -> str:
        """What may be said, a sentence a line."""
        return "\n".join(self.sentences)

    @property
    def labelled(self) -> pd.DataFrame:
        """The table, in which each column of ids is followed by their labels."""
        table = self.table.copy()
        for name in self.table.columns.drop("previous_id", errors="ignore"):  # another edition's
            ids = {*table[name].dropna()}
            if not ids or not ids <= self.labels.keys():
                continue
            labels = table[name].map(self.labels)
            table.insert(table.columns.get_loc(name) + 1, f"{name}_label", labels)
        return table

    @property
    def standalone(self) -> str:
        """The chart as an SVG of its own, with its title and its source."""
        if self.chart is None:
            raise StudyError(Problem("chart", "there is no chart to save", "ask for another"))
        words = chartfiles.Words("", self.title, self.source, self.chart.alt)
        return chartfiles.standalone(words, [self.chart.svg])

    def save(self, path: str | Path) -> Path:
        r"""Keep the chart, the table or the sentences in a file.

        Parameters
        ----------
        path : str or Path
            What is kept follows its ending: the chart (.svg, .png), the table (.xlsx), or the
            sentences (.txt).

        Returns
        -------
        Path
            The path.

        Raises
        ------
        StudyError
            For another ending, and for a chart where there is nothing to show.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> view = View(pd.DataFrame({"n": [3]}), ["Three answered."], None, "")
        >>> with TemporaryDirectory() as folder:
        ...     view.save(f"{folder}/answer.txt").read_text(encoding="utf-8")
        'Three answered.\n'
        """
        path = Path(path)
        if path.suffix not in (kinds := (".svg", ".png", ".xlsx", ".txt")):
            raise StudyError(Problem(str(path), "no such kind", nearest(path.suffix, kinds)))
        with atomic_write.writing(path) as temporary:
            if path.suffix == ".xlsx":
                about = [self.title, *self.sentences, self.source, self.line]
                about = pd.DataFrame({"about": list(filter(None, about))})
                tables.save_sheets(temporary, {"table": self.labelled, "about": about})
            elif path.suffix == ".txt":
                temporary.write_text(f"{self.sentence}\n", encoding="utf-8", newline="\n")
            elif self.chart is None:
                raise StudyError(Problem(str(path), "there is no chart to save", "ask for another"))
            elif path.suffix == ".svg":
                temporary.write_text(self.standalone, encoding="utf-8", newline="\n")
            else:
                with TemporaryDirectory() as folder:
                    drawn = Path(folder, "chart.svg")
                    drawn.write_text(self.standalone, encoding="utf-8")
                    typesetting.pictures([drawn], self.fonts, density=_DENSITY)
                    temporary.write_bytes(drawn.with_suffix(".png").read_bytes())
        return path

    def _repr_html_(self) -> str:
        chart = Preview([self.chart], self.chart.lang)._repr_html_() if self.chart else ""
        sentences = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        known = self.labelled.dropna(axis="columns", how="all").astype("object")
        table = known.where(known.notna(), "–").to_html(index=False, float_format="{:.3f}".format)
        # As wide as its place, and no wider: the table alone is scrolled.
        scrolled = f'<div style="overflow-x:auto;width:0;min-width:100%">{table}</div>'
        return f"{chart}{sentences}{scrolled}"


def view_of_chart(table: pd.DataFrame, chart: RenderedChart | None, lang: str, line: str) -> View:
    """The view of a chart of the report, which is described by a sentence for each thing shown."""
    language = Language(lang)
    nothing = [language.term("nothing")]
    return View(
        table, chart.description.split(language.term("also")) if chart else nothing, chart, line
    )


def view_of_bars(raw: Raw, lang: str, question: Question, rows: pd.DataFrame, line: str) -> View:
    """The view of distributions, a bar a subject that has one.

    `rows`: subject, level, share, percent, at and at_share (from that level on), note, withheld.
    """
    groups = dict(iter(rows.groupby("subject", sort=False)))
    shown = {subject: groups[subject] for subject in question.labels if subject in groups}
    drawn = {subject: levels for subject, levels in shown.items() if not levels["withheld"].any()}
    if question.sort == "percent":

        def reached(subject: str) -> float:
            levels = drawn[subject]  # as one division: equal shares stay in their order
            share = levels.loc[levels["level"] == question.cut, "at_share"].iloc[0]
            return 0.0 if pd.isna(share) else float(share)

        drawn = {subject: drawn[subject] for subject in sorted(drawn, key=reached, reverse=True)}
    order = [*drawn, *(subject for subject in question.labels if subject not in drawn)]
    sentences = [_sentence(raw, lang, question, key, shown.get(key)) for key in order]
    chart = _chart(raw, lang, question, drawn) if drawn else None
    table = pd.concat(shown.values()) if shown else rows.iloc[:0]
    table = table.drop(columns=["at", "at_share", "note"], errors="ignore")
    return View(table, sentences, chart, line)


def _sentence(
    raw: Raw, lang: str, question: Question, subject: str, levels: pd.DataFrame | None
) -> str:
    """What is said of a subject: its percent from the cut on, its base; or why there is none."""
    language = Language(lang)
    label = language.quoted(question.labels[subject])
    fields = {"label": label, "among": f", {question.subgroup}" if question.subgroup else ""}
    if levels is not None and levels["withheld"].any():
        why = language.say("why_withheld", minimum=raw.edition.disclosure_minimum)
        return language.say("not_shown", **fields, why=why)
    if levels is None or levels["percent"].isna().all():
        return language.say("not_shown", **fields, why=language.term("no_figure"))
    row = levels[levels["level"] == question.cut].iloc[0]
    where = language.term("cut_implementation")
    if not question.subgroup and question.cut != raw.edition.implementation_from:
        name = language.quoted(raw.edition.level_labels(lang)[question.cut - 1])
        where = language.say("cut_level", level=question.cut, label=name)
    percent = language.percent(row["at"], row["at_share"])
    return language.say("shown", **fields, percent=percent, cut=where, note=row["note"])


def _chart(
    raw: Raw, lang: str, question: Question, distributions: dict[str, pd.DataFrame]
) -> RenderedChart:
    language = Language(lang)
    heads, names = language.term("headings"), raw.edition.level_labels(lang)
    start = raw.edition.implementation_from
    if question.subgroup:
        names, start = heads, 2
    elif question.cut != start:
        heads = [head.format(level=question.cut) for head in language.term("cut_heads")]
    drawn, alts = [], []
    for subject, levels in distributions.items():
        at, share = levels.loc[levels["level"] == question.cut, ["at", "at_share"]].iloc[0]
        mark = language.implementation(at, share)
        if question.cut != start and pd.notna(at):
            percent = language.percent(at, share)
            mark = language.say("cut_mark", head=heads[1], percent=percent)
        note = " · ".join(filter(None, [question.subgroup, levels["note"].iloc[0]]))
        label = question.labels[subject]
        drawn.append(bars.Bar(levels, note, question.cut, mark, label))
        parts = language.alt_bar(levels, names, mark, note)
        alts.append(language.say("subject", label=language.quoted(label), parts=parts))
    legend = None if question.subgroup else bars.Legend(names, question.cut, heads)
    pivot = WIDTH / 2 if question.style == "diverging" else None
    colours = palette.stages() if question.subgroup else palette.colours(len(names), start)
    figure = bars.stacked_bars(drawn, colours, legend, pivot=pivot)
    subgroup = question.subgroup.split()
    name = "-".join([raw.edition.id, *list(distributions)[:1], *subgroup, str(question.cut)])
    return RenderedChart(figure, name, lang, "selection", raw.edition.id, short(" ".join(alts)))
