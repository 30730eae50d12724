"""What all of the staff read on the board, and what HR reads on its desk."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from webapp.errors import NotFound
from webapp.records import StaffMember, Unit, VoiceNote
from webapp.services.voice.states import STATES, days_late, in_state, state_of

SHOWN = 50
ON_BOARD = ("overdue", "answered", "withheld")
Author, Owner = aliased(StaffMember), aliased(StaffMember)


@dataclass(frozen=True)
class Told:
    """A note with the people it names; `author` is empty where nobody is known."""

    note: VoiceNote
    author: str = ""
    author_unit: str = ""
    owner: str = ""
    owner_code: str = ""

    @property
    def state(self) -> str:
        return state_of(self.note)

    @property
    def days_late(self) -> int:
        return days_late(self.note)

    @property
    def public_author(self) -> str:
        """The name as all of the staff may read it."""
        return self.author if self.note.name_shown else ""


@dataclass(frozen=True)
class Leaf:
    """One page of the notes in one state."""

    state: str
    notes: Sequence[Told]
    page: int
    total: int

    @property
    def more(self) -> bool:
        return self.page * SHOWN < self.total


@dataclass(frozen=True)
class Board:
    """What every member of the staff sees: the beginning of each list, or a page of one of them."""

    leaves: dict[str, Leaf]
    in_time: int
    """Notes that wait and are not late: counted, not shown."""


def read_board(session: Session, organisation_id: uuid.UUID, only: str = "", page: int = 1) -> Board:
    counts = count_notes(session, organisation_id)
    states = (only,) if only in ON_BOARD else ON_BOARD
    leaves = {state: _leaf(session, organisation_id, state, counts[state], page) for state in states}
    return Board(leaves, counts["open"] - counts["overdue"])


def read_leaf(session: Session, organisation_id: uuid.UUID, state: str, page: int = 1) -> Leaf:
    return _leaf(session, organisation_id, state, _count(session, organisation_id, state), page)


def _leaf(session: Session, organisation_id: uuid.UUID, state: str, total: int, page: int) -> Leaf:
    """A page beyond the last is the last."""
    page = min(max(page, 1), max(1, -(-total // SHOWN)))
    return Leaf(state, list_notes(session, organisation_id, state, page), page, total)


def list_notes(session: Session, organisation_id: uuid.UUID, state: str, page: int = 1) -> list[Told]:
    """The notes in this state: what waits by its due date, what is over the newest first."""
    ended = {
        "answered": VoiceNote.published_on,
        "withheld": VoiceNote.withheld_on,
        "taken_back": VoiceNote.taken_back_on,
    }
    order = ended[state].desc() if state in ended else VoiceNote.due_on
    rows = _joined(organisation_id).where(in_state(state)).order_by(order, VoiceNote.id)
    return [_told(*row) for row in session.execute(rows.offset((page - 1) * SHOWN).limit(SHOWN))]


def own_notes(session: Session, person: StaffMember) -> list[Told]:
    """What somebody signed, in whatever state."""
    rows = _joined(person.organisation_id).where(VoiceNote.staff_member_id == person.id)
    return [_told(*row) for row in session.execute(rows.order_by(VoiceNote.received_on.desc(), VoiceNote.id))]


def notes_to_see_to(session: Session, person: StaffMember) -> list[Told]:
    """What waits for this person's answer."""
    rows = _joined(person.organisation_id).where(VoiceNote.owner_id == person.id, in_state("open"))
    return [_told(*row) for row in session.execute(rows.order_by(VoiceNote.due_on, VoiceNote.id))]


def note_of_owner(session: Session, person: StaffMember, note_id: uuid.UUID) -> Told:
    found = next((each for each in notes_to_see_to(session, person) if each.note.id == note_id), None)
    if found is None:
        raise NotFound
    return found


def count_notes(session: Session, organisation_id: uuid.UUID) -> dict[str, int]:
    return {state: _count(session, organisation_id, state) for state in STATES}


def _count(session: Session, organisation_id: uuid.UUID, state: str) -> int:
    found = select(func.count()).where(VoiceNote.organisation_id == organisation_id, in_state(state))
    return session.scalar(found) or 0


def find_note(session: Session, organisation_id: uuid.UUID, note_id: uuid.UUID) -> Told:
    row = session.execute(_joined(organisation_id).where(VoiceNote.id == note_id)).one_or_none()
    if row is None:
        raise NotFound
    return _told(*row)


def _joined(organisation_id: uuid.UUID) -> Select[VoiceNote, StaffMember, StaffMember, str]:
    note = VoiceNote.organisation_id
    return (
        select(VoiceNote, Author, Owner, Unit.name)
        .outerjoin(Author, (Author.organisation_id == note) & (Author.id == VoiceNote.staff_member_id))
        .outerjoin(Owner, (Owner.organisation_id == note) & (Owner.id == VoiceNote.owner_id))
        .outerjoin(Unit, (Unit.organisation_id == note) & (Unit.id == Author.unit_id))
        .where(note == organisation_id)
    )


def _told(note: VoiceNote, author: StaffMember | None, owner: StaffMember | None, unit: str | None) -> Told:
    return Told(
        note,
        author=(author.name or author.code) if author else "",
        author_unit=unit or "",
        owner=(owner.name or owner.code) if owner else "",
        owner_code=owner.code if owner else "",
    )
