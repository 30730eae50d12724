"""Ask experts by personal link: invite, remind, take an invitation back."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import ExpertPanel, PanelExpert, PanelRating
from webapp.records.base import now
from webapp.services.once_a_day import check_once_a_day
from webapp.services.panel.expert_links import link_hash
from webapp.services.panel.find_panel import is_taking, lock_panel
from webapp.services.queue_work import queue_work
from webapp.services.read_invitation_list import Person
from webapp.services.record_event import record_event

INVITATION, REMINDER = "mail.panel_invitation", "mail.panel_reminder"
MOST_EXPERTS = 200


@dataclass(frozen=True)
class Asked:
    """What became of a list: how many are new, and who had been asked before and is left alone."""

    new: int
    known: tuple[Person, ...]


def experts_of(session: Session, panel: ExpertPanel) -> list[PanelExpert]:
    """Everybody who was asked and not taken back, in the order of asking."""
    rows = select(PanelExpert).where(
        PanelExpert.organisation_id == panel.organisation_id,
        PanelExpert.panel_id == panel.id,
        PanelExpert.withdrawn_at.is_(None),
    )
    return list(session.scalars(rows.order_by(PanelExpert.id)))


def invite_experts(
    session: Session,
    organisation_id: uuid.UUID,
    panel_id: uuid.UUID,
    people: Sequence[Person],
    settings: Settings,
    *,
    user_id: uuid.UUID,
) -> Asked:
    """Ask everybody of the list who has not been asked; all of them, or nobody."""
    panel = _open_panel(session, organisation_id, panel_id)
    there = {expert.email for expert in experts_of(session, panel)}
    new = [person for person in people if person.email not in there]
    if len(there) + len(new) > MOST_EXPERTS:
        raise Invalid([_("A panel has at most %(most)s experts. Shorten the list.", most=MOST_EXPERTS)])
    rows = [_expert(panel, person, settings) for person in new]
    session.add_all(rows)
    session.flush()
    for row in rows:
        queue_work(session, organisation_id, INVITATION, expert_id=row.id)
    if rows:
        _record(session, panel, "panel.invited", user_id, number=len(rows))
    return Asked(len(rows), tuple(person for person in people if person.email in there))


def _open_panel(session: Session, organisation_id: uuid.UUID, panel_id: uuid.UUID) -> ExpertPanel:
    panel = lock_panel(session, organisation_id, panel_id)
    if not is_taking(panel):
        raise Conflict(_("This panel has closed. Make a new one to ask more experts."))
    return panel


def _expert(panel: ExpertPanel, person: Person, settings: Settings) -> PanelExpert:
    link = uuid.uuid4()
    return PanelExpert(
        organisation_id=panel.organisation_id,
        panel_id=panel.id,
        name=person.name or person.email.partition("@")[0],
        email=person.email,
        language=person.language if person.language in panel.languages else "",
        link_id=link,
        token_hash=link_hash(settings.secret_key, link),
        seed=secrets.randbelow(2**31),
        expert_code=uuid.uuid4(),
    )


def remind_experts(session: Session, organisation_id: uuid.UUID, panel_id: uuid.UUID, *, user_id: uuid.UUID) -> int:
    """Remind those who have not finished, at most once a day; returns how many."""
    panel = _open_panel(session, organisation_id, panel_id)
    check_once_a_day(panel.reminded_at)
    waiting = [each for each in experts_of(session, panel) if not each.finished_at and not each.refused_at]
    for expert in waiting:
        queue_work(session, organisation_id, REMINDER, expert_id=expert.id)
    if waiting:
        panel.reminded_at = now()
        _record(session, panel, "panel.reminded", user_id, number=len(waiting))
    return len(waiting)


def withdraw_expert(
    session: Session,
    organisation_id: uuid.UUID,
    panel_id: uuid.UUID,
    expert_id: uuid.UUID,
    *,
    user_id: uuid.UUID,
) -> str:
    """End the link while the panel is open, and delete what was saved under it; returns whose it was."""
    panel = lock_panel(session, organisation_id, panel_id)
    expert = _one_of(session, panel, expert_id)
    if not is_taking(panel):
        raise Conflict(_("This panel has closed, so nothing of it can be changed."))
    delete_ratings(session, expert)
    name, expert.name, expert.email = expert.name, "", None
    expert.withdrawn_at = now()
    _record(session, panel, "panel.expert_withdrawn", user_id)
    return name


def _one_of(session: Session, panel: ExpertPanel, expert_id: uuid.UUID) -> PanelExpert:
    expert = session.get(PanelExpert, (panel.organisation_id, expert_id))
    if expert is None or expert.panel_id != panel.id or expert.withdrawn_at is not None:
        raise NotFound
    return expert


def forget_name(
    session: Session,
    organisation_id: uuid.UUID,
    panel_id: uuid.UUID,
    expert_id: uuid.UUID,
    *,
    user_id: uuid.UUID,
) -> None:
    """Delete the last thing that is known of an expert of a closed panel; figures and key stay."""
    panel = lock_panel(session, organisation_id, panel_id)
    expert = _one_of(session, panel, expert_id)
    if panel.state != "closed":
        raise Conflict(_("This panel is open. Take the invitation back instead."))
    expert.name = ""
    _record(session, panel, "panel.name_forgotten", user_id)


def delete_ratings(session: Session, expert: PanelExpert) -> None:
    session.execute(
        delete(PanelRating)
        .where(
            PanelRating.organisation_id == expert.organisation_id,
            PanelRating.panel_id == expert.panel_id,
            PanelRating.expert_code == expert.expert_code,
        )
        .execution_options(synchronize_session="fetch")
    )


def _record(session: Session, panel: ExpertPanel, action: str, user_id: uuid.UUID, **detail: int) -> None:
    """The panel is named, the expert is not."""
    record_event(
        session,
        panel.organisation_id,
        action,
        user_id=user_id,
        subject="expert_panel",
        subject_id=panel.id,
        **detail,
    )
