"""What was decided within the last day in all vacancies of a company: nobody is named, so that names stay hidden."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webapp.records import DecisionBatch, DecisionReason, User, Vacancy
from webapp.records.base import now
from webapp.services.decisions.ending import is_broken
from webapp.services.decisions.stages import name_in
from webapp.services.decisions.undo import UNDO, undo_until

MOST = 200


@dataclass(frozen=True)
class Lately:
    """One decision: where, by whom, about how many."""

    batch: DecisionBatch
    vacancy: str
    archived: bool
    who: str
    reason: str
    until: dt.datetime
    broken: bool
    """Its job broke down before everybody was moved."""

    @property
    def may_undo(self) -> bool:
        in_time = now() < self.until and not self.archived
        return in_time and (self.broken or (self.batch.state == "done" and self.batch.people > 0))


def decided_lately(session: Session, organisation_id: uuid.UUID, language: str) -> list[Lately]:
    """The newest first; and what did not come to its end, however old."""
    rows = session.execute(
        select(DecisionBatch, Vacancy.title, Vacancy.state, User.name, DecisionReason)
        .join(
            Vacancy,
            (Vacancy.organisation_id == DecisionBatch.organisation_id) & (Vacancy.id == DecisionBatch.vacancy_id),
        )
        .join(User, (User.organisation_id == DecisionBatch.organisation_id) & (User.id == DecisionBatch.user_id))
        .outerjoin(
            DecisionReason,
            (DecisionReason.organisation_id == DecisionBatch.organisation_id)
            & (DecisionReason.id == DecisionBatch.reason_id),
        )
        .where(
            DecisionBatch.organisation_id == organisation_id,
            DecisionBatch.state != "draft",
            or_(DecisionBatch.decided_at > now() - UNDO, DecisionBatch.state == "running"),
        )
        .order_by(DecisionBatch.decided_at.desc(), DecisionBatch.id.desc())
        .limit(MOST)
    )
    return [
        Lately(
            batch=batch,
            vacancy=title,
            archived=state == "archived",
            who=who,
            reason=name_in(reason.names, language) if reason else "",
            until=undo_until(batch.decided_at),
            broken=is_broken(session, batch),
        )
        for batch, title, state, who, reason in rows
        if batch.decided_at is not None
    ]
