"""What changed between two editions theme by theme, from the answers of both where they are known.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from barolib.compare import coverage, delta
from barolib.compare.comparison import Pair
from barolib.statistics import bootstrap, ordinal, overlap
from barolib.statistics.proportions import ALPHA
from barolib.survey import contracts, stages


def themes(pair: Pair, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `delta_themes` and `delta_panel`, of the rows of `delta_affirmations`.

    A row a theme with an affirmation in `table`; points. With answers of both editions, an interval
    by bootstrap over respondents: those of both editions are drawn as pairs, the others apart. A
    theme of which one affirmation is compared has the interval, test and verdict of that one.
    """
    edition, questionnaire = pair.now.raw.edition, pair.now.raw.questionnaire
    theme = table["affirmation_id"].map(questionnaire.set_index("affirmation_id")["theme_id"])
    order = [each for each in pair.now.raw.themes["theme_id"] if each in set(theme)]
    found = table.groupby(theme)
    rows = pd.DataFrame(
        {
            "theme_id": pd.Series(order, dtype="str"),
            "delta_pp": found["delta_pp"].mean().reindex(order).to_numpy(),
            "affirmations": found.size().reindex(order).to_numpy(dtype="int64"),
            "basis": found["basis"].agg(delta.weakest).reindex(order).to_numpy(),
        }
    )
    if pair.respondents_known and order:
        more = _from_answers(pair, table, theme.to_numpy(), rows)
    else:
        more = pd.DataFrame(np.nan, index=rows.index, columns=_FROM_ANSWERS)
        more["basis"] = rows["basis"]
    rows = rows.assign(**more)
    rows["p_adjusted"] = delta.adjusted(rows["p_value"], rows["basis"])
    rows["verdict"] = delta.verdicts(rows, edition.equivalence_pp)
    rows = rows.set_index("theme_id")
    alone = table.set_index(theme).loc[rows.index[rows["affirmations"] == 1], _ALONE]
    rows.loc[alone.index, _ALONE] = alone
    rows = rows.join(coverage.of_themes(pair, rows["affirmations"])).reset_index()
    types = {"basis": "str", **dict.fromkeys(["stayers", "leavers", "joiners"], "Int64")}
    return tuple(
        rows.astype(types)[list(contracts.empty(name, edition))]
        for name in ("delta_themes", "delta_panel")
    )


_FROM_ANSWERS = ["ci_low", "ci_high", "low_90", "high_90", "p_value"]
_ALONE = ["ci_low", "ci_high", "p_value", "p_adjusted", "verdict", "basis"]
_FROM_ANSWERS += ["stayers", "leavers", "joiners", "stayers_pp", "panel_pp"]


def implemented(pair: Pair, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Whether each respondent of either edition stands at implementation: 1, 0, NaN without answer.

    Respondents of both editions × rows of `table`; the edition's own answers first.
    """
    sides = []
    for tables, column in ((pair.now, "affirmation_id"), (pair.before, "previous_id")):
        answers = tables.raw.answers
        level = answers["level"].astype("float64")
        at = level.ge(tables.raw.edition.implementation_from).astype("float64").where(level.notna())
        wide = answers.assign(at=at).pivot(
            index="respondent_id", columns="affirmation_id", values="at"
        )
        sides.append(wide.reindex(columns=table[column]))
    everyone = sides[0].index.union(sides[1].index)
    own, other = (each.reindex(everyone) for each in sides)
    return own, other.set_axis(own.columns, axis=1)


def _from_answers(
    pair: Pair, table: pd.DataFrame, theme: np.ndarray, rows: pd.DataFrame
) -> pd.DataFrame:
    """Intervals, p-values and make-up of the panel, a row a theme of `rows`."""
    edition = pair.now.raw.edition
    own, other = implemented(pair, table)
    now, then = (
        own.index.isin(tables.raw.answers["respondent_id"]) for tables in (pair.now, pair.before)
    )
    drawn = bootstrap.means(
        np.hstack([own.to_numpy(), other.to_numpy()]), edition.seed, strata=now + 2 * then
    )
    gains = 100 * (drawn[:, : len(theme)] - drawn[:, len(theme) :])
    answered = delta.weakest([delta.basis_of(each, "answers") for each in (pair.now, pair.before)])
    found = []
    for row in rows.itertuples():
        at = theme == row.theme_id
        size = min(int(each.loc[:, at].notna().any(axis=1).sum()) for each in (own, other))
        interval = _interval(_means(gains[:, at]), size, row.delta_pp)
        basis = delta.weakest([row.basis, answered])
        found.append(
            interval
            | _panel(own.loc[:, at], other.loc[:, at], edition.disclosure_minimum)
            | {
                "stayers": (now & then).sum(),
                "leavers": (~now & then).sum(),
                "joiners": (now & ~then).sum(),
                "basis": basis,
            }
        )
    return pd.DataFrame(found)


def _means(gains: np.ndarray) -> np.ndarray:
    """The mean of each draw over the affirmations that it has answers to; draws without any out."""
    known = (~np.isnan(gains)).sum(axis=1)
    return np.nansum(gains, axis=1)[known > 0] / known[known > 0]


def _interval(gains: np.ndarray, size: int, centre: float) -> dict[str, float]:
    """The bounds at 95 and 90 % and the p-value of a theme's delta; NaN where no draw differs.

    `size`: respondents behind the smaller side.
    """
    if size < 2 or len(gains) < 2 or np.ptp(gains) < 1e-9:
        return dict.fromkeys(_FROM_ANSWERS[:5], np.nan)
    gains = gains - np.mean(gains) + centre
    bounds = [
        float(np.clip(bound[0], -100, 100))  # a delta of shares lies no further
        for level in (1 - ALPHA, 1 - 2 * ALPHA)
        for bound in bootstrap.interval(
            gains[:, None], np.array([size]), np.array([centre]), level=level
        )
    ]
    error = np.std(gains, ddof=1) * np.sqrt(size / (size - 1))
    p = 2 * stats.t.sf(abs(centre) / error, size - 1)
    return dict(zip(_FROM_ANSWERS[:5], [*bounds, float(p)], strict=True))


def _panel(own: pd.DataFrame, other: pd.DataFrame, minimum: int) -> dict[str, float]:
    """The two parts of a theme's delta; withheld where either part rests on too few."""
    parts = np.array([overlap.decomposition(own[each], other[each]) for each in own])
    stay = own.notna() & other.notna()
    left, came = other.notna() & ~stay, own.notna() & ~stay
    few = any(((each.sum() > 0) & (each.sum() < minimum)).any() for each in (stay, left, came))
    stayers, panel = (np.nan, np.nan) if few else parts.mean(axis=0)
    return {"stayers_pp": stayers, "panel_pp": panel}


def models(pair: Pair, table: pd.DataFrame) -> pd.DataFrame:
    """The table `delta_models`: each row of `delta_affirmations` by methods that know more.

    Levels by the common rank of both scales; with answers of both editions, the same respondents
    and their status as well.
    """
    _, own, other = delta.counts(pair)
    shifts = [ordinal.shift(*each) for each in delta.rank_counts(pair, own, other)]
    columns = ["shift", "shift_low", "shift_high", "shift_method"]
    found = table[["affirmation_id", "basis"]].join(pd.DataFrame(shifts, columns=columns))
    both = [overlap.Overlap()] * len(table)
    odds = [ordinal.Odds()] * len(table)
    if pair.respondents_known and len(table):
        now, then = implemented(pair, table)
        both = [overlap.paired_tests(now[each], then[each]) for each in now]
        ranked = _ranked(pair)
        odds = [ordinal.odds(ranked.loc[ranked["affirmation_id"] == each]) for each in now]
        answered = delta.weakest([delta.basis_of(t, "answers") for t in (pair.now, pair.before)])
        found["basis"] = [delta.weakest([basis, answered]) for basis in found["basis"]]
    found = found.join(pd.DataFrame(both, columns=overlap.Overlap._fields))
    found = found.join(pd.DataFrame(odds, columns=ordinal.Odds._fields))
    empty = contracts.empty("delta_models", pair.now.raw.edition)
    return found[list(empty)].astype(empty.dtypes.to_dict())


def _ranked(pair: Pair) -> pd.DataFrame:
    """Every answer to a link in either edition: affirmation_id, now (1 or 0), rank, status."""
    ranks = stages.merged(pair.now.raw.edition, pair.before.raw.edition)
    ids = pair.links.set_index("previous_id")["affirmation_id"]
    parts = []
    for now, tables, rank in ((1, pair.now, ranks[0]), (0, pair.before, ranks[1])):
        answers = tables.raw.answers[tables.raw.answers["level"].notna()]
        names = answers["affirmation_id"] if now else answers["affirmation_id"].map(ids)
        parts.append(
            pd.DataFrame(
                {
                    "affirmation_id": names,
                    "now": now,
                    "rank": answers["level"].map(rank),
                    "status": answers["status"],
                }
            )
        )
    return pd.concat(parts, ignore_index=True).astype({"rank": "int64"})
