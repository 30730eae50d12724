"""An open box with invented notes for a simulated company: answered, in time, overdue, withheld. No mail goes out."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Organisation, StaffMember, VoiceNote
from webapp.services.voice.box import set_up_box
from webapp.services.voice.write_note import today

DAYS = 14


@dataclass(frozen=True)
class Invented:
    """A note that came so many days ago; `after` is how many days its answer took."""

    topic: str
    text: str
    days_ago: int
    signed: bool = False
    owner: bool = True
    answer: str = ""
    after: int = 0
    more: dict[str, object] = field(default_factory=dict)


def fill_demo_voice(session: Session, organisation: Organisation, settings: Settings) -> None:
    set_up_box(session, organisation.id, taking=True, answer_days=DAYS, user_id=None, settings=settings)
    of_demo = select(StaffMember).where(StaffMember.organisation_id == organisation.id).order_by(StaffMember.code)
    people = list(session.scalars(of_demo.limit(20)))
    for number, each in enumerate(invented()):
        person, owner = people[number % len(people)], people[-1 - number % len(people)]
        session.add(_note(organisation.id, each, person, owner))


def invented() -> list[Invented]:
    return [
        Invented(
            "customers",
            _("People at the counter ask when their order comes, and we cannot see it. We ring the store each time."),
            days_ago=30,
            answer=_(
                "From next month the counter sees the store's list. Until then the store answers within the hour."
            ),
            after=9,
        ),
        Invented("tools", _("The second lift has been out of order since spring. We carry everything."), days_ago=20),
        Invented(
            "pay",
            _("The plan for the next month hangs up one day before it begins. Nobody can arrange anything."),
            days_ago=4,
            signed=True,
        ),
        Invented("management", _("Why were we not told about the move before the customers were?"), 2, owner=False),
        Invented(
            "team",
            _("A note about one colleague."),
            days_ago=11,
            owner=False,
            more={"withheld_reason": _("It accuses somebody by name."), "withheld_on": today()},
        ),
    ]


def _note(owner_id: uuid.UUID, each: Invented, person: StaffMember, owner: StaffMember) -> VoiceNote:
    received = today() - dt.timedelta(days=each.days_ago)
    due = received + dt.timedelta(days=DAYS)
    return VoiceNote(
        organisation_id=owner_id,
        id=uuid.uuid4(),
        staff_member_id=person.id if each.signed else None,
        topic=each.topic,
        text=each.text,
        received_on=received,
        due_on=due,
        first_due_on=due,
        owner_id=owner.id if each.owner else None,
        answer=each.answer,
        published_on=received + dt.timedelta(days=each.after) if each.answer else None,
        **each.more,
    )
