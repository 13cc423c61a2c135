"""What changed between two editions theme by theme, from the answers of both where they are known.

docs/method.md, "Comparison of editions".
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from barolib.compare import coverage, delta
from barolib.compare.comparison import Pair
from barolib.statistics import bootstrap, multiplicity, ordinal, overlap
from barolib.statistics.proportions import ALPHA
from barolib.survey import contracts, stages

_INTERVALS = ["ci_low", "ci_high", "low_90", "high_90", "p_value"]
_ALONE = ["ci_low", "ci_high", "p_value", "p_adjusted", "verdict", "basis"]


def themes(pair: Pair, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `delta_themes` and `delta_panel`, of the rows of `delta_affirmations`.

    With answers of both editions, an interval by bootstrap over respondents: those of both editions
    are drawn as pairs, the others apart. A theme of which one affirmation is compared has the
    interval, test and verdict of that one.

    Parameters
    ----------
    pair : Pair
        Two editions, as from comparison.of_raws.
    table : DataFrame
        The table `delta_affirmations`.

    Returns
    -------
    tuple of DataFrame
        Both with a row a theme that has an affirmation in `table`; points.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> from barolib.compare import comparison
    >>> from barolib.files.layout import Layout
    >>> pair = comparison.of_raws(comparison.raws(Layout.find(), "2021", "2018"))
    >>> delta_themes, delta_panel = themes(pair, delta.affirmations(pair).head(2))
    >>> delta_themes[["affirmations", "basis"]].to_numpy().tolist()
    [[2, 'simulated']]
    """
    edition, raw = pair.editions[0], pair.now.raw
    theme = table["affirmation_id"].map(raw.questionnaire.set_index("affirmation_id")["theme_id"])
    rows = table.groupby(theme).agg(
        delta_pp=("delta_pp", "mean"),
        affirmations=("basis", "size"),
        basis=("basis", delta.weakest),
    )
    rows = rows.reindex([name for name in raw.themes["theme_id"] if name in rows.index])
    rows = rows.rename_axis("theme_id").assign(**dict.fromkeys(_INTERVALS, np.nan))
    if pair.respondents_known and len(rows):
        rows = _from_answers(pair, table, theme, rows)
    rows["p_adjusted"] = multiplicity.adjusted(rows["p_value"], rows["basis"])
    rows["verdict"] = delta.verdicts(rows, edition.equivalence_pp)
    alone = table.set_index(theme).loc[rows.index[rows["affirmations"] == 1], _ALONE]
    rows.loc[alone.index, _ALONE] = alone
    rows = rows.join(coverage.of_themes(pair, rows["affirmations"])).reset_index()
    return tuple(contracts.typed(name, rows, edition) for name in ("delta_themes", "delta_panel"))


def shared_answers(pair: Pair) -> pd.DataFrame:
    """The answers of either edition to identical affirmations, the earlier under the later's id.

    respondent_id, affirmation_id, now (1 or 0), status, rank (on the common scale) and at (1 at
    implementation, 0 below); both NaN without an answer.
    """
    ids = pair.links.set_index("previous_id")["affirmation_id"]
    parts = []
    for now, tables, ranks in zip(
        (1, 0), (pair.now, pair.before), stages.merged(*pair.editions), strict=True
    ):
        answers = tables.raw.answers[["respondent_id", "affirmation_id", "status", "level"]]
        level = answers["level"].astype("float64")
        at = level.ge(tables.raw.edition.implementation_from).where(level.notna()).astype("float64")
        answers = answers.assign(now=now, rank=level.map(ranks), at=at)
        names = answers["affirmation_id"]
        parts.append(answers.assign(affirmation_id=names if now else names.map(ids)))
    table = pd.concat(parts, ignore_index=True)
    return table[table["affirmation_id"].isin(pair.links["affirmation_id"])]


def _implemented(answers: pd.DataFrame, ids: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Whether each respondent stands at implementation, now and before: respondent × `ids`."""
    wide = answers.pivot(index="respondent_id", columns=["now", "affirmation_id"], values="at")
    return wide[1][ids], wide[0][ids]


def _from_answers(
    pair: Pair, table: pd.DataFrame, theme: pd.Series, rows: pd.DataFrame
) -> pd.DataFrame:
    """The `rows` of themes with intervals, p-values and the composition of the panel."""
    edition, answers = pair.editions[0], shared_answers(pair)
    after, before = _implemented(answers, table["affirmation_id"])
    now, then = (
        after.index.isin(answers.loc[answers["now"] == side, "respondent_id"]) for side in (1, 0)
    )
    panel = {"stayers": now & then, "leavers": ~now & then, "joiners": now & ~then}
    values = np.hstack([after.to_numpy(), before.to_numpy()])
    replicates = bootstrap.means(values, edition.seed, strata=now + 2 * then)
    gains = 100 * (replicates[:, : len(theme)] - replicates[:, len(theme) :])
    estimates = []
    for row in rows.itertuples():
        of_theme = (theme == row.Index).to_numpy()
        sides = after.loc[:, of_theme], before.loc[:, of_theme]
        size = min(side.notna().any(axis=1).sum() for side in sides)
        stayers_pp, panel_pp = _decomposition(*sides, edition.disclosure_minimum)
        interval = _interval(gains[:, of_theme], size, row.delta_pp)
        estimates.append([*interval, stayers_pp, panel_pp])
    columns = [*_INTERVALS, "stayers_pp", "panel_pp"]
    rows = rows.assign(**pd.DataFrame(estimates, columns=columns, index=rows.index))
    basis = [delta.weakest([basis, _basis_of_answers(pair)]) for basis in rows["basis"]]
    return rows.assign(basis=basis, **{name: flags.sum() for name, flags in panel.items()})


def _basis_of_answers(pair: Pair) -> str:
    return delta.weakest([delta.basis_of(side, "answers") for side in (pair.now, pair.before)])


def _interval(gains: np.ndarray, size: int, centre: float) -> list[float]:
    """The _INTERVALS of a theme's delta, at 95 and 90 %; NaN where no draw differs.

    `gains`: draw × affirmation, NaN where nobody drawn answered; `size`: respondents behind the
    smaller side.
    """
    gains = np.nanmean(gains[~np.isnan(gains).all(axis=1)], axis=1)
    if size < 2 or len(gains) < 2 or np.ptp(gains) < 1e-9:
        return [np.nan] * len(_INTERVALS)
    gains = gains - np.mean(gains) + centre
    sizes, centres = np.array([size]), np.array([centre])
    bounds = [
        bootstrap.interval(gains[:, None], sizes, centres, level=level)
        for level in (1 - ALPHA, 1 - 2 * ALPHA)
    ]
    error = np.std(gains, ddof=1) * np.sqrt(size / (size - 1))
    p = 2 * stats.t.sf(abs(centre) / error, size - 1)
    return [*np.clip(np.ravel(bounds), -100, 100), p]  # a delta of shares lies no further


def _decomposition(after: pd.DataFrame, before: pd.DataFrame, minimum: int) -> tuple[float, float]:
    """The two parts of a theme's delta; withheld where either part rests on too few."""
    stay = after.notna() & before.notna()
    for people in (stay, before.notna() & ~stay, after.notna() & ~stay):
        if people.sum().between(1, minimum - 1).any():
            return np.nan, np.nan
    parts = [overlap.decomposition(after[name], before[name]) for name in after]
    return tuple(np.mean(parts, axis=0))


def models(pair: Pair, table: pd.DataFrame) -> pd.DataFrame:
    """The table `delta_models`: each row of `delta_affirmations` by methods that know more.

    Levels by the common rank of both scales; with answers of both editions, the same respondents
    and their status as well.

    Parameters
    ----------
    pair : Pair
        Two editions, as from comparison.of_raws.
    table : DataFrame
        The table `delta_affirmations`.

    Returns
    -------
    DataFrame
        A row a row of `table`: the shift with its bounds (0–1), p-values of McNemar's test and of
        the z-test, and odds ratios.

    References
    ----------
    docs/method.md, "Comparison of editions".

    Examples
    --------
    >>> from barolib.compare import comparison
    >>> from barolib.files.layout import Layout
    >>> pair = comparison.of_raws(comparison.raws(Layout.find(), "2021", "2018"))
    >>> models(pair, delta.affirmations(pair).head(1))["shift_method"].tolist()
    ['brunner_munzel']
    """
    shifts = [ordinal.shift(*counts) for counts in delta.rank_counts(pair, table)]
    columns = ["shift", "shift_low", "shift_high", "shift_method", "shift_p"]
    rows = table[["affirmation_id", "basis"]].join(pd.DataFrame(shifts, columns=columns))
    paired, odds = [overlap.Overlap()] * len(table), [ordinal.Odds()] * len(table)
    if pair.respondents_known and len(table):
        answers = shared_answers(pair)
        after, before = _implemented(answers, table["affirmation_id"])
        paired = [overlap.paired_tests(after[name], before[name]) for name in after]
        ranked = answers.dropna(subset="rank").groupby("affirmation_id")
        odds = [ordinal.odds(ranked.get_group(name)) for name in after]
        basis = _basis_of_answers(pair)
        rows["basis"] = [delta.weakest([other, basis]) for other in rows["basis"]]
    rows = rows.join(pd.DataFrame(paired, columns=overlap.Overlap._fields))
    rows = rows.join(pd.DataFrame(odds, columns=ordinal.Odds._fields))
    rows["shift_p_adjusted"] = multiplicity.adjusted(rows["shift_p"], table["basis"])
    return contracts.typed("delta_models", rows, pair.editions[0])
