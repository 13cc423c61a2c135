"""A survey of every commune: 35,000 respondents × 75 affirmations in one process.

Prints what scores, distributions and 1,000 bootstrap replicates each take of the time; how the time
grows from 2,700 respondents; the distributions beside the same group-by written directly in polars,
as a ratio; and the peak memory of the process. Answers are drawn from one seed.
With --whole, the study from raw files to report as well: processor time, longest steps, memory.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import psutil

from barolib.files.layout import Layout
from barolib.statistics import distribution, scoring
from barolib.survey.intake import Raw, read_raw

THEMES, AFFIRMATIONS, LEVELS = 10, 75, 6
SIZES = (2_700, 35_000)
REPEATS = 5
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def study(root: Path, respondents: int) -> tuple[Raw, pd.DataFrame]:
    """The raw tables of a generated edition, and its table `answers`; a twentieth has no level."""
    folder = root / "data" / "raw" / f"s{respondents}"
    folder.mkdir(parents=True)
    ids = [f"T{1 + at % THEMES:02}-{1 + at // THEMES:02}" for at in range(AFFIRMATIONS)]
    scale = "\n".join(
        f"  - {{level: {at}, stage: s{at}, label: {{fr: N{at}}}}}" for at in range(1, LEVELS + 1)
    )
    (folder / "edition.yml").write_text(
        f"id: {folder.name}\ntitle: {{fr: Essai}}\nprovenance: {{answers: synthetic}}\n"
        f"statuses: [{{id: commune, label: {{fr: Communes}}}}]\nimplementation_from: 4\n"
        f"seed: 1\nscale:\n{scale}\n",
        encoding="utf-8",
    )
    themes = [f"T{at:02}" for at in range(1, THEMES + 1)]
    pd.DataFrame({"theme_id": themes, "kind": "theme", "position": range(1, THEMES + 1)}).assign(
        label_fr=themes, label_en=themes
    ).to_csv(folder / "themes.csv", index=False)
    pd.DataFrame({"affirmation_id": ids}).assign(
        theme_id=[each[:3] for each in ids],
        position=[int(each[4:]) for each in ids],
        label_fr=ids,
        label_en=ids,
        transverse_ids="",
        previous_id="",
        change="new",
    ).to_csv(folder / "questionnaire.csv", index=False)
    rng = np.random.default_rng(respondents)
    cells = rng.integers(1, LEVELS + 1, size=(respondents, AFFIRMATIONS)).astype(str).astype(object)
    cells[rng.random(cells.shape) < 0.03] = "NC"
    cells[rng.random(cells.shape) < 0.02] = ""
    names = [f"R{at:05}" for at in range(respondents)]
    table = pd.DataFrame(cells, columns=ids)
    table.insert(0, "respondent_id", names)
    table.to_csv(folder / "answers.csv", index=False)
    pd.DataFrame({"respondent_id": names, "name": names, "status": "commune"}).assign(
        population=1000
    ).to_csv(folder / "respondents.csv", index=False)
    raw = read_raw(Layout.at(root), folder.name)
    return raw, raw.answers


def timed(work, repeats: int = 1) -> tuple[float, object]:
    """The median time of `work` in seconds, and what it last gave."""
    taken, found = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        found = work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)), found


def in_polars(table: pl.DataFrame) -> pl.DataFrame:
    """The same counts and bases, without zeros for unused levels nor rounding."""
    counts = (
        table.filter(pl.col("level").is_not_null())
        .group_by("affirmation_id", "level")
        .agg(n=pl.len())
        .with_columns(base=pl.col("n").sum().over("affirmation_id"))
        .with_columns(share=pl.col("n") / pl.col("base"))
    )
    reasons = (
        table.filter(pl.col("reason").is_not_null())
        .group_by("affirmation_id", "reason")
        .agg(pl.len())
    )
    wide = reasons.pivot("reason", index="affirmation_id", values="len")
    return counts.join(wide, on="affirmation_id", how="left").sort("affirmation_id", "level")


def measured(root: Path, respondents: int) -> float:
    """Prints the benchmark of a survey of this size; returns its time in seconds."""
    reading, (raw, table) = timed(lambda: study(root, respondents))
    counting, found = timed(
        lambda: distribution.from_answers(table, raw.questionnaire, raw.edition), REPEATS
    )
    scoring_, scores = timed(lambda: scoring.respondent_scores(table, raw.members, raw.edition))
    drawing, _ = timed(lambda: scoring.theme_scores(scores, raw.themes, raw.edition))
    parts = {"distributions": counting, "scores": scoring_, "1,000 replicates": drawing}
    total = sum(parts.values())
    shown = ", ".join(f"{name} {seconds / total:.0%}" for name, seconds in parts.items())
    print(f"{respondents:,} respondents × {AFFIRMATIONS}: {total:.1f} s ({shown})")
    print(f"  made, written and read from CSV: {reading:.1f} s")
    other = pl.from_pandas(table[["affirmation_id", "level", "reason"]])
    direct, same = timed(lambda: in_polars(other), REPEATS)
    known = found[found["n"] > 0].sort_values(["affirmation_id", "level"])
    assert known["n"].tolist() == same["n"].to_list(), "the two ways count differently"
    print(f"  distributions, ratio to the same group-by in polars: {counting / direct:.1f}")
    if "--whole" in sys.argv:
        whole(root, respondents)
    return total


def whole(root: Path, respondents: int) -> None:
    """Prints the time and memory of the run of a survey of this size, and its longest steps."""
    command = [sys.executable, "-m", "barolib", "run", "--root", str(root), "--engine", "embedded"]
    words = [*command, "--edition", f"s{respondents}"]
    said, seconds, peak = followed(words)
    steps = re.findall(r"^  (.+): (\d+\.\d) s$", said, re.MULTILINE)
    longest = sorted(steps, key=lambda step: -float(step[1]))[:4]
    shown = ", ".join(f"{name} {taken} s" for name, taken in longest)
    print(f"  the study, from raw files to report: {seconds:.0f} s of processor time")
    print(f"  its longest steps, by the clock: {shown}")
    print(f"  its largest process: {peak / 2**30:.1f} GiB")


def descendants(top: psutil.Process) -> list[psutil.Process]:
    """A process and all that it started, none once it has ended."""
    try:
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def followed(words: list[str]) -> tuple[str, float, int]:
    """What a command prints, its processor time in seconds and its largest process in bytes.

    It and all that it starts are looked at five times a second: who forks a kernel waits for it,
    not the command.
    """
    spent: dict[psutil.Process, float] = {}
    peak = 0
    with subprocess.Popen(words, stdout=subprocess.PIPE, encoding="utf-8") as run:
        top = psutil.Process(run.pid)
        while run.poll() is None:
            for each in descendants(top):
                with suppress(psutil.NoSuchProcess):
                    times = each.cpu_times()
                    spent[each] = times.user + times.system
                    peak = max(peak, each.memory_info().rss)
            time.sleep(0.2)
        said = run.stdout.read()
    if run.returncode:
        raise subprocess.CalledProcessError(run.returncode, words)
    return said, sum(spent.values()), peak


def main() -> None:
    """Prints the benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (measured(Path(folder), respondents) for respondents in SIZES)
    growth = (large / small) / (SIZES[1] / SIZES[0])
    print(f"growth from {SIZES[0]:,} to {SIZES[1]:,} respondents: {growth:.2f} times linear")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 2**30
    print(f"peak memory of the process: {peak:.1f} GiB")


if __name__ == "__main__":
    main()
