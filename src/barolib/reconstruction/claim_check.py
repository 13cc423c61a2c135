"""Printed sentences checked: the figure recomputed, within what its wording allows or not."""

from __future__ import annotations

from math import isinf, nan
from typing import NamedTuple

import pandas as pd

from barolib.reconstruction.claim_statistics import NotComputable, recompute
from barolib.reconstruction.edition_tables import EditionTables
from barolib.survey import claims
from barolib.survey.claims import Claim

#: What floating-point sums may be off by.
_NOISE = 1e-12


class CheckedClaim(NamedTuple):
    """A row of the table `claims`, but for `withheld`."""

    claim_id: str
    printed: str
    recomputed: float
    tolerance: str
    verdict: str
    basis: str | None


def check_claims(published: pd.DataFrame, tables: dict[str, EditionTables]) -> pd.DataFrame:
    """The table `claims`: each sentence recomputed from the tables of the edition it is about.

    Parameters
    ----------
    published : DataFrame
        The rows of published_claims.
    tables : dict
        The tables of editions (EditionTables), by id.

    Returns
    -------
    DataFrame
        A row per sentence: claim_id, printed, recomputed (in the statistic's unit: shares 0–1,
        levels, ranks, counts), tolerance (what the sentence allows), verdict (agrees, contradicts,
        not_recomputable where a table that it needs is absent), basis (the weakest of BASES that it
        rests on), withheld (whether `recomputed` describes a group of too few respondents).

    References
    ----------
    docs/method.md, "Printed sentences".

    Examples
    --------
    >>> import barolib
    >>> from barolib.reconstruction.edition_tables import build_tables
    >>> raw = barolib.open("2021").raw
    >>> table = check_claims(raw.claims.head(2), {"2021": build_tables(raw)})
    >>> table[["printed", "verdict"]].to_numpy().tolist()
    [['0.85', 'agrees'], ['0.750', 'agrees']]
    """
    rows = [
        (*check_claim(claim, tables), _about_few(claim, tables)) for claim in claims.rows(published)
    ]
    columns = [*CheckedClaim._fields, "withheld"]
    types = dict.fromkeys(columns, "str") | {"recomputed": "float64", "withheld": "bool"}
    return pd.DataFrame(rows, columns=columns).astype(types)


def check_claim(claim: Claim, tables: dict[str, EditionTables]) -> CheckedClaim:
    """One sentence recomputed and checked.

    Parameters
    ----------
    claim : namedtuple
        A row as of claims.rows.
    tables : dict
        The tables of editions (EditionTables), by id.

    Returns
    -------
    CheckedClaim
        A row of the table `claims`, but for withheld.

    Examples
    --------
    >>> import barolib
    >>> (claim,) = claims.rows(barolib.open("2021").raw.claims.head(1))
    >>> check_claim(claim, {}).verdict
    'not_recomputable'
    """
    low, high = claim.allowed
    value: float = nan
    basis: str | None = None
    try:
        value, basis = recompute(claim, tables)
    except NotComputable:
        verdict = "not_recomputable"
    else:
        met = low - _NOISE <= value <= high + _NOISE
        verdict = "agrees" if met else "contradicts"
    sign = "" if claim.comparator in "=~" else claim.comparator
    printed = f"{claim.qualifier or sign} {claim.value}".strip()
    tolerance = _tolerance(low, high, claim.statistic)
    return CheckedClaim(claim.claim_id, printed, value, tolerance, verdict, basis)


def _about_few(claim: Claim, tables: dict[str, EditionTables]) -> bool:
    """Whether a claim is about a group of fewer respondents than may be published."""
    edition = tables.get(claim.edition)
    if edition is None or claim.statistic == "group_share":
        return False
    groups = {claim.group, *(group for _, group in claim.rivals)} - {None}
    sizes = edition.groups["group"].value_counts()
    return any(sizes.get(group, 0) < edition.raw.edition.disclosure_minimum for group in groups)


def _tolerance(low: float, high: float, statistic: str) -> str:
    """Bounds as text: 0.5645–0.5755, ≥ 8, ≤ 3, > 0, < 0; 34 where they are one."""
    if low == claims.LEAST or high == -claims.LEAST:
        return "> 0" if low > 0 else "< 0"
    places = 0 if statistic in ("count", "rank") else 4
    if isinf(high):
        return f"≥ {low:.{places}f}"
    if isinf(low):
        return f"≤ {high:.{places}f}"
    return "–".join(dict.fromkeys(f"{bound:.{places}f}" for bound in (low, high)))
