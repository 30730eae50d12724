"""What the site scores is what was answered: not when, not in what order, not where on the screen."""

from __future__ import annotations

import datetime as dt
from functools import cache

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.trained import TrainedModel
from models.training import fit, prepare
from questionnaires import shelf
from questionnaires.answers import AnswerSheet
from tests.factories import sittings
from tests.factories.training import INSTRUMENT, simulated
from webapp.records import Answer, AnswerRevision, Applicant, Score, Sitting
from webapp.services.save_answer import GivenAnswer, save_answer
from webapp.services.score_sitting import score_sitting

FIGURES = ("score", "p_top_third", "expected_rating", "lower_90", "upper_90", "key_total", "flags")


@cache
def model() -> TrainedModel:
    simulation = simulated()
    return fit(prepare(shelf.get(INSTRUMENT), simulation.staff_sheets(), simulation.rating_list(), form_id="A"), {})


def sat(session: Session, client: FlaskClient, place: sittings.Invited, order: int) -> Sitting:
    """A sitting that was begun and is open."""
    base = sittings.walk_in(client, place, "lt" if order < 0 else "en")
    session.rollback()
    sitting = session.scalars(select(Sitting).where(Sitting.applicant_id == place.applicant.id)).one()
    assert base.endswith(str(sitting.id))
    return sitting


def answer(session: Session, sitting: Sitting, sheet: AnswerSheet, order: int) -> None:
    """Save every answer, forwards or backwards, the options shown in one order or the other."""
    for name in sorted(sheet.answers)[::order]:
        shown = [option.id for option in shelf.get(INSTRUMENT).item(name).options][::order]
        fields = dict(list(sheet.answers[name].items())[::order])
        save_answer(session, sitting.organisation_id, sitting.id, GivenAnswer(name, fields, 0, shown))


def took(session: Session, sitting: Sitting, seconds: float, saved_at: dt.datetime) -> None:
    """Put times on record."""
    own = AnswerRevision.sitting_id == sitting.id
    session.execute(update(AnswerRevision).where(own).values(seconds=seconds, saved_at=saved_at))
    session.execute(update(Answer).where(Answer.sitting_id == sitting.id).values(saved_at=saved_at))


def scored(session: Session, place: sittings.Invited, sitting: Sitting) -> Score:
    applicant = session.get_one(Applicant, (sitting.organisation_id, sitting.applicant_id))
    return score_sitting(session, sitting, applicant, place.vacancy.model_version_id, model())


def test_order_position_and_time_of_answers_change_no_bit_of_a_score(client: FlaskClient, session: Session) -> None:
    first = sittings.invited(session)
    second = sittings.invited(session, first.vacancy)
    sheet = simulated().applicant_sheets()[0]
    rows = []
    for place, order, seconds in ((first, 1, 4.0), (second, -1, 400.0)):
        sitting = sat(session, client, place, order)
        answer(session, sitting, sheet, order)
        took(session, sitting, seconds, dt.datetime(2026, 1, 1 + int(seconds) % 9, tzinfo=dt.UTC))
        rows.append(scored(session, place, sitting))
        session.commit()
    one, other = ({name: getattr(row, name) for name in FIGURES} for row in rows)
    assert one == other
    assert one["p_top_third"] is not None
    assert rows[0].answers_hash == rows[1].answers_hash
    shown = session.scalars(select(AnswerRevision.positions)).all()
    assert len({tuple(each) for each in shown}) > 1
    (said,) = model().score([sheet])
    assert {name: getattr(said, name) for name in FIGURES if name != "flags"} == {
        name: value for name, value in one.items() if name != "flags"
    }
