"""Places whose law wants people told some business days before a program is used on them: the company's list.

The list begins with the one that we know. Which law holds for whom is for the company's counsel to say.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import Organisation
from webapp.services.set_policy import set_policy

MOST_PLACES, MOST_DAYS, LONGEST_NAME = 12, 120, 80


@dataclass(frozen=True)
class Place:
    """`key` is what a vacancy keeps; the name and the days may change."""

    key: str
    name: str
    days: int


NEW_YORK = Place("nyc", "New York City (Local Law 144)", 10)


@dataclass(frozen=True)
class NoticeRule:
    """The places, and days off there that are no business days."""

    places: tuple[Place, ...] = (NEW_YORK,)
    holidays: tuple[str, ...] = ()

    def find(self, key: str) -> Place | None:
        return next((each for each in self.places if each.key == key), None)

    @property
    def days_off(self) -> frozenset[dt.date]:
        return frozenset(dt.date.fromisoformat(each) for each in self.holidays)


def notice_rule(organisation: Organisation) -> NoticeRule:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("notice_places")
    if kept is None:
        return NoticeRule()
    return NoticeRule(tuple(Place(**each) for each in kept["places"]), tuple(kept.get("holidays", ())))


def rule_of(session: Session, organisation_id: uuid.UUID) -> NoticeRule:
    return notice_rule(session.get_one(Organisation, organisation_id))


def set_notice_rule(session: Session, organisation_id: uuid.UUID, rule: NoticeRule, *, user_id: uuid.UUID) -> None:
    kept = {"notice_places": {"places": [asdict(each) for each in rule.places], "holidays": list(rule.holidays)}}
    set_policy(session, organisation_id, "notice_rule.changed", notice_rule, rule, kept, user_id=user_id)


def read_rule(places: str, holidays: str, before: NoticeRule) -> NoticeRule:
    """What was typed: a place on each line, its name and a number of days; and days off. `Invalid` names the line."""
    faults: list[str] = []
    found = [_place(number, line, before, faults) for number, line in _lines(places)]
    days = [_day(number, line, faults) for number, line in _lines(holidays)]
    named = [each for each in found if each]
    if len(named) > MOST_PLACES:
        faults.append(_("Name at most %(most)s places.", most=MOST_PLACES))
    if len({each.key for each in named}) < len(named):
        faults.append(_("Name each place once."))
    if faults:
        raise Invalid(faults)
    return NoticeRule(tuple(named), tuple(sorted({each for each in days if each})))


def _lines(text: str) -> Sequence[tuple[int, str]]:
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


_PLACE = re.compile(r"(.+?)[\s,;:]+(\d{1,3})")


def _place(number: int, line: str, before: NoticeRule, faults: list[str]) -> Place | None:
    read = _PLACE.fullmatch(line)
    if not read or not 1 <= int(read.group(2)) <= MOST_DAYS or len(read.group(1)) > LONGEST_NAME:
        faults.append(
            _(
                "Places, line %(line)s: write a name and a number of business days from 1 to %(most)s, such as "
                "“New York City 10”.",
                line=number,
                most=MOST_DAYS,
            )
        )
        return None
    name = read.group(1)
    known = next((each.key for each in before.places if each.name.lower() == name.lower()), None)
    return Place(known or _key(name), name, int(read.group(2)))


def _key(name: str) -> str:
    """The same for the same name, so that a place that was taken off the list and comes back is the same place."""
    return uuid.uuid5(uuid.NAMESPACE_OID, name.lower()).hex[:12]


def _day(number: int, line: str, faults: list[str]) -> str:
    try:
        return dt.date.fromisoformat(line).isoformat()
    except ValueError:
        faults.append(_("Days off, line %(line)s: write a day as 2026-12-25.", line=number))
        return ""
