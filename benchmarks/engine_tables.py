"""What the measured lines say, held against the targets of the design: tables in markdown.

A cell is the mean over seeds, plus or minus two standard errors. ``yes`` and ``NO`` judge the mean, as the targets are
worded; where two standard errors reach across the border, the verdict is followed by ``?``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Line = dict[str, Any]
Lines = Sequence[Line]
Figure = Callable[[Line], float]

MAIN_WORLDS = ("pessimistic", "typical", "strong")
LEAST_GAIN = -0.01
GAINS = {200: 0.04, 1000: 0.10, 10_000: 0.15}
ERRORS = {60: 0.06, 200: 0.045, 1000: 0.03}
WORSE = {60: 0.15, 1000: 0.02}
SLOPE = (0.9, 1.1)
COVERAGE = (0.89, 0.92)
COVERAGE_OF_SEEDS = (0.87, 0.93)
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


def tables(lines: Lines) -> Iterator[str]:
    """Yield every table."""
    main = [line for line in lines if line["world"] in MAIN_WORLDS]
    further = [line for line in lines if line["world"] not in MAIN_WORLDS]
    yield from _gains("1. Gain over the key: correlation with the true trait of new people", main)
    yield from _calibration("2. Calibration of the probability of the top third", main)
    yield from _coverage("3. Coverage of the 90 % interval", main)
    yield from _validity("5. Validity as the report corrects it, and the true one (N = 1,000)", main)
    yield from _shift("Canary: one rater, the busiest, raises all ratings by 1", main)
    yield from _permuted("Canary: ratings dealt out at random", main)
    if further:
        yield from _summary("The further worlds (simulated; the typical one with one trouble each)", further)
    yield from _seconds("Processor seconds of one company", lines)


def _cells(lines: Lines) -> Iterator[tuple[str, str, int, Lines]]:
    """Yield (world, size, n, lines) in order of world, size and n."""
    keys = {(line["world"], line["size"], line["n"]) for line in lines}
    order = {name: i for i, name in enumerate(MAIN_WORLDS)}
    for world, size, n in sorted(keys, key=lambda key: (order.get(key[0], 9), key)):
        yield world, size, n, [line for line in lines if (line["world"], line["size"], line["n"]) == (world, size, n)]


def _mean(lines: Lines, figure: str | Figure) -> Mean:
    if isinstance(figure, str):
        return Mean.of(_number(line.get(figure)) for line in lines)
    return Mean.of(figure(line) for line in lines)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""


def _head(world: str, size: str, n: int, lines: Lines) -> list[object]:
    return [world, size, n, len(lines)]


HEAD = ("world", "form", "N", "seeds")


def _gain(line: Line) -> float:
    return float(line["r"] - line["key_r"])


def _gains(title: str, lines: Lines) -> Iterator[str]:
    rows = (
        [
            *_head(world, size, n, cell),
            _mean(cell, "r"),
            _mean(cell, "key_r"),
            _mean(cell, _gain),
            _mean(cell, _gain).within(low=_wanted_gain(world, n)),
            f"{_wanted_gain(world, n):+.2f}",
            f"{np.mean([_gain(line) < LEAST_GAIN for line in cell]):.0%}",
        ]
        for world, size, n, cell in _cells(lines)
    )
    return _table(title, (*HEAD, "r", "key", "gain", "reached", "target", "seeds that lose > .01"), rows)


def _wanted_gain(world: str, n: int) -> float:
    return GAINS.get(n, LEAST_GAIN) if world == "typical" else LEAST_GAIN


def _loss(line: Line) -> float:
    return float(line["log_loss"] - line["log_loss_base"])


def _calibration(title: str, lines: Lines) -> Iterator[str]:
    rows = []
    for world, size, n, cell in _cells(lines):
        error, slope, loss = _mean(cell, "error"), _mean(cell, "slope"), _mean(cell, _loss)
        worse = float(np.mean([_loss(line) > 0 for line in cell]))
        limit = WORSE.get(n)
        verdicts = [error.within(high=ERRORS.get(n, np.inf)), slope.within(*SLOPE) if n == 1000 else ""]
        verdicts += [loss.within(high=0.0), "" if limit is None else "yes" if worse <= limit else "NO"]
        own = _mean(cell, "error_own")
        rows.append([*_head(world, size, n, cell), own, *_paired((error, slope, loss, f"{worse:.0%}"), verdicts)])
    columns = (
        "error by own cut",
        "error",
        "reached",
        "slope",
        "reached",
        "log-loss less base",
        "reached",
        "seeds above base",
        "reached",
    )
    return _table(title, (*HEAD, *columns), rows)


def _paired(values: Sequence[object], verdicts: Sequence[str]) -> Iterator[object]:
    for value, verdict in zip(values, verdicts, strict=True):
        yield value
        yield verdict


def _coverage(title: str, lines: Lines) -> Iterator[str]:
    rows = []
    for world, size, n, cell in _cells(lines):
        mean = _mean(cell, "coverage")
        low, high = COVERAGE_OF_SEEDS
        inside = float(np.mean([low <= line["coverage"] <= high for line in cell]))
        verdict = ("yes" if inside >= 0.95 else "NO") if n >= 1000 else ""
        rows.append([*_head(world, size, n, cell), mean, mean.within(*COVERAGE), f"{inside:.0%}", verdict])
    return _table(title, (*HEAD, "coverage", "reached", "seeds within 87-93 %", "reached"), rows)


def _validity(title: str, lines: Lines) -> Iterator[str]:
    rows = []
    for world, size, n, cell in _cells([line for line in lines if "r_corrected" in line]):
        gap = _mean(cell, lambda line: _number(line["r_corrected"]) - line["truth"])
        verdict = gap.within(-VALIDITY_GAP, VALIDITY_GAP)
        rows.append([*_head(world, size, n, cell), _mean(cell, "r_corrected"), _mean(cell, "truth"), gap, verdict])
    return _table(title, (*HEAD, "corrected", "truth", "difference", "reached"), rows)


def _shift(title: str, lines: Lines) -> Iterator[str]:
    rows: list[list[object]] = []
    for world, size, n, cell in _cells([line for line in lines if "shift_tau" in line]):
        if (world, n) in {(row[0], row[2]) for row in rows}:
            continue  # one form is enough: ratings hardly depend on the instrument's size
        taus = [line["shift_tau"] for line in cell]
        within = all(line["shift_moved"] <= line["shift_unabsorbed"] + 1e-9 for line in cell)
        rows.append(
            [
                *_head(world, size, n, cell),
                _mean(cell, "shift_moved"),
                _mean(cell, "shift_unabsorbed"),
                "all" if within else "NOT all",
                f"{max(line['shift_gap'] for line in cell):.0e}",
                _mean(cell, "shift_tau"),
                f"{np.mean([tau >= LEAST_TAU for tau in taus]):.0%}",
            ]
        )
    columns = ("furthest moved", "unabsorbed", "within it", "gap to prediction", "tau", "seeds with tau >= .98")
    return _table(title, (*HEAD, *columns), rows)


def _permuted(title: str, lines: Lines) -> Iterator[str]:
    rows = []
    for world, size, n, cell in _cells([line for line in lines if "permuted_r" in line]):
        mean = _mean(cell, "permuted_r")
        verdict = "yes" if abs(mean.value) <= 2 * mean.error else "NO"
        rows.append([*_head(world, size, n, cell), mean, verdict])
    return _table(title, (*HEAD, "r within folds", "0 within two standard errors"), rows)


def _summary(title: str, lines: Lines) -> Iterator[str]:
    rows = (
        [
            *_head(world, size, n, cell),
            _mean(cell, "r"),
            _mean(cell, "key_r"),
            _mean(cell, _gain),
            _mean(cell, "error"),
            _mean(cell, "slope"),
            f"{np.mean([_loss(line) > 0 for line in cell]):.0%}",
            _mean(cell, "coverage"),
            _mean(cell, lambda line: _number(line.get("r_corrected")) - line["truth"]),
        ]
        for world, size, n, cell in _cells(lines)
    )
    columns = ("r", "key", "gain", "error", "slope", "seeds above base", "coverage", "corrected less truth")
    return _table(title, (*HEAD, *columns), rows)


def _seconds(title: str, lines: Lines) -> Iterator[str]:
    sizes = sorted({line["n"] for line in lines})
    rows = []
    for n in sizes:
        cell = [line for line in lines if line["n"] == n]
        rows.append([n, len(cell), _mean(cell, "cpu_fit"), _mean(cell, "cpu_validation"), _mean(cell, "cpu")])
    return _table(title, ("N", "companies", "fit alone", "cross-validation", "everything, simulation included"), rows)
