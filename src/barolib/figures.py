"""The figures of a publication: drawn from the tables, described, saved as SVG to be inlined."""

from __future__ import annotations

import html
import io
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib import font_manager
from matplotlib.figure import Figure

from barolib import charts, palette, wording
from barolib.canvas import FONT_FAMILY
from barolib.distribution import percent_at
from barolib.errors import Problem, StudyError
from barolib.intake import Raw

COLUMNS = ["figure", "lang", "kind", "subject", "alt"]
# The settings of an SVG are global to matplotlib: one figure is written at a time.
_WRITING = threading.Lock()
_NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_NO_METADATA = dict.fromkeys(["Date", "Creator", "Format", "Type"])


@dataclass(frozen=True)
class Drawn:
    """A figure, its name, language and alt text, and what it shows.

    `kind` is affirmation, theme, legend or theme_means; `subject` is the id of the affirmation, the
    theme or the edition.
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
    known = {font.fname for font in font_manager.fontManager.ttflist}
    for path in sorted(Path(folder).glob("*.ttf")):
        if str(path) not in known:
            font_manager.fontManager.addfont(path)
    if not any(
        font.name == FONT_FAMILY and Path(font.fname).parent == Path(folder)
        for font in font_manager.fontManager.ttflist
    ):
        mend = f"put the TTF files of {FONT_FAMILY} there"
        raise StudyError(Problem(str(folder), f"no font of the family {FONT_FAMILY}", mend))


def draw_distributions(
    raw: Raw,
    distributions: pd.DataFrame,
    theme_distributions: pd.DataFrame,
    reconstructions: pd.DataFrame,
    languages: Sequence[str],
) -> list[Drawn]:
    """The legend, the bar of each theme and that of each affirmation, in each language.

    Tables as in docs/data-dictionary.md; the bars come in the order of the questionnaire. Names
    are `legend`, the theme_id and the affirmation_id; the subject of the legend is the edition.
    """
    drawn = []
    for lang in languages:
        drawn.append(_legend(raw, lang))
        drawn += _theme_bars(raw, theme_distributions, lang)
        drawn += _affirmation_bars(raw, distributions, reconstructions, lang)
    return drawn


def draw_theme_means(raw: Raw, theme_scores: pd.DataFrame, languages: Sequence[str]) -> list[Drawn]:
    """The mean level of each theme that has one, named `theme_means`, in each language.

    Themes in the order of themes.csv; `theme_scores` as in docs/data-dictionary.md.
    """
    return [_theme_means(raw, theme_scores, lang) for lang in languages]


def save_all(drawn: Iterable[Drawn], folder: Path) -> pd.DataFrame:
    """The table `figures` (figure, lang, kind, subject, alt); saves `folder`/lang/figure.svg."""
    rows = []
    for each in drawn:
        _write(each.svg, Path(folder) / each.lang / f"{each.name}.svg")
        rows.append((each.name, each.lang, each.kind, each.subject, each.alt))
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def save_svg(figure: Figure, path: Path, name: str) -> None:
    """Write the SVG of the figure to `path`, whole or not at all."""
    _write(svg_text(figure, name), path)


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
    body = re.sub(r' transform="rotate\(-0 [^"]*\)"', "", body)
    body = body.replace(f"'{FONT_FAMILY}'", f"'{FONT_FAMILY}', sans-serif")
    # The line joins of matplotlib's style sheet, as an attribute that reaches this drawing alone.
    return f'<svg {_NAMESPACES} {box} stroke-linejoin="round">{body}\n'


def _write(text: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_text(text, encoding="utf-8", newline="\n")
    aside.replace(path)


def _colours(raw: Raw) -> list[str]:
    return palette.colours(len(raw.edition.levels), raw.edition.implementation_from)


def _label(row: pd.Series, lang: str) -> str:
    """The label in the language; French where the other one is not given."""
    given = row[f"label_{lang}"]
    return row["label_fr"] if pd.isna(given) or not given else given


def _labels(table: pd.DataFrame, key: str, lang: str) -> dict[str, str]:
    return {row[key]: _label(row, lang) for _, row in table.iterrows()}


def _mark(levels: pd.DataFrame, raw: Raw, lang: str) -> charts.Mark:
    """The bracket over the levels at implementation, with their percent of the base."""
    shown = percent_at(levels, raw.edition.implementation, raw.edition.rounding)
    return charts.Mark(raw.edition.implementation_from, wording.implementation_text(shown, lang))


def _legend(raw: Raw, lang: str) -> Drawn:
    labels, start = raw.edition.level_labels(lang), raw.edition.implementation_from
    before, at = wording.legend_headings(lang)
    figure = charts.legend(labels, _colours(raw), charts.Mark(start, at), before)
    alt = wording.alt_legend(labels, start, lang)
    return Drawn(figure, "legend", lang, "legend", raw.edition.id, alt)


def _theme_bars(raw: Raw, theme_distributions: pd.DataFrame, lang: str) -> Iterator[Drawn]:
    scale, colours = raw.edition.level_labels(lang), _colours(raw)
    for theme, label in _labels(raw.themes, "theme_id", lang).items():
        levels = theme_distributions[theme_distributions["theme_id"] == theme]
        if levels.empty:
            continue
        base, pooled = int(levels["base"].iloc[0]), len(raw.members[theme])
        note = wording.note_pooled(base, pooled, lang)
        mark = _mark(levels, raw, lang)
        alt = wording.alt_theme_bar(label, levels, scale, [mark.text, note], lang)
        yield Drawn(charts.theme_bar(levels, note, colours, mark), theme, lang, "theme", theme, alt)


def _affirmation_bars(
    raw: Raw, distributions: pd.DataFrame, reconstructions: pd.DataFrame, lang: str
) -> Iterator[Drawn]:
    scale, colours = raw.edition.level_labels(lang), _colours(raw)
    kept = reconstructions[~reconstructions["chosen"]]
    others = kept.groupby("affirmation_id")["base"].agg(set).to_dict()
    for affirmation, label in _labels(raw.questionnaire, "affirmation_id", lang).items():
        levels = distributions[distributions["affirmation_id"] == affirmation]
        if levels.empty:
            continue
        first = levels.iloc[0]
        bases = sorted(others.get(affirmation, set()) - {first["base"]})
        note = wording.note_base(first["base"], raw.panel, bases, first["not_concerned"], lang)
        mark = _mark(levels, raw, lang)
        alt = wording.alt_bar(label, levels, scale, [mark.text, note], lang)
        figure = charts.bar(levels, note, colours, mark)
        yield Drawn(figure, affirmation, lang, "affirmation", affirmation, alt)


def _theme_means(raw: Raw, theme_scores: pd.DataFrame, lang: str) -> Drawn:
    scale, labels = raw.edition.level_labels(lang), _labels(raw.themes, "theme_id", lang)
    rows = theme_scores.set_index("theme_id")["mean"]
    known = [theme for theme in labels if theme in rows.index]
    means = pd.DataFrame(
        {
            "label": [labels[theme] for theme in known],
            "mean": [rows[theme] for theme in known],
            "text": [wording.decimal_text(rows[theme], lang) for theme in known],
        }
    )
    figure = charts.theme_means(means, scale, _colours(raw))
    alt = wording.alt_theme_means(means, scale, lang)
    return Drawn(figure, "theme_means", lang, "theme_means", raw.edition.id, alt)
