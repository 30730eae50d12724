"""That people were told before a program was used on them: what is recorded of it, and what is evidence of it.

What somebody records here is their word. The counts beside it are what the site itself saw: how many people were shown
the notice and agreed to it before the first question.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from webapp.days import is_near
from webapp.errors import Conflict, Invalid, NotFound
from webapp.records import Applicant, Sitting, User, Vacancy, VacancyNotice, VacancyPlace
from webapp.records.base import now
from webapp.services.lock_row import lock_row
from webapp.services.oversight.business_days import after_business_days
from webapp.services.oversight.notice_places import NoticeRule, Place, rule_of
from webapp.services.read_vacancy import get_vacancy, lock_vacancy
from webapp.services.record_event import record_event

HOW = ("advertisement", "invitation", "page", "other")
LONGEST_NOTE, LONGEST_VERSION = 500, 80


@dataclass(frozen=True)
class Given:
    """One notice as somebody recorded it."""

    row: VacancyNotice
    place: str
    who: str


@dataclass(frozen=True)
class AtPlace:
    """What a place's rule means for this vacancy. `earliest` is None where nobody was told."""

    place: Place
    given_on: dt.date | None
    earliest: dt.date | None
    begins: dt.date
    """The first day on which somebody answered, or can answer."""

    @property
    def too_early(self) -> bool:
        return self.earliest is None or self.begins < self.earliest


@dataclass(frozen=True)
class Evidence:
    """What the site saw: people who began, how many agreed to the notice first, and to which text."""

    began: int
    agreed: int
    versions: dict[str, int]


@dataclass(frozen=True)
class NoticeStatus:
    """Everything about notices on one vacancy."""

    given: tuple[Given, ...]
    places: tuple[AtPlace, ...]
    evidence: Evidence

    @property
    def first(self) -> VacancyNotice | None:
        """The first that was given, of those that stand."""
        return min((each.row for each in self.given), key=lambda row: row.given_on, default=None)

    @property
    def warnings(self) -> tuple[AtPlace, ...]:
        return tuple(each for each in self.places if each.too_early)

    @property
    def days_since(self) -> int | None:
        return (now().date() - self.first.given_on).days if self.first else None


def notice_status(session: Session, vacancy: Vacancy) -> NoticeStatus:
    rule = rule_of(session, vacancy.organisation_id)
    given = _given(session, vacancy, rule)
    evidence, first = _evidence(session, vacancy)
    begins = _begins(vacancy, first)
    wanted = [place for key in places_of(session, vacancy) if (place := rule.find(key))]
    return NoticeStatus(given, tuple(_at(place, given, begins, rule) for place in wanted), evidence)


# Asked on every page of a list, so put together once.
FIRST_DAY = select(func.min(VacancyNotice.given_on)).where(
    VacancyNotice.organisation_id == bindparam("owner"),
    VacancyNotice.vacancy_id == bindparam("vacancy"),
    VacancyNotice.taken_back_at.is_(None),
)
PLACES = (
    select(VacancyPlace.place)
    .where(VacancyPlace.organisation_id == bindparam("owner"), VacancyPlace.vacancy_id == bindparam("vacancy"))
    .order_by(VacancyPlace.place)
)


@dataclass(frozen=True)
class NoticeHead:
    """What the head of a vacancy says; read on every page of the list, so nobody's sitting is read for it."""

    given_on: dt.date | None
    too_early: bool


def notice_head(session: Session, vacancy: Vacancy) -> NoticeHead:
    keys = places_of(session, vacancy)
    if not keys:
        return NoticeHead(_first_day(session, vacancy), too_early=False)
    rule = rule_of(session, vacancy.organisation_id)
    given = _given(session, vacancy, rule)
    opens = (vacancy.opens_at or vacancy.created_at).date()
    wanted = [_at(place, given, opens, rule) for key in keys if (place := rule.find(key))]
    first = min((each.row.given_on for each in given), default=None)
    return NoticeHead(first, any(each.too_early for each in wanted))


def _first_day(session: Session, vacancy: Vacancy) -> dt.date | None:
    return session.scalar(FIRST_DAY, {"owner": vacancy.organisation_id, "vacancy": vacancy.id})


def _given(session: Session, vacancy: Vacancy, rule: NoticeRule) -> tuple[Given, ...]:
    rows = session.execute(
        select(VacancyNotice, User.name)
        .outerjoin(
            User, (User.organisation_id == VacancyNotice.organisation_id) & (User.id == VacancyNotice.recorded_by)
        )
        .where(
            VacancyNotice.organisation_id == vacancy.organisation_id,
            VacancyNotice.vacancy_id == vacancy.id,
            VacancyNotice.taken_back_at.is_(None),
        )
        .order_by(VacancyNotice.given_on, VacancyNotice.id)
    )
    return tuple(Given(row, _called(rule, row.place), who or "") for row, who in rows)


def _called(rule: NoticeRule, key: str) -> str:
    found = rule.find(key)
    return found.name if found else key


def places_of(session: Session, vacancy: Vacancy) -> tuple[str, ...]:
    """Keys of the places whose law holds for this vacancy, as somebody said."""
    return tuple(session.scalars(PLACES, {"owner": vacancy.organisation_id, "vacancy": vacancy.id}))


def _begins(vacancy: Vacancy, first: dt.datetime | None) -> dt.date:
    """The day on which the first answered; where nobody has, the first on which somebody can."""
    if first is not None:
        return first.date()
    return max(now(), vacancy.opens_at or vacancy.created_at).date()


def _at(place: Place, given: Collection[Given], begins: dt.date, rule: NoticeRule) -> AtPlace:
    told = min((each.row.given_on for each in given if each.row.place in ("", place.key)), default=None)
    earliest = after_business_days(told, place.days, rule.days_off) if told else None
    return AtPlace(place, told, earliest, begins)


def _evidence(session: Session, vacancy: Vacancy) -> tuple[Evidence, dt.datetime | None]:
    """What the site saw, and when the first agreed: everybody's sitting is read once for both."""
    rows = session.execute(
        select(Sitting.notice_version, Sitting.consented_at.is_not(None), func.count(), func.min(Sitting.created_at))
        .join(
            Applicant, (Applicant.organisation_id == Sitting.organisation_id) & (Applicant.id == Sitting.applicant_id)
        )
        .where(
            Sitting.organisation_id == vacancy.organisation_id,
            Applicant.vacancy_id == vacancy.id,
            Sitting.purpose == "selection",
        )
        .group_by(Sitting.notice_version, Sitting.consented_at.is_not(None))
    ).all()
    told = [row for row in rows if row[1]]
    agreed = {version or "": number for version, _told, number, _first in told}
    evidence = Evidence(sum(row[2] for row in rows), sum(agreed.values()), dict(sorted(agreed.items())))
    return evidence, min((row[3] for row in told), default=None)


def notice_sentence(status: NoticeStatus) -> str:
    """One sentence for the head of the vacancy and of files."""
    first = status.first
    if first is None:
        said = _("No notice about the use of a program in selection is recorded.")
    else:
        said = _(
            "Notice about the use of a program in selection given on %(day)s (%(version)s).",
            day=format_date(first.given_on, "yyyy-MM-dd"),
            version=first.version,
        )
    evidence = status.evidence
    if not evidence.began:
        return said
    return (
        said
        + " "
        + ngettext(
            "Of %(num)s person who began, %(agreed)s agreed to the notice before the first question.",
            "Of %(num)s people who began, %(agreed)s agreed to the notice before the first question.",
            evidence.began,
            agreed=evidence.agreed,
        )
    )


@dataclass(frozen=True)
class NewNotice:
    """What somebody records."""

    given_on: dt.date | None
    how: str
    version: str
    place: str = ""
    note: str = ""


def record_notice(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, wanted: NewNotice, *, user_id: uuid.UUID
) -> VacancyNotice:
    """Keep that a notice was given on a day that has come."""
    get_vacancy(session, organisation_id, vacancy_id)
    if faults := _faults(wanted, rule_of(session, organisation_id)):
        raise Invalid(faults)
    row = VacancyNotice(
        organisation_id=organisation_id,
        vacancy_id=vacancy_id,
        given_on=wanted.given_on,
        how=wanted.how,
        version=wanted.version.strip(),
        place=wanted.place,
        note=wanted.note.strip(),
        recorded_by=user_id,
    )
    session.add(row)
    session.flush()
    _record(session, row, "notice.recorded", user_id)
    return row


def _faults(wanted: NewNotice, rule: NoticeRule) -> list[str]:
    faults = []
    if wanted.given_on is None or wanted.given_on > now().date() or not is_near(wanted.given_on):
        faults.append(_("Give the day on which people were told: today or before."))
    if wanted.how not in HOW:
        faults.append(_("Say how people were told."))
    if not 0 < len(wanted.version.strip()) <= LONGEST_VERSION:
        faults.append(_("Say which text was given, in at most %(most)s letters.", most=LONGEST_VERSION))
    if len(wanted.note) > LONGEST_NOTE:
        faults.append(_("Keep the note under %(most)s letters.", most=LONGEST_NOTE))
    if wanted.place and rule.find(wanted.place) is None:
        faults.append(_("Choose one of the places."))
    return faults


def take_back_notice(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, notice_id: uuid.UUID, *, user_id: uuid.UUID
) -> None:
    """It was recorded by mistake. The row stays, and says so."""
    row = lock_row(session, VacancyNotice, organisation_id, notice_id)
    if row.vacancy_id != vacancy_id:
        raise NotFound
    if row.taken_back_at is not None:
        raise Conflict(_("This record was taken back already."))
    row.taken_back_at = now()
    _record(session, row, "notice.taken_back", user_id)


def _record(session: Session, row: VacancyNotice, action: str, user_id: uuid.UUID) -> None:
    record_event(
        session,
        row.organisation_id,
        action,
        user_id=user_id,
        subject="vacancy",
        subject_id=row.vacancy_id,
        notice=str(row.id),
        given_on=row.given_on.isoformat(),
        how=row.how,
    )
    session.flush()


def set_places(
    session: Session, organisation_id: uuid.UUID, vacancy_id: uuid.UUID, keys: Collection[str], *, user_id: uuid.UUID
) -> None:
    """Say whose law holds for this vacancy."""
    vacancy = get_vacancy(session, organisation_id, vacancy_id)
    lock_vacancy(session, vacancy)
    rule = rule_of(session, organisation_id)
    wanted = sorted({key for key in keys if rule.find(key)})
    if wanted == sorted(places_of(session, vacancy)):
        return
    session.execute(
        delete(VacancyPlace).where(
            VacancyPlace.organisation_id == organisation_id, VacancyPlace.vacancy_id == vacancy_id
        )
    )
    session.add_all(VacancyPlace(organisation_id=organisation_id, vacancy_id=vacancy_id, place=key) for key in wanted)
    record_event(
        session,
        organisation_id,
        "notice.places",
        user_id=user_id,
        subject="vacancy",
        subject_id=vacancy_id,
        places=wanted,
    )
    session.flush()
