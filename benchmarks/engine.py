"""The engine in simulated worlds, where the truth is known: every target of the design, with intervals.

    python -m benchmarks.engine --out lines.jsonl [--worlds typical strong] [--sizes 8x3] [--staff 60 200] [--seeds 20]
    python -m benchmarks.engine --out lines.jsonl --tables
    python -m benchmarks.engine --full 200 10000

Each company that was measured is a JSON line in the output file; a rerun goes on from there. Without further
arguments: the three main worlds, both instrument sizes, 50 to 10,000 staff, 100 seeds up to N = 200, 30 at 1,000 and
10 at 10,000, about 40 minutes on one core; ``--worlds further`` measures the further worlds. ``--full`` times whole
training runs with their validation reports instead. What is measured is defined in `benchmarks/engine_runs.py`;
severity beside lme4 is `python -m benchmarks.severity`. Run with OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from itertools import product
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks.engine_runs import NEWCOMERS, PERMUTED_IN, Group, run_group
from benchmarks.engine_tables import tables
from benchmarks.engine_targets import MAIN_WORLDS
from models.training import train
from questionnaires.loading import load_text
from scoring.simulation.company import simulate
from scoring.simulation.worlds import WORLDS

ROOT = Path(__file__).parents[1]
STAFF = (50, 60, 120, 200, 1000, 10_000)
ONLY_PERMUTED = 120
"""A size that is there for the canary of permuted ratings, in one world."""
FURTHER_STAFF = (200, 1000)
SIZES = ("6x4", "8x3")
BLOCK = 5
"""Seeds are measured in blocks, all worlds and sizes in turn, so that what is there early is balanced."""


def seeds_for(n: int, further: bool) -> int:
    """How many seeds a number of staff is measured with."""
    if n <= 200:
        return 30 if further else 100
    if n <= 1000:
        return 10 if further else 30
    return 10


def _seeds_of(world: str, n: int, further: bool) -> int:
    return 0 if n == ONLY_PERMUTED and world != PERMUTED_IN else seeds_for(n, further)


def main() -> None:
    """Measure what is not there yet, then print the tables."""
    options = _options()
    if options.full:
        for n in options.full:
            print(time_in_a_process(n))
        return
    done = read_lines(options.out)
    if not options.tables:
        _end_the_last_line(options.out)
        code = code_digest()
        for line in measure(list(outstanding(options, done)), options.jobs):
            line["code"] = code
            done.append(line)
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
    states = {line.get("code") for line in done}
    if len(states) > 1:
        print(f"Measured on {len(states)} states of the code; delete the file to measure all anew.\n")
    print("\n".join(tables(done)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("engine_lines.jsonl"), help="where the lines go; continued")
    parser.add_argument("--worlds", nargs="+", default=list(MAIN_WORLDS), choices=[*WORLDS, "further"])
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), help="facets x items per facet")
    parser.add_argument("--staff", nargs="+", type=int, help="numbers of rated staff")
    parser.add_argument("--seeds", type=int, default=100, help="at most so many seeds")
    parser.add_argument("--newcomers", type=int, default=NEWCOMERS, help="new people per company")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--tables", action="store_true", help="measure nothing, print the tables")
    parser.add_argument("--full", nargs="+", type=int, help="time whole training runs with so many staff")
    options = parser.parse_args()
    options.further = options.worlds == ["further"]
    if options.further:
        options.worlds = [name for name in WORLDS if name not in MAIN_WORLDS]
    options.staff = options.staff or (FURTHER_STAFF if options.further else STAFF)
    return options


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read what was measured before; a last line that was cut off in writing is left out."""
    found = []
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            found.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return found


def _end_the_last_line(path: Path) -> None:
    """Begin a new line after one that was cut off, so that it spoils no further one."""
    if path.exists() and not path.read_bytes().endswith(b"\n"):
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")


def outstanding(options: argparse.Namespace, done: Iterable[dict[str, Any]]) -> Iterator[Group]:
    """Yield the groups that are still to measure, in blocks of seeds."""
    there = {(line["world"], line["size"], line["n"], line["seed"]) for line in done}
    for first in range(0, options.seeds, BLOCK):
        for world, size in product(options.worlds, options.sizes):
            for seed in range(first, min(first + BLOCK, options.seeds)):
                staff = tuple(
                    n
                    for n in options.staff
                    if seed < _seeds_of(world, n, options.further) and (world, size, n, seed) not in there
                )
                facets, items = (int(part) for part in size.split("x"))
                if staff:
                    yield Group(world, facets, items, seed, staff, options.newcomers)


def measure(groups: Sequence[Group], jobs: int) -> Iterator[dict[str, Any]]:
    """Run the groups, in as many processes as asked for, and yield lines as they come."""
    if jobs == 1:
        for group in groups:
            yield from run_group(group)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for lines in pool.map(run_group, groups):
            yield from lines


def code_digest() -> str:
    """Digest everything that decides what is measured, so that lines of different code are told apart."""
    found = sha256()
    for path in sorted(p for folder in ("scoring", "models", "questionnaires") for p in (ROOT / folder).rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:8]


def time_in_a_process(n: int) -> str:
    """Time a whole training run in a process of its own, for its peak of memory."""
    code = f"from benchmarks.engine import time_training; print(time_training({n}))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout


def time_training(n: int, seed: int = 0) -> str:
    """Train on n staff of the typical world with the full validation report; say seconds and memory."""
    simulation = simulate("typical", n, 0, seed)
    questionnaire = load_text(simulation.questionnaire_text())
    sheets, ratings = simulation.staff_sheets(), simulation.rating_list()
    before, wall, cpu = _peak(), perf_counter(), process_time()
    train(questionnaire, sheets, ratings, seed=seed)
    took, spent = perf_counter() - wall, process_time() - cpu
    return (
        f"N = {n}, typical world, 8x3, full report: {took:.1f} s on the clock, {spent:.1f} s of processor, "
        f"memory at most {_peak():.2f} GB ({before:.2f} before)"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    main()
