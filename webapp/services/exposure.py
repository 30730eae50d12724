"""In how many sittings each question was shown: counted by the worker from what was saved, never while saving."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.records import Answer, ItemExposure, Organisation, QuestionnaireVersion, ResultReuse, Sitting
from webapp.records.base import now
from webapp.services.read_questionnaire import read_questionnaire

Shown = tuple[uuid.UUID, str, str, str]
"""Questionnaire, form, question and language."""


def count_exposure(session: Session, moment: dt.datetime | None = None) -> int:
    """Count this month and the one before anew, for every organisation; returns how many counts changed."""
    months = months_to_count(moment or now())
    owners = session.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    return sum(_count_month(session, owner, *month) for owner in owners for month in months)


def months_to_count(moment: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """Beginning and end of both months; sittings that began in an older one are over, and their counts stay."""
    this = dt.datetime(moment.year, moment.month, 1, tzinfo=dt.UTC)
    following = (this + dt.timedelta(days=32)).replace(day=1)
    return [((this - dt.timedelta(days=1)).replace(day=1), this), (this, following)]


def _count_month(session: Session, owner: uuid.UUID, begin: dt.datetime, end: dt.datetime) -> int:
    month = f"{begin:%Y-%m}"
    kept = {_key(row): row for row in _kept(session, owner, month)}
    changed = 0
    for key, number in _shown(session, owner, begin, end):
        row = kept.get(key) or _new(session, owner, key, month)
        if number > row.sittings:
            # Erasing somebody's answers does not make a question unseen, so that a count never falls.
            row.sittings = number
            changed += 1
    session.flush()
    return changed


def _kept(session: Session, owner: uuid.UUID, month: str) -> Iterable[ItemExposure]:
    return session.scalars(
        select(ItemExposure).where(ItemExposure.organisation_id == owner, ItemExposure.month == month).with_for_update()
    )


def _key(row: ItemExposure) -> Shown:
    return row.questionnaire_id, row.form, row.item_id, row.language


def _new(session: Session, owner: uuid.UUID, key: Shown, month: str) -> ItemExposure:
    questionnaire_id, form, item_id, language = key
    row = ItemExposure(
        organisation_id=owner,
        questionnaire_id=questionnaire_id,
        form=form,
        item_id=item_id,
        language=language,
        month=month,
        sittings=0,
    )
    session.add(row)
    return row


def _shown(session: Session, owner: uuid.UUID, begin: dt.datetime, end: dt.datetime) -> list[tuple[Shown, int]]:
    """Answered or skipped: shown. Answers that HR imported or somebody reused were shown elsewhere, or before."""
    reused = select(ResultReuse.sitting_id).where(ResultReuse.organisation_id == owner)
    rows = session.execute(
        select(Sitting.questionnaire_id, Sitting.form, Answer.item_id, Sitting.language, func.count())
        .join(Answer, (Answer.organisation_id == Sitting.organisation_id) & (Answer.sitting_id == Sitting.id))
        .where(
            Sitting.organisation_id == owner,
            Sitting.created_at >= begin,
            Sitting.created_at < end,
            Sitting.batch_id.is_(None),
            Sitting.id.not_in(reused),
        )
        .group_by(Sitting.questionnaire_id, Sitting.form, Answer.item_id, Sitting.language)
    )
    return [((row[0], row[1], row[2], row[3]), row[4]) for row in rows]


@dataclass
class ItemCount:
    """One question of one form: in how many sittings it was shown."""

    item_id: str
    title: str
    total: int = 0
    lately: int = 0
    """Of these, in the last three months."""
    languages: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    months: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True)
class FormCounts:
    """One form of one questionnaire, with its questions, the most shown first."""

    questionnaire: QuestionnaireVersion
    form: str
    items: Sequence[ItemCount]

    @property
    def most(self) -> int:
        return max((each.total for each in self.items), default=0)

    @property
    def least(self) -> int:
        return min((each.total for each in self.items), default=0)

    @property
    def months(self) -> list[str]:
        return sorted({month for each in self.items for month in each.months})


def read_exposure(session: Session, organisation_id: uuid.UUID, language: str) -> list[FormCounts]:
    """All counts of this organisation, form by form; forms that nobody has seen are left out."""
    forms: dict[tuple[uuid.UUID, str], dict[str, ItemCount]] = {}
    rows = session.scalars(select(ItemExposure).where(ItemExposure.organisation_id == organisation_id))
    first_late_month = months_back(now(), 2)
    for row in rows:
        _add(forms.setdefault((row.questionnaire_id, row.form), {}), row, first_late_month)
    found = [_form(session, organisation_id, key, counts, language) for key, counts in forms.items()]
    return sorted(found, key=lambda each: (each.questionnaire.name, each.questionnaire.version, each.form))


def _add(counts: dict[str, ItemCount], row: ItemExposure, first_late_month: str) -> None:
    count = counts.setdefault(row.item_id, ItemCount(row.item_id, ""))
    count.total += row.sittings
    count.lately += row.sittings if row.month >= first_late_month else 0
    count.languages[row.language] += row.sittings
    count.months[row.month] += row.sittings


def months_back(moment: dt.datetime, number: int) -> str:
    """The month so many months ago, as it is kept."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - number, 12)
    return f"{year:04d}-{month + 1:02d}"


def _form(
    session: Session, owner: uuid.UUID, key: tuple[uuid.UUID, str], counts: dict[str, ItemCount], language: str
) -> FormCounts:
    row = session.get_one(QuestionnaireVersion, (owner, key[0]))
    titles: dict[str, Any] = {item.id: item.titles for item in read_questionnaire(session, owner, key[0]).items}
    for count in counts.values():
        count.title = titles.get(count.item_id, {}).get(language, "") or count.item_id
    return FormCounts(row, key[1], sorted(counts.values(), key=lambda each: (-each.total, each.item_id)))
