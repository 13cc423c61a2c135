"""Mutated studies: each is refused with its place, or published in both languages, as counted.

A sound study of 24 respondents is changed in one to three ways, by a seed: cells, rows, columns,
settings, whole files. What `check` passes must be published. Every folder is checked here; of those
that pass, the first PUBLISHED are made into pages (MUTATED_ALL=1: every one, in half an hour).
"""

import csv
import io
import os
import random
import re
from collections import Counter
from contextlib import suppress

import pytest

from barolib.errors import StudyError
from barolib.report import publication
from barolib.run import checking
from support import answering, studies
from support import published as shared

SEEDS, PUBLISHED = range(300), 4

CELLS = ["", " ", "NC", "1", "2", "4", "5", "0", "-1", "1.5", "3.0", "é", "=1+1", "#N/A", "general"]
CELLS += ["index", "legend", "line", "T01", "T01-1", "a=b", "../x", "\u200b", "ﬁ", "😀", "العربية"]
CELLS += ["a\nb", "9" * 12, "None", "<b>x</b>", "{{ 7*7 }}", "*_[x](y) . ?", "Palier 2", "k0", "K0"]
CELLS += ["mot " * 120, "x" * 300, "new", "identical", "\x07", "R01", "T03", "~", "1;2", "R\u0301"]
SETTINGS = ["frame_size: 3", "frame_size: 9000", "seed: -1", "disclosure_minimum: 1"]
SETTINGS += ["disclosure_minimum: 30", "disclosure_minimum: 4", "size_classes: [10, 20]"]
SETTINGS += ["size_classes: [20, 10]", "group_cuts: {leaders: 9, peloton: 8}", "rounding: up"]
SETTINGS += ["specialist_gap: 99", "equivalence_pp: 400", "minimum_answered: 1", "colour: red"]
SETTINGS += ["minimum_answered: 0", "not_concerned: [NC, '4']", "seed: 1e400", "panel: {}"]
SETTINGS += ["fieldwork: {start: 2023-05, end: 2023-01}", "title: {fr: Non}", "id: '2030/'"]
SETTINGS += ["scale: []", "rounding: half_up_via_tenths", "statuses: []", "provenance: {}"]


def table(change):
    """A mutation of a random table: its rows, header first, changed in their place."""

    def mutate(rng, study):
        name = rng.choice(sorted(path.name for path in study.folder.glob("*.csv")))
        rows = study.rows(name)
        change(rng, rows)
        study.save(name, rows)

    return mutate


def cell(rng, rows):
    row = rng.randrange(rng.choice([0, 1, 1, 1]), len(rows))
    rows[row][rng.randrange(len(rows[row]))] = rng.choice(CELLS)


def drop_row(rng, rows):
    del rows[rng.randrange(len(rows))]


def twice(rng, rows):
    rows.append([*rng.choice(rows)])


def column(rng, rows):
    """A column filled with one text, or gone, or there twice, or emptied."""
    place, how = rng.randrange(len(rows[0])), rng.choice(["fill", "drop", "double", "empty"])
    text = rng.choice(CELLS) if how == "fill" else ""
    for row in rows[0 if how in ("drop", "double") else 1 :]:
        if how == "drop":
            del row[place]
        elif how == "double":
            row.insert(place, row[place])
        else:
            row[place] = text


def answers(rng, study):
    """Answers of a theme or an affirmation all blank, not concerned, alike, or of one or two."""
    rows = study.rows("answers.csv")
    start = rng.choice(["T01", "T01-1", "T02-2", "T0"])
    places = [at for at, name in enumerate(rows[0]) if name.startswith(start)]
    text, keep = rng.choice(["", "NC", "4", "1"]), rng.choice([0, 0, 1, 2, 3])
    for row in rows[1 + keep :]:
        for place in places:
            row[place] = text
    study.save("answers.csv", rows)


def setting(rng, study):
    line = rng.choice(SETTINGS)
    key = line.split(":")[0]
    text = re.sub(rf"(?m)^{key}:.*(\n  .*)*\n", "", study.text("edition.yml"))
    study.write("edition.yml", f"{text}{line}\n")


def label(rng, study):
    """A label of edition.yml made something else."""
    text = study.text("edition.yml")
    place = rng.choice([found.end() for found in re.finditer(r"(fr|en): ", text)])
    end = re.compile(r"[},\n]").search(text, place).start()
    told = rng.choice(
        ["No", "yes", "2023", "[a]", "😀", "ﬁn", '"a\\nb"', '""', "Été – fin", "a" * 200]
    )
    study.write("edition.yml", text[:place] + told + text[end:])


def file(rng, study):
    path = rng.choice(sorted(study.folder.iterdir()))
    content = path.read_bytes()
    ways = [content.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + content, content[:-7], b""]
    ways += [content.decode().encode("cp1252", "replace"), content.replace(b",", b";")]
    ways += [b"sep=,\n" + content, content.decode().encode("utf-16"), content + b"\n\n"]
    if rng.random() < 0.2:
        path.rename(path.with_name(rng.choice(["answer.csv", "Themes.csv", "x.csv", "notes.txt"])))
    else:
        path.write_bytes(rng.choice(ways))


def moved(rng, study):
    """Affirmations of a theme moved to another, so that a theme has one or none."""
    rows = study.rows("questionnaire.csv")
    for row in rows[1 : rng.choice([2, 3])]:
        row[1] = "T02"
    study.save("questionnaire.csv", rows)


MUTATIONS = [table(cell)] * 4 + [table(drop_row), table(twice), table(column)]
MUTATIONS += [answers, answers, answers, setting, setting, label, file, moved]


def mutated(root, seed):
    rng, study = random.Random(seed), studies.Study(root, "2030")
    study.folder.mkdir(parents=True)
    study.write("edition.yml", "")
    answering.generated(study, 3, 4, 2)
    for mutate in rng.choices(MUTATIONS, k=rng.choice([1, 1, 2, 3])):
        # What is spoilt already may not be spoilt in that way as well.
        with suppress(IndexError, ValueError, FileNotFoundError):
            mutate(rng, study)
    return study


def checked(study):
    """Whether `check` passes the study; every problem must say where and what to do."""
    try:
        checking.check(study.layout, "2030")
    except StudyError as error:
        for problem in error.problems:
            assert problem.file
            assert problem.message
            assert problem.fix
            assert not re.search(r"dtype|<class|Traceback|pandera|pydantic", str(problem))
        return False
    return True


@pytest.mark.slow
def test_three_hundred_are_refused_with_their_place_or_published_with_their_counts(tmp_path):
    folder = tmp_path / "checked"
    sound = [seed for seed in SEEDS if checked(mutated(folder / str(seed), seed))]
    assert 40 < len(sound) < 200
    every = os.environ.get("MUTATED_ALL")
    for seed in sound if every else sound[:PUBLISHED]:
        study = mutated(tmp_path / str(seed), seed)
        raw = shared.process_here(study.layout, "2030")
        builds = [publication.fill(study.layout, raw, lang) for lang in shared.LANGUAGES]
        pages = [(build / "index.qmd").read_text(encoding="utf-8") for build in builds]
        assert all(page.startswith("---\n") for page in pages), seed
        assert counted(study.layout.processed("2030") / "downloads") == expected(study), seed


def counted(folder):
    """The counts of the published table of distributions, by affirmation."""
    path = folder / "distributions.csv"
    found = {}
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
        found.setdefault(row["affirmation_id"], []).append(row["n"])
    return found


def expected(study):
    """The same from the raw file alone; nothing of what fewer than the minimum answered."""
    text = study.folder.joinpath("answers.csv").read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("sep=")]
    mark = ";" if ";" in lines[0] and "," not in lines[0] else ","
    header, *rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=mark)
    settings = study.read().edition
    found = {}
    for place, name in enumerate(header):
        if name == "respondent_id":
            continue
        levels = Counter(level(row[place]) for row in rows if place < len(row))
        counts = [levels[at] for at in settings.levels]
        few = 0 < sum(counts) < settings.disclosure_minimum
        found[name] = [""] * len(counts) if few else [str(count) for count in counts]
    return found


def level(text):
    """A cell as a level: a number, or the label of a level."""
    text = text.strip().removeprefix("Palier ").removeprefix("Step ")
    return int(text) if text.isdigit() else None
