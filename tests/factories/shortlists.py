"""A vacancy with a trained model's figures, and people who have a score."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from models.training import NO_FIGURES
from questionnaires import shelf
from tests.factories import people
from webapp.records import Applicant, ModelVersion, Organisation, QuestionnaireVersion, Score, Sitting, Vacancy
from webapp.records.base import now

_count = itertools.count(1)

FIGURES: dict[str, Any] = NO_FIGURES | {
    "n": 412,
    "n_units": 12,
    "r": 0.34,
    "r_low": 0.25,
    "r_high": 0.42,
    "auc": 0.67,
    "log_loss": 0.6,
    "log_loss_base": 0.64,
    "brier": 0.21,
    "brier_base": 0.22,
    "slope": 0.97,
    "intercept": 0.02,
    "calibration_error": 0.03,
    "coverage_90": 0.9,
    "base_rate": 1 / 3,
    "reliability_diagram": [
        {
            "predicted": 0.1 + 0.2 * k,
            "observed": 0.12 + 0.19 * k,
            "n": 82,
            "low": 0.06 + 0.17 * k,
            "high": 0.2 + 0.2 * k,
        }
        for k in range(4)
    ],
    "hire_or_retrain": [
        {"selection_ratio": 0.1, "expected_share": 0.6, "low": 0.5, "high": 0.7},
        {"selection_ratio": 0.3, "expected_share": 0.5, "low": 0.43, "high": 0.57},
        {"selection_ratio": 0.7, "expected_share": 0.4, "low": 0.35, "high": 0.44},
    ],
}


def questionnaire(session: Session, owner: Organisation) -> QuestionnaireVersion:
    """The library's questionnaire, as this company has it."""
    definition = shelf.get("customer-orientation")
    row = QuestionnaireVersion(
        organisation_id=owner.id,
        name=definition.name,
        version=f"{definition.version}.{next(_count)}",
        definition=definition.source,
        scoring_identity=definition.scoring_identity,
        texts_identity=definition.texts_identity,
    )
    session.add(row)
    session.flush()
    return row


def model(session: Session, asked: QuestionnaireVersion, **values: Any) -> ModelVersion:
    """A trained model that serves; only its figures are read by lists."""
    row = ModelVersion(
        organisation_id=asked.organisation_id,
        questionnaire_id=asked.id,
        **{
            "number": next(_count),
            "form": "A",
            "kind": "trained",
            "state": "serving",
            "artefact": b"",
            "artefact_sha256": "0" * 64,
            "figures": FIGURES,
            "sed": 0.2,
        }
        | values,
    )
    session.add(row)
    session.flush()
    return row


def key_only(session: Session, asked: QuestionnaireVersion, **values: Any) -> ModelVersion:
    return model(session, asked, kind="key_only", figures={}, **values)


def vacancy(session: Session, serving: ModelVersion | None = None, **values: Any) -> Vacancy:
    """An open vacancy on this model, or on a trained one of a new company."""
    serving = serving or model(session, questionnaire(session, people.organisation(session)))
    row = Vacancy(
        organisation_id=serving.organisation_id,
        questionnaire_id=serving.questionnaire_id,
        model_version_id=serving.id,
        form=serving.form,
        **{"title": f"Service adviser {next(_count)}", "languages": ["en", "ru", "lt"], "target": 2} | values,
    )
    session.add(row)
    session.flush()
    return row


def applicant(session: Session, place: Vacancy, **values: Any) -> Applicant:
    number = next(_count)
    row = Applicant(
        organisation_id=place.organisation_id,
        vacancy_id=place.id,
        **{"name": f"Applicant {number}", "email": f"applicant{number}@example.org"} | values,
    )
    session.add(row)
    session.flush()
    return row


def scored(session: Session, place: Vacancy, score: float | None, **values: Any) -> Applicant:
    """Somebody who is done; without a score the flag says why."""
    person = applicant(session, place, **{"state": "done"} | values)
    sitting = Sitting(
        organisation_id=place.organisation_id,
        applicant_id=person.id,
        questionnaire_id=place.questionnaire_id,
        form=place.form,
        language="en",
        state="submitted",
        seed=1,
        submitted_at=now(),
        receipt_code="ABCD-2345",
    )
    session.add(sitting)
    session.flush()
    add_score(session, place, person, sitting, score)
    return person


def add_score(session: Session, place: Vacancy, person: Applicant, sitting: Sitting, score: float | None) -> Score:
    trained = session.get_one(ModelVersion, (place.organisation_id, place.model_version_id)).kind == "trained"
    local = score if trained else None
    row = Score(
        organisation_id=place.organisation_id,
        sitting_id=sitting.id,
        vacancy_id=place.id,
        applicant_id=person.id,
        model_version_id=place.model_version_id,
        score=score,
        key_total=0.5,
        p_top_third=None if local is None else max(0.02, min(0.97, local / 5)),
        expected_rating=local,
        lower_90=None if local is None else local - 0.9,
        upper_90=None if local is None else min(5.0, local + 0.9),
        flags=[] if score is not None else ["incomplete"],
        answers_hash="0" * 64,
        scoring_identity="0" * 64,
        texts_identity="0" * 64,
    )
    session.add(row)
    session.flush()
    return row
