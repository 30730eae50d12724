"""Invented applicants with two dozen saved answers each: a few hundred people's sheets, copied inside the database."""

from __future__ import annotations

import json
import random
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.shortlist_people import add_people
from models import training as learning
from questionnaires import shelf
from questionnaires.answers import AnswerSheet
from tests.factories import item_desk
from tests.factories import training as companies
from tests.factories.item_desk import Desk
from webapp.records import ModelVersion, Vacancy
from webapp.services.install_company import add_model

SHEETS = 500
GAPS = (0.0, 0.0, 0.0, 0.1, 0.4)
SQLITE = """
    INSERT INTO answer
        (organisation_id, id, sitting_id, item_id, value, skipped, revision, language, saved_at, created_at)
    SELECT s.organisation_id, printf('%032x', s.n * 64 + t.place), s.id, t.item, t.value, 0, 1, s.language,
           s.submitted_at, s.submitted_at
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM sitting) AS s
    JOIN sheet AS t ON t.number = s.n % :sheets ORDER BY s.n, t.place
"""
POSTGRES = (
    SQLITE.replace("printf('%032x', s.n * 64 + t.place)", "lpad(to_hex(s.n * 64 + t.place), 32, '0')::uuid")
    .replace("t.value, 0,", "t.value::jsonb, false,")
    .replace("s.n % :sheets", "(s.n % :sheets)::int")
)


def company(session: Session) -> Desk:
    """With a model trained on simulated staff, which is to be moved to."""
    return item_desk.desk(session)


def filled(session: Session, desk: Desk, number: int) -> Vacancy:
    """A vacancy on the key, with so many people who sent their answers and stand on its list."""
    by_key = learning.key_only(shelf.get(companies.INSTRUMENT), form_id="A")
    vacancy = desk.vacancy(model_version_id=add_model(session, desk.asked, "A", by_key).id)
    session.commit()
    add_people(session, vacancy, number)
    _add_answers(session, seed=1)
    return vacancy


def another_model(session: Session, desk: Desk) -> ModelVersion:
    return add_model(session, desk.asked, "A", item_desk.learned())


def _add_answers(session: Session, seed: int) -> None:
    postgres = session.get_bind().dialect.name == "postgresql"
    session.execute(text("CREATE TABLE sheet (number integer, place integer, item varchar(100), value text)"))
    session.execute(text("INSERT INTO sheet VALUES (:number, :place, :item, :value)"), _sheets(seed))
    session.execute(text("CREATE INDEX sheet_number ON sheet (number)"))
    session.execute(text(POSTGRES if postgres else SQLITE), {"sheets": SHEETS})
    session.execute(text("DROP TABLE sheet"))
    session.commit()


def _sheets(seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    staff = companies.simulated().staff_sheets()
    return [row for number in range(SHEETS) for row in _rows(number, staff[number % len(staff)], chance)]


def _rows(number: int, sheet: AnswerSheet, chance: random.Random) -> list[dict[str, Any]]:
    """Each of the few hundred is a mixture of answers that simulated staff gave, some with gaps."""
    gaps = chance.choice(GAPS)
    return [
        {"number": number, "place": place, "item": item, "value": json.dumps(_mixed(answer, chance))}
        for place, (item, answer) in enumerate(sheet.answers.items())
        if chance.random() >= gaps
    ]


def _mixed(answer: Any, chance: random.Random) -> dict[str, Any]:
    given = dict(answer)
    if chance.random() < 0.3:
        given["best"], given["worst"] = given["worst"], given["best"]
    return given
