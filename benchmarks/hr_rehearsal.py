"""A rehearsal over 100,000 applicants of five open vacancies, each with 24 answers: goal 30 s.

Run `python -m benchmarks.hr_rehearsal [people] [database address]`. Without an address a SQLite file is made and thrown
away; with one, such as that of an empty PostgreSQL database, the rows are made there (and kept). The whole rehearsal
is set beside reading the same rows without scoring anybody, and its memory is measured. Everybody is invented.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.orm import Session

from models import training
from models.trained import TrainedModel
from questionnaires import shelf
from questionnaires.answers import AnswerSheet
from scoring.simulation.company import simulate_on
from webapp import create_app, migrate
from webapp.config import read_settings
from webapp.extensions import db, make_engine
from webapp.records import Answer, Applicant, ModelVersion, Score, Sitting, Vacancy
from webapp.records.base import new_id, now
from webapp.services.find_questionnaire import find_questionnaire
from webapp.services.install_company import add_model, install_company
from webapp.services.promotion.vacancies import movable_vacancies
from webapp.services.read_models import find_model
from webapp.services.rehearsal.read_people import read_chunks
from webapp.services.rehearsal.rehearse import rehearse

PEOPLE, VACANCIES, DIFFERENT, STAFF = 100_000, 5, 2000, 200
LANGUAGES = ("en", "ru", "lt")
GOAL_SECONDS = 30
AT_ONCE = 500
INSTRUMENT = shelf.get("customer-orientation")
Rows = list[dict[str, Any]]


def main(people: int = PEOPLE, url: str = "") -> None:
    with tempfile.TemporaryDirectory(prefix="makings-rehearsal-") as folder:
        measure(Path(folder), people, url or f"sqlite:///{folder}/measured.sqlite")


def measure(folder: Path, people: int, url: str) -> None:
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    create_app(read_settings({}, instance=folder, database_url=url, secret_key="x" * 40), testing=True)
    started = time.perf_counter()
    with db.scope(), db.transaction() as session:
        owner, model = there(session) or fill(session, people)
    with db.scope(), db.transaction() as session:
        # As a database does by itself in time, so that its plans fit the rows.
        session.execute(text("ANALYZE"))
    print(f"{people} applicants made in {time.perf_counter() - started:.0f} s")
    for _ in range(3):
        report(owner, model)


def there(session: Session) -> tuple[uuid.UUID, uuid.UUID] | None:
    """What an earlier measuring has left in this database."""
    newest = session.scalars(select(ModelVersion).order_by(ModelVersion.number.desc()).limit(1)).first()
    return (newest.organisation_id, newest.id) if newest else None


def report(owner: uuid.UUID, model: uuid.UUID) -> None:
    reading, reading_busy, _ = timed(read_alone, owner, model)
    whole, busy, found = timed(rehearsed, owner, model)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = "within" if whole <= GOAL_SECONDS else "MISSES"
    print(f"rehearsal {whole:.1f} s ({busy:.1f} s of processor), {verdict} {GOAL_SECONDS} s; {found} people")
    print(f"reading alone {reading:.1f} s ({reading_busy:.1f} s), ratio {busy / reading_busy:.2f}; {memory:.0f} MB")


def timed(work: Any, *ids: uuid.UUID) -> tuple[float, float, Any]:
    """Seconds by the clock and of this process's processor time, and what came of it."""
    started, busy = time.perf_counter(), time.process_time()
    found = work(*ids)
    return time.perf_counter() - started, time.process_time() - busy, found


def read_alone(owner: uuid.UUID, model: uuid.UUID) -> int:
    with db.scope() as session:
        version = find_model(session, owner, model)
        rows = [read_chunks(session, vacancy) for vacancy in movable_vacancies(session, version)]
        return sum(len(chunk) for each in rows for chunk in each)


def rehearsed(owner: uuid.UUID, model: uuid.UUID) -> int:
    with db.scope() as session:
        return int(rehearse(session, owner, model, lambda _fraction: None).figures["people"])


def fill(session: Session, people: int) -> tuple[uuid.UUID, uuid.UUID]:
    """A company with two trained models, the vacancies on the first of them; returns it and the second model."""
    company = install_company(session, "Measured", simulated=True)
    asked = find_questionnaire(session, company.id, INSTRUMENT.name, INSTRUMENT.version)
    first, second = (trained(seed) for seed in (1, 2))
    serving, candidate = (add_model(session, asked, "A", each) for each in (first, second))
    sheets = simulate_on(INSTRUMENT, "typical", 10, DIFFERENT, 5, form_id="A").applicant_sheets()
    scores = [each.score for each in first.score(sheets)]
    vacancies = [vacancy(session, serving, number) for number in range(VACANCIES)]
    for rows in people_of(vacancies, sheets, scores, people):
        keep(session.connection(), rows)
    return company.id, candidate.id


def trained(seed: int) -> TrainedModel:
    company = simulate_on(INSTRUMENT, "typical", STAFF, 10, seed, form_id="A", rating_scale=(1, 5))
    prepared = training.prepare(INSTRUMENT, company.staff_sheets(), company.rating_list(), form_id="A")
    return training.fit(prepared, dict(training.NO_FIGURES))


def vacancy(session: Session, model: ModelVersion, number: int) -> Vacancy:
    row = Vacancy(
        organisation_id=model.organisation_id,
        title=f"Measured {number}",
        questionnaire_id=model.questionnaire_id,
        form="A",
        model_version_id=model.id,
        languages=list(LANGUAGES),
        target=200,
    )
    session.add(row)
    session.flush()
    return row


def people_of(
    vacancies: list[Vacancy], sheets: list[AnswerSheet], scores: list[float | None], people: int
) -> Iterator[dict[Any, Rows]]:
    """Rows of all tables, some hundreds of people at once."""
    for start in range(0, people, AT_ONCE):
        rows: dict[Any, Rows] = {Applicant: [], Sitting: [], Answer: [], Score: []}
        for number in range(start, min(start + AT_ONCE, people)):
            place, which = vacancies[number % len(vacancies)], number % len(sheets)
            add_person(rows, place, sheets[which], scores[which], number)
        yield rows


def add_person(rows: dict[Any, Rows], place: Vacancy, sheet: AnswerSheet, score: float | None, number: int) -> None:
    owner = {"organisation_id": place.organisation_id}
    person, sitting, moment = new_id(), new_id(), now()
    rows[Applicant].append(
        owner
        | {"id": person, "vacancy_id": place.id, "name": f"P {number}", "email": f"p{number}@example.org"}
        | {"state": "done"}
    )
    rows[Sitting].append(
        owner
        | {"id": sitting, "applicant_id": person, "questionnaire_id": place.questionnaire_id, "form": "A"}
        | {"language": LANGUAGES[number % 3], "state": "submitted", "submitted_at": moment, "seed": 1}
    )
    rows[Answer] += [
        owner | {"id": new_id(), "sitting_id": sitting, "item_id": item, "value": dict(value), "saved_at": moment}
        for item, value in sheet.answers.items()
    ]
    of = {"sitting_id": sitting, "vacancy_id": place.id, "applicant_id": person}
    by: dict[str, Any] = {"model_version_id": place.model_version_id, "score": score, "flags": []}
    seals = {"answers_hash": "0" * 64, "scoring_identity": "0" * 64, "texts_identity": "0" * 64}
    rows[Score].append(owner | {"id": new_id()} | of | by | seals)


def keep(connection: Connection, rows: dict[Any, Rows]) -> None:
    for table in (Applicant, Sitting, Answer, Score):
        connection.execute(insert(table), rows[table])


if __name__ == "__main__":
    main(*(int(each) if each.isdigit() else each for each in sys.argv[1:]))  # type: ignore[arg-type]
