"""The studies that tests work on: the real one, read once; a copy to spoil; one counted by hand."""

import csv
from pathlib import Path

import pytest

from barolib.errors import StudyError
from barolib.files.layout import Layout
from barolib.reconstruction import admissible, claim_check, edition_tables, printed_rows
from barolib.statistics import distribution
from barolib.survey.intake import read_raw
from support.published import copy_printed

ROOT = Path(__file__).resolve().parents[2]

#: Four levels, at most 8 respondents, rounding once. Counts behind the rows: T01-01 1 2 3 1 of 7;
#: T01-02 0 1 3 4 of 8; T02-01 2 1 1 1 of 5; T02-02 is not printed.
TINY = {
    "edition.yml": """\
id: "2030"
title: {fr: Essai, en: Trial}
provenance: {tables: published}
panel: {respondents: 8}
scale:
  - {level: 1, stage: none, label: {fr: Rien, en: None}}
  - {level: 2, stage: begun, label: {fr: Commencé, en: Begun}}
  - {level: 3, stage: half, label: {fr: À moitié}}
  - {level: 4, stage: done, label: {fr: Fait, en: Done}}
implementation_from: 3
""",
    "themes.csv": """\
theme_id,kind,position,label_fr,label_en
X1,transverse,3,Tout,All
T02,theme,2,Seconde,Second
T01,theme,1,Première,First
""",
    "questionnaire.csv": """\
affirmation_id,theme_id,position,label_fr,label_en,transverse_ids,previous_id,change
T02-01,T02,1,Troisième,Third,X1,,new
T01-02,T01,2,Deuxième,Second,X1,,new
T01-01,T01,1,Première,First,,,new
T02-02,T02,2,Quatrième,Fourth,,,new
""",
    "published_distributions.csv": """\
printed_row,printed_as,p1,p2,p3,p4,page
R1,T02-01,40,20,20,20,9
R2,T01-01,14,29,43,14,8
R3,T01-02,0,13,38,50,8
R4,T01,7,20,40,33,8
""",
    "published_claims.csv": """\
claim_id,page,edition,subject,levels,statistic,comparator,value,qualifier
C1,8,2030,T01-01,3-4,share,=,0.57,
C2,8,2030,T01,4,share,>,0.4,plus de
C3,9,2030,T02,1-2,share,~,0.5,environ
C4,9,2028,T01-01,3-4,share,=,0.10,
""",
}


class Study:
    """A study of one edition in a scratch folder, with the means to spoil its files."""

    def __init__(self, root, edition):
        self.edition, self.layout = edition, Layout.at(root)
        self.folder = self.layout.raw(edition)

    def read(self):
        return read_raw(self.layout, self.edition)

    def problems(self):
        """What `read` finds wrong; empty where it finds nothing."""
        try:
            self.read()
        except StudyError as error:
            return list(error.problems)
        return []

    def text(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def write(self, name, content):
        content = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(content)

    def remove(self, name):
        (self.folder / name).unlink()

    def replace(self, name, old, new):
        """Puts `new` in the place of the only `old` of a file."""
        text = self.text(name)
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def append(self, name, line):
        self.write(name, f"{self.text(name)}{line}\n")

    def rows(self, name):
        """The lines of a CSV file as lists of cells, its header first."""
        return list(csv.reader(self.text(name).splitlines()))

    def cell(self, name, key, column, value):
        """Writes one cell, of the row whose first cell is `key`; returns its line's number."""
        rows = self.rows(name)
        line = next(number for number, row in enumerate(rows) if row[0] == key)
        rows[line][rows[0].index(column)] = value
        self.save(name, rows)
        return str(line + 1)

    def drop_rows(self, name, keep):
        """Leaves the header and the rows, as dicts, for which `keep` holds."""
        header, *rows = self.rows(name)
        kept = [row for row in rows if keep(dict(zip(header, row, strict=True)))]
        self.save(name, [header, *kept])

    def drop_column(self, name, column):
        rows = self.rows(name)
        place = rows[0].index(column)
        self.save(name, [row[:place] + row[place + 1 :] for row in rows])

    def uncorrect(self, key):
        """Withdraws the corrections of a row's percents."""
        self.drop_rows(
            "corrections.csv", lambda row: row["key"] != key or row["column"] == "printed_as"
        )

    def save(self, name, rows):
        """Writes lines of cells, the header first."""
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.fixture(scope="session")
def project():
    """The folder of the project."""
    return ROOT


@pytest.fixture
def study(tmp_path):
    """A copy of what is printed of 2021, unsealed, to spoil."""
    study = Study(tmp_path, "2021")
    copy_printed(study.folder)
    return study


def counted_by_hand(root):
    """The edition TINY in a folder, small enough to be counted by hand."""
    study = Study(root, "2030")
    study.folder.mkdir(parents=True)
    for name, content in TINY.items():
        study.write(name, content)
    return study


@pytest.fixture
def tiny(tmp_path):
    """The edition counted by hand, to spoil."""
    return counted_by_hand(tmp_path)


@pytest.fixture(scope="session")
def raw2021(tmp_path_factory):
    """The raw tables of what is printed of 2021."""
    layout = Layout.at(tmp_path_factory.mktemp("printed"))
    copy_printed(layout.raw("2021"))
    return read_raw(layout, "2021")


@pytest.fixture(scope="session")
def process():
    """A function: every processed table of an edition by name, as the notebooks make them."""
    return _process


@pytest.fixture(scope="session")
def tables2021(raw2021):
    """Every processed table of what is printed of 2021, by name."""
    return _process(raw2021)


def _process(raw):
    printed, own = printed_rows.corrected(raw), edition_tables.build_tables(raw)
    return {
        "cleaning_log": raw.log,
        "printed": printed,
        "reconstructions": own.reconstructions,
        "rounding_trials": admissible.rounding_trials(raw),
        "repairs": admissible.repair_table(raw),
        "distributions": own.distributions,
        "theme_distributions": own.theme_distributions,
        "pooled_checks": distribution.pooled_checks(
            own.theme_distributions,
            printed_rows.select(printed, raw.themes["theme_id"]),
            raw.edition,
        ),
        "theme_scores": own.theme_scores,
        "claims": claim_check.check_claims(raw.claims, {raw.edition.id: own}),
    }
