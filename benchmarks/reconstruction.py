"""How fast counts are found behind printed percents: 1,000 rows, 6 levels, bases up to 120.

Prints the time of the whole, and how many times longer the plainest Python takes a row: every count
of every level at every base, every combination that sums to the base.
"""

from __future__ import annotations

import time
from itertools import product

import numpy as np
import pandas as pd

from barolib.reconstruction.count_vectors import reconstruct
from barolib.survey.rounding import percent

ROWS, LEVELS, LARGEST_BASE, SAMPLE, SEED = 1_000, 6, 120, 20, 2021
ROUNDING = "half_up_via_tenths"


def printed_rows() -> pd.DataFrame:
    """Percents of seeded counts: any base up to the largest, any shape of distribution."""
    random = np.random.default_rng(SEED)
    bases = random.integers(1, LARGEST_BASE, size=ROWS, endpoint=True)
    shares = random.dirichlet(np.ones(LEVELS), size=ROWS)
    counts = np.array([random.multinomial(*pair) for pair in zip(bases, shares, strict=True)])
    columns = [f"p{level}" for level in range(1, LEVELS + 1)]
    rows = percent(counts, bases[:, None], ROUNDING)
    return pd.DataFrame(rows, columns=columns, index=[f"R{n:04}" for n in range(ROWS)])


def rounded(n: int, base: int) -> int:
    """The percent rounded to a tenth, then to the integer, halves upwards."""
    return ((2000 * n + base) // (2 * base) + 5) // 10


def by_trying_all(row: list[int]) -> int:
    """How many (base, counts) print the row."""
    found = 0
    for base in range(1, LARGEST_BASE + 1):
        runs = [[n for n in range(base + 1) if rounded(n, base) == p] for p in row]
        found += sum(sum(counts) == base for counts in product(*runs))
    return found


def main() -> None:
    rows = printed_rows()
    start = time.perf_counter()
    found = reconstruct(rows, LARGEST_BASE, ROUNDING)
    seconds = time.perf_counter() - start
    sample = rows.iloc[:: ROWS // SAMPLE]
    start = time.perf_counter()
    naive = sum(by_trying_all(row) for row in sample.to_numpy().tolist())
    slow = (time.perf_counter() - start) / len(sample)
    same = naive == found["subject"].isin(sample.index).sum()
    print(f"{ROWS} rows of {LEVELS} levels, base up to {LARGEST_BASE}: {seconds:.2f} s", end="")
    print(f" ({ROWS / seconds:,.0f} rows/s), {len(found):,} vectors found")
    print(
        f"trying all: {1000 * slow:.1f} ms a row, {slow * ROWS / seconds:.0f} times as long", end=""
    )
    print(f"; {'the same' if same else 'NOT THE SAME'} vectors on {len(sample)} rows")


if __name__ == "__main__":
    main()
