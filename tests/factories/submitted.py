"""Somebody who has sent their answers, without walking through every page; and a model that was trained in a moment."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.preparing import prepare
from models.registry import pack
from models.trained import TrainedModel
from models.training import NO_FIGURES, fit
from questionnaires import shelf
from scoring.key import effectiveness
from tests.factories import sittings
from tests.factories.sittings import Invited
from tests.factories.training import simulated
from webapp.records import Answer, AnswerRevision, ModelVersion, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.score_sitting import score_sitting
from webapp.services.serving_model import serving_model

QUESTIONNAIRE = shelf.get("customer-orientation")
ITEMS = QUESTIONNAIRE.items_of("A")
Answers = Mapping[str, dict[str, Any]]


@cache
def answers_by_key(*, best: bool) -> dict[str, dict[str, str]]:
    """What the key likes most, or least."""
    found = {}
    for item in ITEMS:
        pairs = permutations(item.option_ids, 2)
        keyed = effectiveness(item)
        ranked = sorted((keyed[one] - keyed[other], one, other) for one, other in pairs)
        found[item.id] = dict(zip(("best", "worst"), ranked[-1 if best else 0][1:], strict=True))
    return found


@cache
def trained_model(staff: int = 120) -> TrainedModel:
    """Fitted on simulated staff, its figures left out: nothing here reads them."""
    simulation = simulated(staff)
    prepared = prepare(QUESTIONNAIRE, simulation.staff_sheets(), simulation.rating_list(), form_id="A")
    return fit(prepared, dict(NO_FIGURES))


def serve_trained(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID) -> ModelVersion:
    """A trained model that serves form A of this questionnaire."""
    artefact = pack(trained_model())
    row = ModelVersion(
        organisation_id=organisation_id,
        number=77,
        questionnaire_id=questionnaire_id,
        form="A",
        kind="trained",
        state="serving",
        artefact=artefact,
        artefact_sha256=hashlib.sha256(artefact).hexdigest(),
        sed=0.2,
    )
    session.add(row)
    session.flush()
    return row


def trained_vacancy(session: Session, place: Vacancy) -> None:
    """Let this vacancy be scored by a trained model."""
    place.model_version_id = serve_trained(session, place.organisation_id, place.questionnaire_id).id
    session.flush()


@dataclass(frozen=True)
class Submitted:
    """An applicant whose answers are in."""

    someone: Invited
    sitting: Sitting

    @property
    def base(self) -> str:
        return f"/sitting/{self.sitting.id}"


def submitted(
    session: Session, someone: Invited | None = None, answers: Answers | None = None, **values: Any
) -> Submitted:
    """Answers of this person, saved, sent and scored; committed."""
    someone = someone or sittings.invited(session)
    given = answers_by_key(best=True) if answers is None else answers
    owner = someone.organisation.id
    sitting = Sitting(
        organisation_id=owner,
        applicant_id=someone.applicant.id,
        questionnaire_id=someone.vacancy.questionnaire_id,
        form=someone.vacancy.form,
        **{
            "language": "en",
            "state": "submitted",
            "seed": 7,
            "consented_at": now(),
            "practised_at": now(),
            "notice_version": "test",
            "submitted_at": now(),
            "receipt_code": "ABCD2345EFGH",
        }
        | values,
    )
    session.add(sitting)
    session.flush()
    for item_id, value in given.items():
        shared = {"organisation_id": owner, "sitting_id": sitting.id, "item_id": item_id, "value": value}
        session.add(Answer(**shared, language="en", saved_at=now()))
        session.add(AnswerRevision(**shared, revision=1, language="en", saved_at=now(), positions=["a", "b", "c", "d"]))
    session.flush()
    someone.applicant.state = "done"
    model = serving_model(session, owner, someone.vacancy.model_version_id)
    score_sitting(session, sitting, someone.applicant, someone.vacancy.model_version_id, model)
    session.commit()
    return Submitted(someone, sitting)


def hold(client: FlaskClient, one: Submitted) -> str:
    """Open the sitting in this browser by its link, as its owner does; returns its address."""
    client.get(one.someone.link)
    client.send(f"{one.someone.link}/start", {"me": "y"})  # type: ignore[attr-defined]
    return one.base


def close(session: Session, place: Vacancy) -> None:
    place.state, place.closed_at = "closed", now() - dt.timedelta(minutes=1)
    session.commit()
