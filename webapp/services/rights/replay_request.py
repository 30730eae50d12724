"""Answer somebody who asks for the replay of a sitting that was erased: when it went, and whether hashes match."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from webapp.errors import Invalid, NotFound
from webapp.records import Tombstone
from webapp.services.record_event import record_event
from webapp.services.rights.bury import answers_hmac, inputs_hmac
from webapp.services.score_sitting import answers_hash


@dataclass(frozen=True)
class Replay:
    """What can still be said about one erased sitting. `matches` is None where no answers were brought along."""

    stone: Tombstone
    erased_at: dt.datetime
    matches: bool | None
    scores: Sequence[tuple[Mapping[str, Any], bool | None]]


def replay_erased(
    session: Session,
    organisation_id: uuid.UUID,
    name: str,
    answers: Mapping[str, Any] | None,
    secret_key: str,
    *,
    user_id: uuid.UUID | None = None,
) -> list[Replay]:
    """By a certificate's code or a sitting's id. With answers, each hash is worked out again and compared."""
    stones = session.scalars(
        select(Tombstone).where(Tombstone.organisation_id == organisation_id, _named(name)).order_by(Tombstone.id)
    ).all()
    if not stones:
        raise NotFound(_("Nothing was erased here under this code or number."))
    record_event(
        session,
        organisation_id,
        "replay.asked",
        user_id=user_id,
        subject="tombstone",
        subject_id=stones[0].id,
        with_answers=answers is not None,
    )
    return [_replay(stone, answers, secret_key) for stone in stones]


def _named(name: str) -> ColumnElement[bool]:
    plain = name.strip()
    try:
        return Tombstone.sitting_id == uuid.UUID(plain)
    except ValueError:
        return Tombstone.certificate == plain.upper()


def _replay(stone: Tombstone, answers: Mapping[str, Any] | None, secret_key: str) -> Replay:
    if answers is None or stone.answers_hmac is None:
        return Replay(stone, stone.erased_at, None, [(score, None) for score in stone.scores])
    given = dict(answers)
    hashed = answers_hash(given)
    return Replay(
        stone,
        stone.erased_at,
        answers_hmac(given, secret_key) == stone.answers_hmac,
        [(score, _same(score, hashed, secret_key)) for score in stone.scores],
    )


def _same(score: Mapping[str, Any], hashed: str, secret_key: str) -> bool:
    again = inputs_hmac(hashed, score["artefact_sha256"], score["scoring_identity"], secret_key)
    return bool(again == score["inputs_hmac"])


def read_answers(text: str) -> dict[str, Any] | None:
    """Answers from an export, or from its part `answers` by item; None for an empty field."""
    if not text.strip():
        return None
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Invalid([_("This is not JSON. Paste the answers as they stand in the person’s export.")]) from error
    if not isinstance(document, dict) or not all(isinstance(value, dict) for value in document.values()):
        raise Invalid([_("Paste the answers of one sitting: an object with the id of each situation and its answer.")])
    return document
