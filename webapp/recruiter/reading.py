"""What the pages of one vacancy share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask import current_app, g, url_for

from webapp.extensions import db
from webapp.security import current_user, derived_token
from webapp.services.blind.face import Face, face_of, is_blind
from webapp.services.mails.state_of_mails import number_undelivered
from webapp.services.promotion.stop_scores import Stop, stop_of
from webapp.services.read_vacancy import funnel, get_vacancy, newer_model
from webapp.services.shortlist.take_in import who_waits

# What is behind each tab beside the ranked list: the applicants' states, and whether they lack a score.
STAGES: dict[str, tuple[tuple[str, ...], bool]] = {
    "unscored": (("done",), True),
    "waiting": (("invited", "started"), False),
    "withdrawn": (("withdrawn",), False),
}


def list_frame(vacancy_id: uuid.UUID) -> dict[str, Any]:
    """The head of every list of this vacancy."""
    vacancy = get_vacancy(db.session, current_user().organisation_id, vacancy_id)
    waiting = who_waits(db.session, vacancy)
    return {
        "vacancy": vacancy,
        "blind": is_blind(vacancy),
        "model": vacancy.model_version,
        "funnel": funnel(db.session, vacancy, waiting=waiting.scored),
        "unplaced": waiting.all,
        "newer": newer_model(db.session, vacancy),
        "stop": stop_now(),
        "undelivered": number_undelivered(db.session, vacancy.organisation_id, vacancy_id),
        "public_link": public_link(vacancy_id) if vacancy.public_code_hash else None,
    }


def stop_now() -> Stop | None:
    """The stop that lasts in this person's organisation, asked once for each page."""
    if "stop" not in g:
        g.stop = stop_of(db.session, current_user().organisation_id)
    stop: Stop | None = g.stop
    return stop


def faced(vacancy: Any, people: Iterable[Any]) -> list[tuple[Any, Face]]:
    """People with what this vacancy shows of each."""
    return [(person, face_of(vacancy, person)) for person in people]


def public_link(vacancy_id: uuid.UUID) -> str:
    settings = current_app.config["SETTINGS"]
    code = derived_token(current_app.config["SECRET_KEY"], "vacancy", vacancy_id)
    return f"{settings.base_url}/v/{code}"


def unranked_address(vacancy_id: uuid.UUID, stage: str, search: str, after: str | None) -> str | None:
    if after is None:
        return None
    return url_for("recruiter.unranked", vacancy_id=vacancy_id, stage=stage, search=search or None, after=after)
