"""Our severity model beside lme4's recorded figures, and at the size lme4 does not reach.

    python -m benchmarks.severity ../shared/data/severity [--large]

The folder holds ``insteval.csv`` and ``sirt2.csv`` with lme4's effects beside them. lme4 1.1-31 with OpenBLAS
on one thread was recorded at 2.0 s of processor time on InstEval; run ours with OMP_NUM_THREADS=1.
``--large`` adds 10^6 simulated ratings of 10^5 people by 10^4 raters with known variances.
"""

from __future__ import annotations

import argparse
import csv
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np

from questionnaires.tables import read_table_file
from scoring.ratings import Rating, parse_rating_table
from scoring.severity.fitting import SeverityFit, fit_one


@dataclass(frozen=True)
class Recorded:
    """What lme4 1.1-31 found by REML for ``rating ~ 1 + (1|ratee) + (1|rater)``."""

    name: str
    ratee: float
    rater: float
    residual: float
    criterion: float
    seconds: float | None


LME4 = (
    Recorded("sirt2", 0.3889758074, 0.0454336873, 0.1065548606, 821.893075609, None),
    Recorded("insteval", 0.273734860, 0.106214503, 1.387179707, 237783.880388, 2.0),
)
LARGE = (100_000, 10_000, 1_000_000)
LARGE_TRUTH = (0.42, 0.18, 0.40)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="the public severity data")
    parser.add_argument("--large", action="store_true", help="add 10^6 ratings by 10^4 raters")
    options = parser.parse_args()
    print(f"{'data':10} {'figure':24} {'ours':>18} {'lme4 / truth':>18} {'difference':>11}")
    for recorded in LME4:
        for line in compare(options.folder, recorded):
            print(line)
    if options.large:
        for line in large():
            print(line)


def compare(folder: Path, recorded: Recorded) -> Iterator[str]:
    """Yield the lines of one data set."""
    ratings = parse_rating_table(read_table_file(folder / f"{recorded.name}.csv"))
    fit = fit_one(ratings)
    parts = fit.components
    for name in ("ratee", "rater", "residual"):
        ours, theirs = getattr(parts, name), getattr(recorded, name)
        yield _line(recorded.name, f"variance {name}", ours, theirs, f"{ours / theirs - 1:.1e} rel")
    criterion = parts.reml_criterion or float("nan")
    difference = criterion - recorded.criterion
    yield _line(recorded.name, "REML criterion", criterion, recorded.criterion, f"{difference:.1e}")
    yield _line(recorded.name, "largest effect gap", _effect_gap(folder, recorded.name, fit), 0.0, "<= .002")
    if recorded.seconds:
        ratio = f"{parts.seconds / recorded.seconds:.2f} x"
        yield _line(recorded.name, "processor seconds", parts.seconds, recorded.seconds, ratio)


def _effect_gap(folder: Path, name: str, fit: SeverityFit) -> float:
    with (folder / f"{name}_lme4_effects.csv").open(newline="") as file:
        theirs = {row["ratee"]: float(row["effect"]) for row in csv.DictReader(file)}
    return max(abs(theirs[ratee] - ours) for ratee, ours in zip(fit.ratees, fit.effect.tolist(), strict=True))


def large() -> Iterator[str]:
    """Yield the lines of the large simulated crossing."""
    ratings = _draw_large(0)
    started = process_time()
    fit = fit_one(ratings)
    seconds = process_time() - started
    for name, true in zip(("ratee", "rater", "residual"), LARGE_TRUTH, strict=True):
        ours = getattr(fit.components, name)
        yield _line("large", f"variance {name}", ours, true, f"{ours / true - 1:.1e} rel")
    yield _line("large", f"seconds ({fit.components.method})", seconds, 10.0, f"{seconds / 10:.2f} x")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    yield _line("large", "peak memory, GB", memory, 1.0, f"{memory:.2f} x")


def _draw_large(seed: int) -> list[Rating]:
    ratees, raters, number = LARGE
    rng = np.random.default_rng(seed)
    true, severity, error = (np.sqrt(v) * rng.standard_normal(n) for v, n in zip(LARGE_TRUTH, LARGE, strict=True))
    ratee, rater = np.arange(number) % ratees, rng.integers(raters, size=number)
    values = (3 + true[ratee] + severity[rater] + error).tolist()
    return [Rating(f"p{i}", f"r{j}", value) for i, j, value in zip(ratee, rater, values, strict=True)]


def _line(data: str, figure: str, ours: float, theirs: float, difference: str) -> str:
    return f"{data:10} {figure:24} {ours:18.9g} {theirs:18.9g} {difference:>11}"


if __name__ == "__main__":
    main()
