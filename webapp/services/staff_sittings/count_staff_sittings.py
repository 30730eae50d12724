"""How many of the staff were invited, have begun and are done. Nobody is named, and nothing of any answer is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.records import Sitting, StaffInvitation
from webapp.services.staff_sittings.invite_staff import Paper

LEAST = 5


@dataclass(frozen=True)
class Counted:
    """People of one unit, or of several small ones together; who has begun and is done, down to whole fives."""

    name: str
    invited: int
    started: int
    done: int
    small: bool = False


def count_staff_sittings(session: Session, paper: Paper) -> tuple[Counted, list[Counted]]:
    """All together, and by unit; small units are counted together with the next larger one, or not at all."""
    rows = list(_rows(session, paper))
    units: dict[str, list[str]] = {}
    for name, state in rows:
        units.setdefault(name, []).append(state)
    large, small = _pooled(units)
    listed = [_counted(name, units[name]) for name in sorted(large, key=str.casefold)]
    if large and small:
        listed.append(_counted("", small, small=True))
    return _counted("", [state for _name, state in rows]), listed


def _pooled(units: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Units that stand alone, and the states of all others; else the total would give a small rest away."""
    rest = sorted(units, key=lambda name: (len(units[name]), name))
    small: list[str] = []
    while rest and (len(units[rest[0]]) < LEAST or 0 < len(small) < LEAST):
        small += units[rest.pop(0)]
    return rest, small


def _rows(session: Session, paper: Paper) -> Iterable[tuple[str, str]]:
    """Everybody who was invited, in the unit of that day: one person who moves or leaves changes no count."""
    # A press of the start button is nothing yet; scanners of mail press it.
    begun = Sitting.consented_at.is_not(None) | (Sitting.state != "started")
    rows = session.execute(
        select(StaffInvitation.unit_name, case((begun, Sitting.state), else_="invited"))
        .outerjoin(
            Sitting,
            (Sitting.organisation_id == StaffInvitation.organisation_id) & (Sitting.id == StaffInvitation.sitting_id),
        )
        .where(
            StaffInvitation.organisation_id == paper.organisation_id,
            StaffInvitation.questionnaire_id == paper.questionnaire_id,
            StaffInvitation.form == paper.form,
        )
    )
    return [(name, state) for name, state in rows]


def _counted(name: str, states: list[str], *, small: bool = False) -> Counted:
    done = states.count("submitted")
    return Counted(name, len(states), rounded(done + states.count("started")), rounded(done), small)


def rounded(number: int) -> int:
    """Down to whole fives: people are invited one by one, and a count that goes up by one would name them."""
    return number - number % LEAST


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
