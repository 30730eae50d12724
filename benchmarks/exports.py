"""A list of a million as CSV and XLSX: how quickly it is written, and whether memory stays flat.

    python -m benchmarks.exports FOLDER [--people 100000 1000000] [--xlsx 100000] [--databases sqlite] [--keep]

Each list is written as the worker writes it: from one moment of the database into a file. The highest memory of the
process is asked of the kernel, anew for each file, and told beside what the process held before; a smaller list stands
beside the large one, so that growth would be seen. Applicants are invented; no answers are needed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from benchmarks.rescoring import forget_peak, peak, site
from benchmarks.shortlist import tidy
from benchmarks.shortlist_people import add_people, draw_list, vacancy_of
from benchmarks.sitting import Address, databases
from webapp.extensions import db
from webapp.jobs import runtime
from webapp.records import Vacancy
from webapp.services.exports.make_file import make_file
from webapp.services.exports.view import View, Wish, one_moment

FLAT_MEGABYTES = 50
ME = Path("/proc/self/status")


def main() -> None:
    """Write files of lists of each size and print a table."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    flat = True
    try:
        for kind in options.databases:
            with databases(kind, options.folder) as address:
                flat &= measure(kind, address, options)
    finally:
        if not options.keep:
            shutil.rmtree(options.folder)
    sys.exit(not flat)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--xlsx", type=int, default=100_000, help="the longest list that is written as XLSX too")
    parser.add_argument("--databases", nargs="+", default=["sqlite"], choices=["sqlite", "postgres"])
    parser.add_argument("--keep", action="store_true", help="leave what was written")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    return options


def measure(kind: str, address: Address, options: argparse.Namespace) -> bool:
    """Whether the longest list took no more memory than the shortest, but for some megabytes."""
    grown: dict[str, list[float]] = {}
    for number in sorted(options.people):
        runtime.enter(site(address(f"list_{number}"), options.folder / f"instance-{kind}-{number}"))
        vacancy = filled(number)
        tidy(kind)
        for ending in ("csv", "xlsx"):
            if ending == "csv" or number <= options.xlsx:
                grown.setdefault(ending, []).append(written(kind, vacancy, ending, options.folder / "file"))
        db.dispose()
    return all(max(each) - min(each) < FLAT_MEGABYTES for each in grown.values())


def filled(number: int) -> Vacancy:
    """A list on which everybody has a place."""
    with db.scope() as session:
        vacancy = vacancy_of(session)
        session.commit()
        add_people(session, vacancy, number, placed=True)
        draw_list(session, vacancy)
        return vacancy


def written(kind: str, vacancy: Vacancy, ending: str, file: Path) -> float:
    """Megabytes by which the process grew at most while it wrote the list."""
    forget_peak()
    before, started = peak(ME), time.perf_counter()
    with runtime.work_scope() as session:
        one_moment(session)
        view = View(session, vacancy.organisation_id, Wish(vacancy.id, ending, "en", {}))
        people = make_file(view, file)
    seconds, grew = time.perf_counter() - started, peak(ME) - before
    size = file.stat().st_size / 2**20
    print(
        f"{kind} {ending}: {people:,} people in {seconds:.1f} s, {people / seconds:,.0f} a second, {size:.0f} MB; "
        f"memory {before:.0f} MB and {grew:.0f} more",
        flush=True,
    )
    return grew


if __name__ == "__main__":
    main()
