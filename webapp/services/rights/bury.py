"""What stays of what was erased: that it was, when it went, and keyed hashes against which a replay can be held."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.records import Answer, ModelVersion, QuestionnaireVersion, Score, Sitting, Tombstone
from webapp.records.base import now
from webapp.security import in_fours

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CHUNK = 200


def new_certificate() -> str:
    """A code that names nobody: 80 random bits."""
    return in_fours("".join(secrets.choice(ALPHABET) for _ in range(16)))


@dataclass(frozen=True)
class Stones:
    """What every tombstone of one erasure says, and the secret under which its hashes are made."""

    organisation_id: uuid.UUID
    reason: str
    secret_key: str
    certificate: str = field(default_factory=new_certificate)
    erased_at: dt.datetime = field(default_factory=now)

    def stone(self, **values: Any) -> Tombstone:
        return Tombstone(
            organisation_id=self.organisation_id,
            certificate=self.certificate,
            reason=self.reason,
            erased_at=self.erased_at,
            **values,
        )


def bury_sittings(session: Session, stones: Stones, whose: ColumnElement[bool]) -> int:
    """Write a tombstone for each of these sittings; how many there were."""
    sittings = session.scalars(select(Sitting).where(Sitting.organisation_id == stones.organisation_id, whose)).all()
    for sitting in sittings:
        session.add(stones.stone(**_of(session, sitting, stones.secret_key)))
    session.flush()
    return len(sittings)


def bury_applicants(session: Session, stones: Stones, applicants: Sequence[uuid.UUID]) -> None:
    """One for each sitting of these people, or one where nobody sat."""
    if not bury_sittings(session, stones, Sitting.applicant_id.in_(applicants)):
        session.add(stones.stone())
        session.flush()


def _of(session: Session, sitting: Sitting, secret_key: str) -> dict[str, Any]:
    asked = session.get_one(QuestionnaireVersion, (sitting.organisation_id, sitting.questionnaire_id))
    return {
        "sitting_id": sitting.id,
        "purpose": sitting.purpose,
        "questionnaire": f"{asked.name} {asked.version} {sitting.form}",
        "answers_hmac": answers_hmac(_answers(session, sitting), secret_key),
        "scores": [_score(score, model, secret_key) for score, model in _scores(session, sitting)],
    }


def _answers(session: Session, sitting: Sitting) -> dict[str, Any]:
    rows = session.scalars(
        select(Answer).where(Answer.organisation_id == sitting.organisation_id, Answer.sitting_id == sitting.id)
    )
    return {row.item_id: row.value for row in rows if row.value is not None}


def _scores(session: Session, sitting: Sitting) -> Sequence[Any]:
    return session.execute(
        select(Score, ModelVersion)
        .join(
            ModelVersion,
            (ModelVersion.organisation_id == Score.organisation_id) & (ModelVersion.id == Score.model_version_id),
        )
        .where(Score.organisation_id == sitting.organisation_id, Score.sitting_id == sitting.id)
        .order_by(ModelVersion.number)
    ).all()


def _score(score: Score, model: ModelVersion, secret_key: str) -> dict[str, Any]:
    return {
        "model": model.number,
        "artefact_sha256": model.artefact_sha256,
        "scoring_identity": score.scoring_identity,
        "inputs_hmac": inputs_hmac(score.answers_hash, model.artefact_sha256, score.scoring_identity, secret_key),
        "scored_at": score.created_at.isoformat(),
    }


def answers_hmac(answers: dict[str, Any], secret_key: str) -> str:
    """Keyed hash of answers in one fixed writing. Few answers could be guessed from a hash without a key."""
    text = json.dumps(answers, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _keyed(secret_key, "answers", text)


def inputs_hmac(answers_hash: str, artefact_sha256: str, scoring_identity: str, secret_key: str) -> str:
    """Keyed hash of all that a score came from."""
    return _keyed(secret_key, "inputs", f"{answers_hash}:{artefact_sha256}:{scoring_identity}")


def _keyed(secret_key: str, purpose: str, text: str) -> str:
    return hmac.new(secret_key.encode(), f"tombstone:{purpose}:{text}".encode(), hashlib.sha256).hexdigest()
