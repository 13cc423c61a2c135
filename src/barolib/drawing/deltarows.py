"""What changed from one edition to another as it is written: the rows of charts and of answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from barolib.compare.coverage import NOT_COVERED
from barolib.drawing.themerows import Row
from barolib.i18n import wording
from barolib.i18n.wording import Language
from barolib.statistics import bootstrap
from barolib.survey.edition import Edition
from barolib.survey.intake import Raw
from barolib.survey.rounding import of_share


@dataclass(frozen=True)
class ComparedEditions:
    """Two editions, and the language in which they are compared."""

    raw: Raw
    before: Raw
    language: Language

    @property
    def editions(self) -> tuple[Edition, Edition]:
        """The earlier one, then the later one."""
        return self.before.edition, self.raw.edition

    @cached_property
    def labels(self) -> dict[str, str]:
        """The label of each theme and affirmation of the later edition."""
        themes = self.language.labels(self.raw.themes, "theme_id")
        return themes | self.language.labels(self.raw.questionnaire, "affirmation_id")

    @property
    def confidence(self) -> str:
        """The level of the intervals, in percent."""
        return self.language.percent(round(100 * bootstrap.LEVEL))

    def say(self, key: str, **fields: object) -> str:
        """A text of words.yml in the language, which may name either edition."""
        before, after = (edition.id for edition in self.editions)
        return self.language.say(key, **{"before": before, "after": after} | fields)

    def percent(self, edition: Edition, share: float) -> str:
        """A share of the answers in percent, by the edition's rounding."""
        return self.language.percent(of_share(share, edition.rounding), share)

    def rests_on(self, table: pd.DataFrame) -> str:
        """What the figures rest on, the weakest first."""
        bases = self.language.term("bases")
        used = [text for basis, text in bases.items() if basis in set(table["basis"])]
        return self.say("rests_on", bases=", ".join(used))


def of_affirmations(pair: ComparedEditions, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of delta_affirmations with what is written of each, in their order.

    Columns as of `named`, with before and after (percent), detectable (points), low and high (both
    the delta), text (the share before, as its chart marks the later one), details and description.
    """
    then = pair.before.edition
    rows = named(pair, table, "affirmation_id").assign(
        before=100 * table["share_before"],
        after=100 * table["share_after"],
        detectable=table["detectable_pp"],
        low=table["delta_pp"],
        high=table["delta_pp"],
        text=[
            pair.say("dated", edition=then.id, text=pair.percent(then, share))
            for share in table["share_before"]
        ],
        details=[_details(pair, _sides(pair, row), row) for row in table.itertuples()],
    )
    return _described(rows)


def of_themes(pair: ComparedEditions, themes: pd.DataFrame) -> pd.DataFrame:
    """Rows of delta_themes with what is written of each, by verdict, from the greatest rise.

    Columns as for `of_affirmations`, without before, after and detectable. A theme whose coverage
    carries no word on the whole stands last, whatever its verdict.
    """
    sections = pair.language.term("verdict_sections")
    themes = themes.assign(verdict=themes["verdict"].where(themes["covered"], NOT_COVERED))
    order = themes["verdict"].map(list(sections).index)
    themes = themes.assign(order=order).sort_values(["order", "delta_pp"], ascending=[True, False])
    rows = themes.assign(section=themes["verdict"].map(sections))
    rows["low"] = rows["high"] = rows["delta_pp"]
    rows["details"] = [
        _details(pair, [pair.language.coverage(row.affirmations, row.asked)], row)
        for row in themes.itertuples()
    ]
    return _described(_differing(pair, named(pair, rows, "theme_id")))


def of_printed(pair: ComparedEditions, printed: pd.DataFrame) -> pd.DataFrame:
    """Rows of printed_comparisons with what is written of each, as for `of_themes`."""
    rows = printed.rename(columns={"delta_low": "low", "delta_high": "high"})
    rows = named(pair, rows, "affirmation_id").assign(theme_id=rows["claim_ids"])
    rows["details"] = [
        _details(pair, [_quoted(pair, row, side) for side in ("before", "after")], row)
        for row in printed.itertuples()
    ]
    return _described(_differing(pair, rows))


def named(pair: ComparedEditions, table: pd.DataFrame, key: str) -> pd.DataFrame:
    """The rows with theme_id (the key), label, section and, where they have one, verdict_text."""
    rows = table.assign(theme_id=table[key], label=table[key].map(pair.labels))
    if "verdict" in rows:
        alike = rows["basis"].nunique() == 1  # what all rest on is said once, under the chart
        bases = [""] * len(rows) if alike else rows["basis"]
        verdicts = zip(rows["verdict"], bases, strict=True)
        rows["verdict_text"] = [pair.language.verdict(*verdict) for verdict in verdicts]
    return rows if "section" in rows else rows.assign(section="")


def _differing(pair: ComparedEditions, rows: pd.DataFrame) -> pd.DataFrame:
    ends = zip(rows["low"], rows["high"], strict=True)
    return rows.assign(text=[pair.language.points_range(low, high) for low, high in ends])


def _described(rows: pd.DataFrame) -> pd.DataFrame:
    texts = rows[["text", "verdict_text", "details"]]
    return rows.assign(description=[*map(", ".join, texts.itertuples(index=False))])


def _details(pair: ComparedEditions, parts: list[str], row: Row) -> str:
    """The parts, and the interval of the row where it has one that says something."""
    if pd.notna(row.ci_low) and row.ci_low > -100 and row.ci_high < 100:
        span = pair.language.points_range(row.ci_low, row.ci_high)
        parts = [*parts, pair.say("interval", span=span)]
    return wording.AND.join(parts)


def _sides(pair: ComparedEditions, row: Row) -> list[str]:
    """What a dumbbell leaves out: the later share, its change, the bases, the detectable rise."""
    after = pair.raw.edition
    now = pair.say("dated", edition=after.id, text=pair.percent(after, row.share_after))
    parts = [now, pair.language.points_range(row.delta_pp, row.delta_pp)]
    for edition, base in zip(pair.editions, (row.base_before, row.base_after), strict=True):
        parts.append(pair.say("dated", edition=edition.id, text=pair.language.base([base])))
    if pd.isna(row.detectable_pp):
        return parts
    rise = pair.language.points_range(row.detectable_pp, row.detectable_pp)
    return [*parts, pair.say("detectable", rise=rise)]


def _quoted(pair: ComparedEditions, row: Row, side: str) -> str:
    """A printed figure with its qualifier, and the levels that it counts."""
    edition = pair.editions[side == "after"]
    qualifier, levels = (getattr(row, f"{name}_{side}") for name in ("qualifier", "levels"))
    shown = pair.language.printed_share(getattr(row, f"printed_{side}"), qualifier)
    key = "levels" if "-" in levels else "level"
    dated = pair.say(key, edition=edition.id, levels=levels.replace("-", "–"))
    return pair.say("dated", edition=dated, text=shown)
