"""What the measured lines say, held against the targets of the design: tables in markdown.

A cell is the mean over seeds, plus or minus two standard errors, with its verdict where a target is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from benchmarks import engine_targets as target
from benchmarks.engine_targets import MAIN_WORLDS, TARGETS, Cell, Line, Mean, cells

Lines = Sequence[Line]
HEAD = ("world", "form", "N", "seeds")


def tables(lines: Lines) -> Iterator[str]:
    """Yield every table."""
    main = [line for line in lines if line["world"] in MAIN_WORLDS]
    further = [line for line in lines if line["world"] not in MAIN_WORLDS]
    yield from _in_short("The targets in short (simulated)", main)
    yield from _gains("1. Gain over the key: correlation with the true trait of new people (simulated)", main)
    yield from _calibration("2. Calibration of the probability of the top third (simulated)", main)
    yield from _coverage("3. Coverage of the 90 % interval (simulated)", main)
    yield from _validity("5. Validity as the report corrects it, and the true one (simulated)", main)
    yield from _shift("Canary: one rater, the busiest, raises all ratings by 1 (simulated)", main)
    yield from _permuted("Canary: ratings dealt out at random (simulated)", main)
    if further:
        yield from _summary("The further worlds: the typical one with one trouble each (simulated)", further)
    yield from _seconds("Processor seconds of one company", lines)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(str(cell) for cell in row) + " |"
    yield ""


def _head(cell: Cell) -> list[object]:
    return [cell.world, cell.size, cell.n, len(cell.lines)]


def _in_short(title: str, lines: Lines) -> Iterator[str]:
    """Say of each target in how many cells it is met, and name the others."""
    rows = []
    for name, figure, judge in TARGETS:
        judged = [(cell, judge(cell)) for cell in cells(lines, having=figure)]
        known = [(cell, found) for cell, found in judged if found.verdict]
        missed = [f"{cell} ({found.text})" for cell, found in known if found.verdict.startswith("NO")]
        rows.append([name, f"{len(known) - len(missed)} of {len(known)}", "; ".join(missed) or "-"])
    return _table(title, ("target", "met in", "missed in"), rows)


def _gains(title: str, lines: Lines) -> Iterator[str]:
    rows = (
        [
            *_head(cell),
            cell.mean("r"),
            cell.mean("key_r"),
            target.gain(cell),
            f"{target.wanted_gain(cell):+.2f}",
            f"{cell.share(lambda line: target.gain_of(line) < target.LEAST_GAIN):.0%}",
        ]
        for cell in cells(lines)
    )
    return _table(title, (*HEAD, "r", "key", "gain", "target", "seeds that lose > .01"), rows)


def _calibration(title: str, lines: Lines) -> Iterator[str]:
    rows = (
        [
            *_head(cell),
            target.error(cell),
            cell.mean("error_own"),
            target.slope(cell),
            target.loss(cell),
            target.worse(cell),
        ]
        for cell in cells(lines)
    )
    columns = ("error", "error by own cut", "slope", "log-loss less base", "seeds above base")
    return _table(title, (*HEAD, *columns), rows)


def _coverage(title: str, lines: Lines) -> Iterator[str]:
    rows = ([*_head(cell), target.coverage(cell), target.covered(cell)] for cell in cells(lines))
    return _table(title, (*HEAD, "coverage", "seeds within 87-93 %"), rows)


def _validity(title: str, lines: Lines) -> Iterator[str]:
    rows = (
        [*_head(cell), cell.mean("r_corrected"), cell.mean("truth"), target.validity(cell)]
        for cell in cells(lines, having="r_corrected")
    )
    return _table(title, (*HEAD, "corrected", "truth", "difference"), rows)


def _shift(title: str, lines: Lines) -> Iterator[str]:
    rows: list[list[object]] = []
    for cell in cells(lines, having="shift_tau"):
        if (cell.world, cell.n) in {(row[0], row[2]) for row in rows}:
            continue  # one form is enough: ratings hardly depend on the instrument's size
        rows.append(
            [
                *_head(cell),
                cell.mean("shift_moved"),
                cell.mean("shift_unabsorbed"),
                target.shift_within(cell),
                f"{max(cell.values('shift_gap')):.0e}",
                target.shift_tau(cell),
                f"{cell.share(lambda line: line['shift_tau'] >= target.LEAST_TAU):.0%}",
            ]
        )
    columns = ("furthest moved", "unabsorbed", "seeds within it", "gap to prediction", "tau", "seeds with tau >= .98")
    return _table(title, (*HEAD, *columns), rows)


def _permuted(title: str, lines: Lines) -> Iterator[str]:
    rows = ([*_head(cell), target.permuted(cell)] for cell in cells(lines, having="permuted_r"))
    return _table(title, (*HEAD, "r within folds, 0 within two standard errors"), rows)


def _summary(title: str, lines: Lines) -> Iterator[str]:
    rows = (
        [
            *_head(cell),
            cell.mean("r"),
            cell.mean("key_r"),
            cell.mean(target.gain_of),
            cell.mean("error"),
            cell.mean("slope"),
            f"{cell.share(lambda line: target.loss_of(line) > 0):.0%}",
            cell.mean("coverage"),
            cell.mean(target.gap_of),
        ]
        for cell in cells(lines)
    )
    columns = ("r", "key", "gain", "error", "slope", "seeds above base", "coverage", "corrected less truth")
    return _table(title, (*HEAD, *columns), rows)


def _seconds(title: str, lines: Lines) -> Iterator[str]:
    rows = []
    for n in sorted({line["n"] for line in lines}):
        here = [line for line in lines if line["n"] == n]
        spent = (Mean.of(target.number(line.get(name, np.nan)) for line in here) for name in _SECONDS)
        rows.append([n, len(here), *spent])
    return _table(title, ("N", "companies", "fit alone", "cross-validation", "everything, simulation included"), rows)


_SECONDS = ("cpu_fit", "cpu_validation", "cpu")
