"""How a survey stands while it runs: who answered, who did not, what the panel could detect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from barolib.compare import crosswalk
from barolib.errors import StudyError
from barolib.files.layout import Layout
from barolib.importers import conversion, importing
from barolib.importers.mapping import Mapping
from barolib.reconstruction import edition_tables
from barolib.statistics import distribution, proportions, subgroups
from barolib.survey import rawstore, stages
from barolib.survey.edition import Edition


@dataclass(frozen=True)
class Standing:
    """How a survey stands by the responses of an export.

    Attributes
    ----------
    edition : Edition
        The settings of the edition.
    authorities : DataFrame
        A row an authority that is listed or answered: respondent_id, name, status, size_class
        (each blank where unknown); asked: in the list; answered: a response of it counts.
    responses : DataFrame
        A row a line of the export: respondent_id and name as far as told; complete; rule: "counted"
        or why the import leaves it out (partial, test, excluded, duplicate).
    until : Timestamp
        The latest submission, NaT where none is dated; so that a page tells of its export alone.
    doubts : tuple of str
        What the import will not take as it is.

    """

    edition: Edition
    authorities: pd.DataFrame
    responses: pd.DataFrame
    until: pd.Timestamp = field(default=pd.NaT)
    doubts: tuple[str, ...] = ()

    @property
    def asked(self) -> int | None:
        """How many were asked: those listed, else the frame of edition.yml, where it is known."""
        return int(self.authorities["asked"].sum()) or self.edition.frame_size

    @property
    def listed(self) -> bool:
        """Whether it is known who was asked."""
        return bool(self.authorities["asked"].any())

    @property
    def answered(self) -> pd.DataFrame:
        """The authorities whose responses count; of a list, those in it."""
        table = self.authorities[self.authorities["answered"]]
        return table[table["asked"]] if self.listed else table

    @property
    def strangers(self) -> list[str]:
        """The names of those that answered and are not in the list."""
        table = self.authorities
        return names(table[table["answered"] & ~table["asked"]]) if self.listed else []

    @property
    def nameless(self) -> list[str]:
        """The lines of responses that would count, but do not tell whose they are."""
        rows = self.responses
        return rows.index[rows["respondent_id"].isna() & (rows["rule"] == "counted")].tolist()

    @property
    def partial(self) -> dict[str, list[str]]:
        """The lines by authority that began and submitted nothing so far; blank without a name."""
        rows, done = self.responses, self.responses["complete"]
        begun = rows[~done & rows["rule"].isin(["counted", "partial", "duplicate"])]
        finished = rows.loc[done & (rows["rule"] == "counted"), "respondent_id"].dropna()
        return _lines(begun[~begun["respondent_id"].isin(finished)])

    @property
    def doubles(self) -> dict[str, list[str]]:
        """The lines by authority with several responses that would count."""
        rows = self.responses.dropna(subset="respondent_id")
        several = rows.loc[rows["rule"] == "duplicate", "respondent_id"]
        rows = rows[rows["rule"].isin(["counted", "duplicate"])]
        return _lines(rows[rows["respondent_id"].isin(several)])

    @property
    def missing(self) -> pd.DataFrame:
        """The authorities that were asked and of which no response counts."""
        return self.authorities[self.authorities["asked"] & ~self.authorities["answered"]]


class Rise(NamedTuple):
    """What rises a base of answers would detect, in points: lowest, median and highest.

    `none`: of how many no rise is detected; they count as the highest in the median, which is then
    NaN where it is one of them.
    """

    base: int
    low: float
    median: float
    high: float
    none: int


def names(table: pd.DataFrame) -> list[str]:
    """The names of authorities, in their order; the id of one without."""
    return sorted(table["name"].fillna(table["respondent_id"]))


def _lines(rows: pd.DataFrame) -> dict[str, list[str]]:
    """The lines of responses by name."""
    lines: dict[str, list[str]] = {}
    for line, name in rows["name"].fillna("").items():
        lines.setdefault(name, []).append(line)
    return dict(sorted(lines.items()))


def standing(given: importing.Sources, used: Mapping) -> Standing:
    """How the survey stands.

    Parameters
    ----------
    given : Sources
        The export and the edition, as from importing.sources.
    used : Mapping
        The mapping of the export, as drafted or as reviewed.

    Returns
    -------
    Standing
        Responses that count are those that the import would take, whatever they answer.

    Raises
    ------
    StudyError
        Where the mapping names headings that the export lacks, or says nothing of others.

    """
    faults = [*conversion.heading_faults(given.export.table.columns, used)]
    if faults:
        raise StudyError(faults)
    table, steps = given.export.table, conversion.Conversion(given.export.name, used)
    ids, counted = steps.ids(table, given.known), steps.counted(table)
    named = counted[ids[counted.index].notna()]
    latest = steps.latest(named, ids[named.index])
    found = steps.respondents(latest, ids[latest.index], given.edition, given.known)
    people = _people(given, found)
    rules = steps.log.loc[steps.log["row"].isin(table.index)].set_index("row")["rule"]
    heading = used.person.name or used.person.respondent_id
    typed = table[heading] if heading else pd.Series(pd.NA, index=table.index, dtype="str")
    columns = {"respondent_id": ids, "complete": steps.complete(table)}
    responses = pd.DataFrame(columns | {"rule": rules.reindex(table.index).fillna("counted")})
    known = responses["respondent_id"].map(people.set_index("respondent_id")["name"])
    responses["name"] = known.astype("str").fillna(typed)
    out = {*responses.index[responses["rule"].isin(["partial", "test", "excluded"])]}
    problems = [problem for problem in steps.problems if problem.row not in out]
    doubts = [f"{p.file} {p.row} {p.column}: {p.message} {p.value}".strip() for p in problems]
    return Standing(
        given.edition,
        _grouped(people, given.edition).assign(
            asked=people["respondent_id"].isin(given.listed["respondent_id"]),
            answered=people["respondent_id"].isin(found["respondent_id"]),
        ),
        responses,
        steps.dates(counted).max(),
        tuple(dict.fromkeys([*used.to_confirm, *doubts])),
    )


def _people(given: importing.Sources, found: pd.DataFrame) -> pd.DataFrame:
    """The authorities listed, and those that answered without.

    Of a listed one, status and population are what was known before it answered: else those who do
    not answer would alone be without, and the rates of the others too high.
    """
    known = given.known.groupby("respondent_id", sort=False).first()
    listed = known.reindex(given.listed["respondent_id"]).reset_index()
    others = found[~found["respondent_id"].isin(listed["respondent_id"])]
    return pd.concat([listed, others], ignore_index=True)


def _grouped(people: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """The authorities with their size class; a status that the edition lacks is blank."""
    known = people["status"].isin([status.id for status in edition.statuses])
    people = people.assign(status=people["status"].where(known))
    none = pd.DataFrame(columns=["respondent_id", "group"], dtype="str")
    of_all = subgroups.memberships(people, none, edition)
    sizes = of_all[of_all["dimension"] == "size_class"].set_index("respondent_id")["subgroup"]
    people = people.assign(size_class=people["respondent_id"].map(sizes))
    return people.astype({"status": "str", "size_class": "str"})  # a blank column too


def detectable_rises(
    layout: Layout, given: importing.Sources, bases: Sequence[int]
) -> tuple[str, int, list[Rise]] | None:
    """What rises since the edition before each base of answers would detect.

    Parameters
    ----------
    layout : Layout
        The folders of the study.
    given : Sources
        The edition, as from importing.sources.
    bases : sequence of int
        How many answer each affirmation, 1 or more.

    Returns
    -------
    tuple or None
        The edition before; how many affirmations are identical; of each base, the lowest, median
        and highest rise over them that Boschloo's test alone detects with 80 % power, as if nobody
        answered twice. None without an edition before, or where nothing is identical.

    Raises
    ------
    StudyError
        Where the edition before cannot be read, or compared.

    References
    ----------
    docs/method.md, "Comparison of editions".

    """
    before = layout.before(given.edition.id)
    if before is None:
        return None
    raw = rawstore.stored(layout, before)
    asked = [(before, raw.questionnaire), (given.edition.id, given.questionnaire)]
    links = crosswalk.identical(asked)
    cuts = stages.cuts(given.edition, raw.edition)
    _, levels = cuts[stages.implementation(given.edition, raw.edition)]
    tables = edition_tables.build_tables(raw)
    then = distribution.at_levels(tables.distributions, levels)
    then = then[then.index.isin(links["previous_id"])]
    pairs = list(zip(then["share"], then["base"].astype("int64"), strict=True))
    rises = []
    for base in bases if pairs else []:
        found = pd.Series([proportions.detectable(share, base, n) for share, n in pairs])
        ranked = found.sort_values(ignore_index=True)  # those without a rise last
        middle, none = ranked[len(ranked) // 2], int(ranked.isna().sum())
        rises.append(Rise(base, ranked.min(), middle, ranked.max(), none))
    return (before, len(pairs), rises) if pairs else None
