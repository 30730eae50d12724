"""The design's targets, each as a judgement of one cell: a world, a form, a number of staff, and its seeds.

``yes`` and ``NO`` judge the mean over seeds, as the targets are worded; where two standard errors reach across the
border, a ``?`` follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Line = dict[str, Any]
Figure = Callable[[Line], float]

MAIN_WORLDS = ("pessimistic", "typical", "strong")
LEAST_GAIN = -0.01
GAINS = {200: 0.04, 1000: 0.10, 10_000: 0.15}
ERRORS = {60: 0.06, 200: 0.045, 1000: 0.03}
WORSE = {60: 0.15, 1000: 0.02}
SLOPE = (0.9, 1.1)
SLOPE_AT = 1000
COVERAGE = (0.89, 0.92)
COVERAGE_OF_SEEDS = (0.87, 0.93)
COVERED_SEEDS = 0.95
COVERED_FROM = 1000
VALIDITY_GAP = 0.03
LEAST_TAU = 0.98


@dataclass(frozen=True)
class Mean:
    """A mean over seeds with its standard error."""

    value: float
    error: float
    n: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Mean:
        """Average the values that are numbers."""
        found = np.array([value for value in values if np.isfinite(value)], dtype=float)
        if not len(found):
            return cls(np.nan, np.nan, 0)
        error = float(found.std(ddof=1) / np.sqrt(len(found))) if len(found) > 1 else np.nan
        return cls(float(found.mean()), error, len(found))

    def __str__(self) -> str:
        if not self.n:
            return "-"
        return f"{self.value:.3f}" if np.isnan(self.error) else f"{self.value:.3f} ± {2 * self.error:.3f}"

    def within(self, low: float = -np.inf, high: float = np.inf) -> str:
        """Say whether the mean lies within the limits, with ? where two standard errors reach across."""
        if not self.n:
            return ""
        reach = 0.0 if np.isnan(self.error) else 2 * self.error
        unsure = any(abs(self.value - border) < reach for border in (low, high))
        return ("yes" if low <= self.value <= high else "NO") + ("?" if unsure else "")


@dataclass(frozen=True)
class Cell:
    """The lines of one world, form and number of staff."""

    world: str
    size: str
    n: int
    lines: Sequence[Line]

    def __str__(self) -> str:
        return f"{self.world} {self.size} {self.n}"

    def values(self, figure: str | Figure) -> list[float]:
        """Return a figure of every line, NaN where there is none."""
        if isinstance(figure, str):
            return [number(line.get(figure)) for line in self.lines]
        return [figure(line) for line in self.lines]

    def mean(self, figure: str | Figure) -> Mean:
        """Return a figure's mean over seeds."""
        return Mean.of(self.values(figure))

    def share(self, holds: Callable[[Line], bool]) -> float:
        """Return the share of seeds of which something holds."""
        return float(np.mean([holds(line) for line in self.lines]))


@dataclass(frozen=True)
class Judged:
    """A figure with its verdict, empty where no target is set for it."""

    text: str
    verdict: str

    def __str__(self) -> str:
        shown = f"**{self.verdict}**" if self.verdict.startswith("NO") else self.verdict
        return f"{self.text} {shown}".strip()


def cells(lines: Iterable[Line], having: str | None = None) -> Iterator[Cell]:
    """Yield the cells in order of world, size and n; with ``having``, of the lines that hold this figure."""
    found: dict[tuple[str, str, int], list[Line]] = {}
    for line in lines:
        if having is None or having in line:
            found.setdefault((line["world"], line["size"], line["n"]), []).append(line)
    order = {name: i for i, name in enumerate(MAIN_WORLDS)}
    for key in sorted(found, key=lambda key: (order.get(key[0], len(order)), key)):
        yield Cell(*key, found[key])


def number(value: float | None) -> float:
    """Return the value, NaN in place of None."""
    return np.nan if value is None else float(value)


def gain_of(line: Line) -> float:
    """Return the correlation with the true trait beyond the key's."""
    return float(line["r"] - line["key_r"])


def loss_of(line: Line) -> float:
    """Return the log-loss beyond the base rate's; above 0 is worse than saying the base rate."""
    return float(line["log_loss"] - line["log_loss_base"])


def gap_of(line: Line) -> float:
    """Return how far the corrected validity lies above the true one."""
    return number(line.get("r_corrected")) - float(line["truth"])


def wanted_gain(cell: Cell) -> float:
    """Return the least gain over the key that the design asks for."""
    return GAINS.get(cell.n, LEAST_GAIN) if cell.world == "typical" else LEAST_GAIN


def _judged(mean: Mean, low: float = -np.inf, high: float = np.inf, set_here: bool = True) -> Judged:
    return Judged(str(mean), mean.within(low, high) if set_here else "")


def _share(share: float, met: bool, set_here: bool = True) -> Judged:
    return Judged(f"{share:.0%}", ("yes" if met else "NO") if set_here else "")


def gain(cell: Cell) -> Judged:
    """Judge the mean gain over the key."""
    return _judged(cell.mean(gain_of), low=wanted_gain(cell))


def error(cell: Cell) -> Judged:
    """Judge the mean debiased calibration error."""
    return _judged(cell.mean("error"), high=ERRORS.get(cell.n, np.inf), set_here=cell.n in ERRORS)


def slope(cell: Cell) -> Judged:
    """Judge the mean calibration slope."""
    return _judged(cell.mean("slope"), *SLOPE, set_here=cell.n == SLOPE_AT)


def loss(cell: Cell) -> Judged:
    """Judge the mean log-loss beside the base rate's."""
    return _judged(cell.mean(loss_of), high=0.0)


def worse(cell: Cell) -> Judged:
    """Judge the share of seeds whose log-loss is above the base rate's."""
    share = cell.share(lambda line: loss_of(line) > 0)
    return _share(share, share <= WORSE.get(cell.n, 1.0), cell.n in WORSE)


def coverage(cell: Cell) -> Judged:
    """Judge the mean coverage of the 90 % interval."""
    return _judged(cell.mean("coverage"), *COVERAGE)


def covered(cell: Cell) -> Judged:
    """Judge the share of seeds whose coverage is near 90 %."""
    low, high = COVERAGE_OF_SEEDS
    share = cell.share(lambda line: low <= line["coverage"] <= high)
    return _share(share, share >= COVERED_SEEDS, cell.n >= COVERED_FROM)


def validity(cell: Cell) -> Judged:
    """Judge the mean distance of the corrected validity from the true one."""
    return _judged(cell.mean(gap_of), -VALIDITY_GAP, VALIDITY_GAP)


def shift_within(cell: Cell) -> Judged:
    """Judge whether nobody moved further than the share of the shift that is not absorbed."""
    share = cell.share(lambda line: line["shift_moved"] <= line["shift_unabsorbed"] + 1e-9)
    return _share(share, share == 1.0)


def shift_tau(cell: Cell) -> Judged:
    """Judge Kendall's tau of the ranking before and after the shift."""
    return _judged(cell.mean("shift_tau"), low=LEAST_TAU)


def permuted(cell: Cell) -> Judged:
    """Judge whether the r of permuted ratings lies within two standard errors of 0."""
    mean = cell.mean("permuted_r")
    return Judged(str(mean), "yes" if abs(mean.value) <= 2 * mean.error else "NO")


TARGETS: tuple[tuple[str, str, Callable[[Cell], Judged]], ...] = (
    ("1. gain over the key (typical: +.04, +.10, +.15 at 200, 1,000, 10,000; never below -.01)", "r", gain),
    ("2. calibration error <= .06, .045, .03 at 60, 200, 1,000", "error", error),
    ("2. slope .9-1.1 at 1,000", "slope", slope),
    ("2. log-loss below the base rate's on average", "log_loss", loss),
    ("2. log-loss above the base rate's in <= 15 % of seeds at 60, 2 % at 1,000", "log_loss", worse),
    ("3. 90 % interval covers 89-92 % on average", "coverage", coverage),
    ("3. from 1,000 on, 95 % of seeds within 87-93 %", "coverage", covered),
    ("5. corrected validity within .03 of the truth", "r_corrected", validity),
    ("canary: a shifted rater moves nobody beyond what is not absorbed", "shift_moved", shift_within),
    ("canary: tau >= .98 after the shift, on average", "shift_tau", shift_tau),
    ("canary: permuted ratings give 0 within two standard errors", "permuted_r", permuted),
)
