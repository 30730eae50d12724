"""How many of the staff were invited, have begun and are done. Nobody is named, and nothing of any answer is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.records import Sitting, StaffInvitation, StaffMember, Unit
from webapp.services.staff.presence import is_present
from webapp.services.staff_sittings.invite_staff import Paper

LEAST = 3


@dataclass(frozen=True)
class Counted:
    """Whole numbers of people of one unit, or of several small ones together."""

    name: str
    invited: int
    started: int
    done: int
    small: bool = False


def count_staff_sittings(session: Session, paper: Paper) -> tuple[Counted, list[Counted]]:
    """All together, and by unit; units with fewer than three invited are counted as one."""
    rows = list(_rows(session, paper))
    units: dict[str, list[str]] = {}
    for name, state in rows:
        units.setdefault(name, []).append(state)
    large = {name: states for name, states in units.items() if len(states) >= LEAST}
    small = [state for name, states in units.items() if name not in large for state in states]
    listed = [_counted(name, states) for name, states in sorted(large.items(), key=lambda pair: pair[0].casefold())]
    if len(small) >= LEAST:
        listed.append(_counted("", small, small=True))
    return _counted("", [state for _name, state in rows]), listed


def _rows(session: Session, paper: Paper) -> Iterable[tuple[str, str]]:
    owner = StaffInvitation.organisation_id == StaffMember.organisation_id
    # A press of the start button is nothing yet; scanners of mail press it.
    begun = Sitting.consented_at.is_not(None) | (Sitting.state != "started")
    rows = session.execute(
        select(func.coalesce(Unit.name, ""), case((begun, Sitting.state), else_="invited"))
        .select_from(StaffInvitation)
        .join(StaffMember, owner & (StaffMember.id == StaffInvitation.staff_member_id))
        .outerjoin(Unit, (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id))
        .outerjoin(
            Sitting,
            (Sitting.organisation_id == StaffInvitation.organisation_id) & (Sitting.id == StaffInvitation.sitting_id),
        )
        .where(
            StaffInvitation.organisation_id == paper.organisation_id,
            StaffInvitation.questionnaire_id == paper.questionnaire_id,
            StaffInvitation.form == paper.form,
            is_present(),
        )
    )
    return [(name, state) for name, state in rows]


def _counted(name: str, states: list[str], *, small: bool = False) -> Counted:
    done = states.count("submitted")
    return Counted(name, len(states), done + states.count("started"), done, small)


def answered_by_file(session: Session, paper: Paper) -> int:
    """How many answered on paper or elsewhere and came by a file."""
    query = select(func.count(Sitting.staff_member_id.distinct())).where(
        Sitting.organisation_id == paper.organisation_id,
        Sitting.questionnaire_id == paper.questionnaire_id,
        Sitting.form == paper.form,
        Sitting.batch_id.is_not(None),
        Sitting.state == "submitted",
    )
    return session.scalar(query) or 0
