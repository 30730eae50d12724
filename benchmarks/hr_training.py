"""A training run at size, through the real worker on SQLite: 10,000 rated staff, every report, stage by stage.

    python -m benchmarks.hr_training [--staff 10000] [--competences 1] [--languages 3]

A company of invented people is filled in, a worker is started as people start it, and a run is asked for. Told are the
seconds of each stage on the clock and of the processor, the latter also as a multiple of one bare fit on these people
(made first, in a process of its own), and the most memory that the worker held. Goal: within 90 s on two cores and
2 GB. On a machine that others use, the processor's seconds are what counts. Run with OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import insert

from benchmarks.sitting_site import CLOCK_TICKS
from models.training import NO_FIGURES, fit, prepare
from questionnaires.answers import AnswerSheet
from questionnaires.loading import load_text
from scoring.ratings import Rating as RatingValue
from scoring.simulation.company import simulate
from webapp import create_app, migrate
from webapp.config import Settings, read_settings
from webapp.extensions import db, make_engine
from webapp.records import Job, Rating
from webapp.records.base import new_id, now
from webapp.services.fill_demo import Sat, add_sittings, add_staff
from webapp.services.install_company import install_company, publish
from webapp.services.job_progress import OPEN
from webapp.services.start_training import start_training

ROOT = Path(__file__).parents[1]
GOAL_SECONDS, GOAL_GB = 90.0, 2.0
LANGUAGES = ("en", "lt", "ru")


class Invented(NamedTuple):
    """Invented people of a company, their answers and the ratings of them."""

    text: str
    sheets: list[AnswerSheet]
    ratings: list[RatingValue]


def invented(staff: int, competences: int) -> Invented:
    """The typical world, each rating given once for every competence."""
    simulation = simulate("typical", staff, 0, 0, rating_scale=(1, 5))
    names = [f"c{k}" for k in range(competences)] if competences > 1 else [None]
    ratings = [each._replace(competence=name) for each in simulation.rating_list() for name in names]
    return Invented(simulation.questionnaire_text(), simulation.staff_sheets(), ratings)


def bare_fit(staff: int, competences: int) -> str:
    """Seconds of the processor to prepare and to fit once, on everybody, without any report."""
    given = invented(staff, competences)
    questionnaire = load_text(given.text)
    start = time.process_time()
    prepared = prepare(questionnaire, given.sheets, given.ratings)
    ready = time.process_time()
    fit(prepared, NO_FIGURES)
    return f"{ready - start:.2f} {time.process_time() - ready:.2f}"


def in_a_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def installed(folder: Path) -> Settings:
    """An empty installation on SQLite."""
    url = f"sqlite:///{folder / 'measured.sqlite'}"
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    settings = read_settings({}, instance=folder, database_url=url, secret_key="x" * 40)
    create_app(settings, testing=True)
    return settings


def filled(given: Invented, languages: int) -> tuple[uuid.UUID, uuid.UUID]:
    """A company with these people; its id and its questionnaire's."""
    questionnaire = load_text(given.text)
    started = now() - dt.timedelta(days=3)
    with db.scope(), db.transaction() as session:
        company = install_company(session, "Measured", simulated=True)
        row = publish(session, company.id, questionnaire)
        ids = add_staff(session, company, given.sheets)
        session.execute(insert(Rating), [row_of(company.id, ids[each.ratee], each) for each in given.ratings])
        form = questionnaire.forms[0].id
        sat = [
            Sat(company.id, row.id, form, sheet, LANGUAGES[n % languages], started, True, None, ids[sheet.person])
            for n, sheet in enumerate(given.sheets)
        ]
        add_sittings(session, questionnaire, sat)
        return company.id, row.id


def row_of(owner: uuid.UUID, ratee: uuid.UUID, given: RatingValue) -> dict[str, object]:
    return {
        "organisation_id": owner,
        "id": new_id(),
        "ratee_id": ratee,
        "rater_code": given.rater,
        "competence": given.competence,
        "value": given.rating,
        "scale_min": 1.0,
        "scale_max": 5.0,
    }


@contextmanager
def worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as people start it."""
    told = {
        "MAKINGS_INSTANCE": str(settings.instance),
        "MAKINGS_DATABASE_URL": settings.database_url,
        "MAKINGS_JOBS_DATABASE_URL": settings.jobs_database_url,
        "MAKINGS_SECRET_KEY": settings.secret_key,
    }
    process = subprocess.Popen([sys.executable, "-m", "webapp", "worker"], env={**os.environ, **told}, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def processor_seconds(pid: int) -> float:
    """Of the process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11:15]) / CLOCK_TICKS


def peak_gb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e6


def run(settings: Settings, owner: uuid.UUID, questionnaire_id: uuid.UUID, bare: float) -> bool:
    """Ask for a run, wait for its end and tell what it took; whether the goals are met."""
    with worker(settings) as process:
        wait_for_the_worker(settings, process)
        with db.scope(), db.transaction() as session:
            job_id = start_training(session, owner, questionnaire_id).id
        watched = Watched(process)
        job = watched.to_the_end(owner, job_id)
        memory = peak_gb(process.pid)
    assert job.state == "done", (job.state, job.result)
    watched.tell(bare)
    seconds, spent = watched.whole
    print(f"whole run, from the button to the end: {seconds:.1f} s on the clock, {spent:.1f} s of processor", end="")
    print(f", memory of the worker at most {memory:.2f} GB")
    return seconds <= GOAL_SECONDS and memory <= GOAL_GB


def wait_for_the_worker(settings: Settings, process: subprocess.Popen[bytes]) -> None:
    """Its start is no part of a run."""
    while not any(settings.instance.glob("*.lock")) and process.poll() is None:
        time.sleep(0.1)
    time.sleep(5.0)


class Watched:
    """A worker's clock and processor at each change of a run's stage."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.marks: list[tuple[str, float, float]] = []
        self.mark("queued")

    def mark(self, stage: str) -> None:
        self.marks.append((stage, time.perf_counter(), processor_seconds(self.process.pid)))

    def to_the_end(self, owner: uuid.UUID, job_id: uuid.UUID) -> Job:
        while True:
            with db.scope() as session:
                job = session.get_one(Job, (owner, job_id))
            if job.stage and job.stage != self.marks[-1][0]:
                self.mark(job.stage)
            if job.state not in OPEN:
                self.mark("end")
                return job
            assert self.process.poll() is None, "the worker died"
            time.sleep(0.1)

    @property
    def whole(self) -> tuple[float, float]:
        return self.marks[-1][1] - self.marks[0][1], self.marks[-1][2] - self.marks[0][2]

    def tell(self, bare: float) -> None:
        for (stage, start, busy), (_next, end, later) in pairwise(self.marks):
            spent = later - busy
            print(f"{stage:<12}{end - start:9.1f} s{spent:9.1f} s of processor{spent / bare:9.1f} bare fits")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="A training run at size, through the real worker on SQLite.")
    parser.add_argument("--staff", type=int, default=10_000)
    parser.add_argument("--competences", type=int, default=1)
    parser.add_argument("--languages", type=int, default=3, choices=(1, 2, 3))
    options = parser.parse_args(arguments)
    call = f"bare_fit({options.staff}, {options.competences})"
    joined, bare = map(float, in_a_process(f"from benchmarks.hr_training import *; print({call})").split())
    print(f"bare: joining answers to ratings {joined:.1f} s, one fit {bare:.1f} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = installed(Path(folder))
        given = invented(options.staff, options.competences)
        where = filled(given, options.languages)
        print(f"{len(given.sheets)} staff who answered, {len(given.ratings)} ratings", flush=True)
        met = run(settings, *where, bare)
        db.dispose()
    print(f"goal of {GOAL_SECONDS:.0f} s and {GOAL_GB:.0f} GB: {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
