"""Malformed folders: each is refused with its place, or read with the same numbers or others told.

A seeded generator spoils a sound folder, one or two faults at a time, as people and tools do. Where
the folder still reads, what it reads must be what an independent reader of the same files would.
"""

import csv
import io
import random

import pandas as pd
import pytest

from barolib.errors import StudyError
from barolib.run import checking
from barolib.survey.answers import plain
from support import answering, studies

FOLDERS = {"printed": studies.TINY, "answers": answering.FILES}
#: Two hundred folders: a hundred of each kind.
CASES = [(kind, seed) for kind in FOLDERS for seed in range(100)]

GARBLED = ["", " ", "9" * 21, "-1", "1e3", "3.0", "NaN", "None", "=1+1", "@x", "'3", "½", "\u0663"]
GARBLED += ["\uff13", "e\u0301", "\u200b3", "\ufeff", "a\nb", '"', "a,b", ";", "T01-01", "X1", "R1"]
GARBLED += ["../x", "\x00", "NC", "null", "true", "0x1", "1_0", "\u202e3", "💥", "x" * 5000, "%"]
GARBLED += ["50 %", "1,5", "2\u00a00", "\t3", "03", "+3", "3 ", "city", "identical", "2"]


def rows_of(text):
    """The rows of a CSV file, between commas or, as a French Excel saves it, semicolons."""
    heading = text.splitlines()[0] if text.strip() else ""
    mark = ";" if ";" in heading and "," not in heading else ","
    return list(csv.reader(io.StringIO(text), delimiter=mark))


def readable(path):
    """The rows of a CSV file all of the same length, or none."""
    rows = rows_of(path.read_text(encoding="utf-8", errors="replace"))
    return rows if len({len(row) for row in rows}) == 1 and len(rows[0]) > 1 else []


def text_of(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def a_row(rng, rows):
    return rng.randrange(1, len(rows))


def drop_column(rng, rows):
    place = rng.randrange(len(rows[0]))
    return [row[:place] + row[place + 1 :] for row in rows]


def drop_row(rng, rows):
    place = rng.randrange(len(rows))
    return rows[:place] + rows[place + 1 :]


def repeat_row(rng, rows):
    return [*rows, rows[a_row(rng, rows)]]


def garble(rng, rows):
    rows[rng.randrange(len(rows))][rng.randrange(len(rows[0]))] = rng.choice(GARBLED)
    return rows


def copy_cell(rng, rows):
    place = rng.randrange(len(rows[0]))
    rows[a_row(rng, rows)][place] = rows[a_row(rng, rows)][place]
    return rows


def swap_columns(rng, rows):
    one, two = rng.sample(range(len(rows[0])), 2)
    for row in rows[1:]:  # under the same headings: what was right is now elsewhere
        row[one], row[two] = row[two], row[one]
    return rows


def move_columns(rng, rows):
    one, two = rng.sample(range(len(rows[0])), 2)
    for row in rows:
        row[one], row[two] = row[two], row[one]
    return rows


def longer(rng, rows):
    rows[a_row(rng, rows)].append("x")
    return rows


def repeat_column(rng, rows):
    place = rng.randrange(len(rows[0]))
    return [[*row, row[place]] for row in rows]


CELLS = [drop_column, drop_row, repeat_row, garble, garble, garble, copy_cell, swap_columns]
CELLS += [move_columns, longer, repeat_column]


def insert(rng, data):
    place = rng.randrange(len(data) + 1)
    return data[:place] + bytes([rng.randrange(256)]) + data[place:]


def encode(rng, data):
    name = rng.choice(["utf-16", "cp1252", "utf-8-sig", "latin-1"])
    return data.decode("utf-8", "replace").encode(name, "replace")


BYTES = [
    insert,
    encode,
    lambda rng, data: data[: rng.randrange(len(data) + 1)],
    lambda rng, data: data.replace(b",", rng.choice([b";", b"\t", b", "])),
    lambda rng, data: data.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\n"])),
    lambda rng, data: data.replace(b":", rng.choice([b"", b"::", b" :"]), 1),
    lambda rng, data: data + data,
    lambda rng, data: b"",
]


def spoil(rng, study):
    name = rng.choice(sorted(path.name for path in study.folder.iterdir()))
    rows = readable(study.folder / name) if name.endswith(".csv") else []
    if len(rows) > 1 and rng.random() < 0.75:
        study.write(name, text_of(rng.choice(CELLS)(rng, rows)))
    else:
        study.write(name, rng.choice(BYTES)(rng, (study.folder / name).read_bytes()))


def expected(study, raw):
    """The numbers that the folder's own files say, read by nothing but the csv module."""
    levels = {
        plain(text): each.level
        for each in raw.edition.scale
        for text in (str(each.level), each.label.fr, each.label.en or each.label.fr)
    }
    found = {}
    if (study.folder / "answers.csv").exists():
        header, *rows = filter(any, rows_of((study.folder / "answers.csv").read_text("utf-8-sig")))
        place = header.index("respondent_id")
        for row in rows:
            for subject, cell in zip(header, row, strict=True):
                if subject != "respondent_id":
                    found[row[place], subject] = levels.get(plain(cell))
    else:
        text = (study.folder / "published_distributions.csv").read_text("utf-8-sig")
        header, *rows = filter(any, rows_of(text))
        for row in (dict(zip(header, cells, strict=True)) for cells in rows):
            found |= {(row["printed_row"], p): int(row[p]) for p in raw.edition.percent_columns}
    return found


def numbers(raw):
    """The numbers that were read."""
    if len(raw.answers):
        table = raw.answers.set_index(["respondent_id", "affirmation_id"])["level"]
        return {key: None if pd.isna(level) else level for key, level in table.items()}
    rows = raw.printed.set_index("printed_row")[raw.edition.percent_columns]
    return {key: int(percent) for key, percent in rows.stack().items()}


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_a_spoilt_folder_is_refused_with_its_place_or_read_as_it_stands(tiny, kind, seed):
    rng = random.Random(f"{kind} {seed}")
    for path in tiny.folder.iterdir():
        path.unlink()
    for name, content in FOLDERS[kind].items():
        tiny.write(name, content)
    for _ in range(rng.choice([1, 1, 1, 2])):
        spoil(rng, tiny)
    before = {path.name: path.read_bytes() for path in tiny.folder.iterdir()}
    raw, problems = checked(tiny)
    assert all(each.file and each.message and each.fix for each in problems)
    assert all(str(each).count("\n") == 1 for each in problems)
    assert (raw is None) == bool(problems)
    if raw is not None:
        assert numbers(raw) == expected(tiny, raw)
        checking.warnings(tiny.layout, raw)
    assert {path.name: path.read_bytes() for path in tiny.folder.iterdir()} == before
    assert [path.name for path in tiny.layout.root.iterdir()] == ["data"]


def checked(study):
    """The raw tables and no problem, or nothing and the problems."""
    try:
        return checking.check(study.layout, "2030"), ()
    except StudyError as error:
        return None, error.problems
