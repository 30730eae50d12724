"""What happened to a model, or to the rules about models: who, when and why."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from webapp.records import ApprovalRequest, Event, ModelVersion, ScoreStop, User

SHOWN = 40
OF_MODELS: Mapping[str, Any] = {
    "model.added": _l("The model was kept."),
    "model.promoted": _l("It began to serve."),
    "model.retired": _l("It made room for another model."),
    "model.rolled_back": _l("It serves again: HR went back to it."),
    "rehearsal.done": _l("A promotion was rehearsed."),
    "promotion.asked": _l("A second person was asked to approve a change of the serving model."),
    "promotion.approved": _l("A second person approved it."),
    "promotion.declined": _l("A second person declined it."),
    "promotion.withdrawn": _l("The request was taken back."),
    "promotion.expired": _l("Nobody answered the request in time."),
}
OF_RULES: Mapping[str, Any] = {
    "approval.set": _l("The rule about a second person’s approval was set."),
    "scores.stopped": _l("Scores were stopped."),
    "scores.started": _l("Scores are shown again."),
    "promotion.asked": _l("A second person was asked to agree."),
    "promotion.approved": _l("A second person agreed."),
    "promotion.declined": _l("A second person did not agree."),
    "promotion.withdrawn": _l("The request was taken back."),
    "promotion.expired": _l("Nobody answered the request in time."),
}


@dataclass(frozen=True)
class Happened:
    """One line of the history; `request_id` leads to the request that it belongs to."""

    at: dt.datetime
    who: str
    words: str
    reason: str = ""
    request_id: str = ""


def history_of_model(session: Session, version: ModelVersion) -> list[Happened]:
    """The newest first."""
    ours = (Event.subject_id == version.id) & Event.action.in_(OF_MODELS)
    return _history(session, version.organisation_id, ours, OF_MODELS)


def history_of_rules(session: Session, organisation_id: uuid.UUID) -> list[Happened]:
    """The newest first."""
    rules = (Event.subject == "organisation") & Event.action.in_(OF_RULES)
    stops = (Event.subject == "score_stop") & Event.action.in_(OF_RULES)
    return _history(session, organisation_id, or_(rules, stops), OF_RULES)


def _history(
    session: Session, organisation_id: uuid.UUID, wanted: ColumnElement[bool], words: Mapping[str, Any]
) -> list[Happened]:
    rows = session.execute(
        select(Event, User.name)
        .outerjoin(User, (User.organisation_id == Event.organisation_id) & (User.id == Event.user_id))
        .where(Event.organisation_id == organisation_id, wanted)
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(SHOWN)
    ).all()
    return [_told(session, event, name or "", words) for event, name in rows]


def _told(session: Session, event: Event, who: str, words: Mapping[str, Any]) -> Happened:
    request_id = event.detail.get("request", "")
    row = session.get(ApprovalRequest, (event.organisation_id, uuid.UUID(request_id))) if request_id else None
    shown = request_id if row is not None and row.state != "alone" else ""
    return Happened(event.at, who, str(words[event.action]) + _more(event), _reason(session, event, row), shown)


def _more(event: Event) -> str:
    if event.action == "approval.set":
        on = event.detail.get("after", {}).get("on")
        return " " + (_("From then on it was needed.") if on else _("From then on it was not needed."))
    if event.action == "model.retired" and event.detail.get("after"):
        return " " + _("That was model %(number)s.", number=event.detail["after"])
    return ""


def _reason(session: Session, event: Event, row: ApprovalRequest | None) -> str:
    """Reasons are free text, so they stand in rows of their own and never in the event."""
    if event.subject == "score_stop" and event.subject_id is not None:
        stop = session.get(ScoreStop, (event.organisation_id, event.subject_id))
        return "" if stop is None else stop.reason if event.action == "scores.stopped" else stop.start_reason
    if row is None:
        return ""
    decided = event.action in ("promotion.approved", "promotion.declined")
    return row.answer if decided else row.reason if event.action in REASONED else ""


REASONED = {"promotion.asked", "model.promoted", "model.rolled_back"}
