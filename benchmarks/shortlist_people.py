"""A vacancy with very many invented applicants, each with a score: written in bulk, as if they had come one by one."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import people, shortlists
from webapp.records import Applicant, Score, Sitting, Vacancy
from webapp.records.base import new_id, now, random_id
from webapp.records.names import CODE_LENGTH, LETTERS, fold, turned
from webapp.services.shortlist.cells import Cell
from webapp.services.shortlist.on_list import lock_state
from webapp.services.shortlist.stretches import draw_again
from webapp.services.shortlist.ties import keep_ties

FIRST = ("Ona", "Jonas", "Rūta", "Žydrė", "Анна", "Пётр", "Mary", "John", "Ieva", "Tomas", "Мария", "Иван", "Lina")
LAST = ("Petraitis", "Kazlauskienė", "Смирнова", "Smith", "Jones", "Žukas", "Орлов", "Baker", "Adams", "Kairys", "Ноев")
LANGUAGES = ("lt", "lt", "lt", "ru", "en")
CHUNK = 5_000
FAR = 3_141_592_653_589
"""No multiple of three, so that counting in such steps meets every code once."""
_numbers = count(1)


def vacancy_of(session: Session) -> Vacancy:
    owner = people.organisation(session, simulated=True)
    model = shortlists.model(session, shortlists.questionnaire(session, owner), sed=0.35)
    return shortlists.vacancy(session, model, target=100)


def add_people(session: Session, vacancy: Vacancy, number: int, seed: int = 0, *, placed: bool = False) -> None:
    """Write them; `placed`: as they stand once a worker has taken them onto the list, which is still to be drawn."""
    chance = random.Random(seed)
    for size in chunks(number):
        rows = [one(vacancy, chance, n) for n in range(size)]
        for person, sitting, score in rows if placed else ():
            cell = Cell(person["stage"], sitting["language"], bool(score["flags"])).number
            score |= {"listed_seq": 1, "cell": cell, "done_at": sitting["submitted_at"]}
        for table, place in ((Applicant, 0), (Sitting, 1), (Score, 2)):
            session.execute(insert(table.__table__), [row[place] for row in rows])  # type: ignore[arg-type]
        session.commit()


def draw_list(session: Session, vacancy: Vacancy) -> None:
    """The list of people who were written with their places."""
    state = lock_state(session, vacancy)
    state.seq, state.as_of = 1, now()
    session.flush()
    draw_again(session, state)
    keep_ties(session, state)
    session.commit()


def chunks(number: int) -> Iterator[int]:
    for start in range(0, number, CHUNK):
        yield min(CHUNK, number - start)


def another_code() -> str:
    """Never the same twice: of a million that are drawn by lot two are alike in one of fifteen runs."""
    number, code = next(_numbers) * FAR % len(LETTERS) ** CODE_LENGTH, ""
    for _place in range(CODE_LENGTH):
        number, place = divmod(number, len(LETTERS))
        code += LETTERS[place]
    return code


def one(vacancy: Vacancy, chance: random.Random, _n: int) -> Sequence[dict[str, Any]]:
    person, sitting, owner = new_id(), new_id(), vacancy.organisation_id
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}{chance.randrange(10_000)}"
    language, score = chance.choice(LANGUAGES), chance.gauss(3.2, 0.5)
    done = now() - dt.timedelta(seconds=chance.randrange(60 * 86_400))
    return (
        {
            "organisation_id": owner,
            "id": person,
            "vacancy_id": vacancy.id,
            "name": name,
            "name_folded": fold(name),
            "name_turned": turned(name),
            "code": another_code(),
            "email": f"{person.hex}@example.org",
            "language": language,
            "source": "list",
            "state": "done",
            "stage": 0 if chance.random() < 0.98 else 1,
            "created_at": done,
        },
        {
            "organisation_id": owner,
            "id": sitting,
            "applicant_id": person,
            "questionnaire_id": vacancy.questionnaire_id,
            "form": vacancy.form,
            "language": language,
            "state": "submitted",
            "purpose": "selection",
            "seed": 1,
            "submitted_at": done,
            "receipt_code": uuid.uuid4().hex[:12],
            "created_at": done,
        },
        {
            "organisation_id": owner,
            "id": random_id(),
            "sitting_id": sitting,
            "vacancy_id": vacancy.id,
            "applicant_id": person,
            "model_version_id": vacancy.model_version_id,
            "score": score,
            "key_total": 0.5,
            "p_top_third": min(0.97, max(0.02, score / 6)),
            "expected_rating": score,
            "lower_90": score - 0.9,
            "upper_90": score + 0.9,
            "flags": [] if chance.random() < 0.9 else ["longstring", "speed"],
            "left_out": [],
            "answers_hash": "0" * 64,
            "scoring_identity": "0" * 64,
            "texts_identity": "0" * 64,
            "created_at": done,
        },
    )
