"""An expert's own ratings: save, read back, take along, erase. Nobody else's, and only while the panel is open."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import Item
from webapp.errors import Invalid, NotFound
from webapp.records import PanelRating
from webapp.services.panel.invite_experts import delete_ratings
from webapp.services.panel.open_expert_link import ExpertLink, check_open, lock_expert, read_expert_link
from webapp.services.panel.rated_items import Place, places_of, rated_items
from webapp.services.record_event import record_event
from webapp.services.show_item import Screen, screen_of


@dataclass(frozen=True)
class GivenRating:
    """How good an expert thinks an option is; None takes back what was said."""

    item: str
    option: str
    value: int | None

    @property
    def place(self) -> Place:
        return self.item, self.option


@dataclass(frozen=True)
class ExpertSheet:
    """Every situation with this expert's own ratings."""

    link: ExpertLink
    items: Sequence[Item]
    ratings: Mapping[Place, int]

    @property
    def total(self) -> int:
        return sum(len(item.options) for item in self.items)

    @property
    def done(self) -> int:
        return len(self.ratings)

    def chosen(self, item: str, option: str) -> str:
        """What stands on the page: a point, or nothing."""
        return str(self.ratings.get((item, option), ""))

    def done_of(self, item: Item) -> int:
        return sum((item.id, option) in self.ratings for option in item.option_ids)

    def first_open(self) -> int | None:
        """The number of the first situation with an option that is not rated."""
        left = (number for number, item in enumerate(self.items, 1) if self.done_of(item) < len(item.options))
        return next(left, None)

    def screen(self, number: int) -> Screen:
        """One situation in the expert's language, its options in an order of their own."""
        return screen_of(self.items[number - 1], self.link.language, self.link.expert.seed)


def read_expert_sheet(session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID) -> ExpertSheet:
    """The sheet of this expert; a panel that is over, or an invitation taken back, is said so."""
    link = read_expert_link(session, organisation_id, expert_id)
    check_open(link)
    items = rated_items(session, link.panel)
    known = set(places_of(items))
    kept = {(row.item_id, row.option_id): row.value for row in _rows(session, link)}
    return ExpertSheet(link, items, {place: value for place, value in kept.items() if place in known})


def save_panel_ratings(
    session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID, given: Sequence[GivenRating]
) -> None:
    """Save these, all or none; the newest save counts, from whichever tab."""
    link = lock_expert(session, organisation_id, expert_id)
    known = {item.id: item for item in rated_items(session, link.panel)}
    for each in given:
        _check(known.get(each.item), each)
    there = {(row.item_id, row.option_id): row for row in _rows(session, link)}
    for each in given:
        _write(session, link, each, there)
    session.flush()


def _check(item: Item | None, given: GivenRating) -> None:
    if item is None or given.option not in item.option_ids:
        raise NotFound
    assert item.scale is not None
    if given.value is not None and given.value not in item.scale.points:
        raise Invalid([_("Choose one of the points of the scale.")])


def _write(session: Session, link: ExpertLink, given: GivenRating, there: dict[Place, PanelRating]) -> None:
    present = there.get(given.place)
    if given.value is None:
        if present is not None:
            session.delete(there.pop(given.place))
    elif present is not None:
        present.value = given.value
    else:
        there[given.place] = _new(link, given, given.value)
        session.add(there[given.place])


def _new(link: ExpertLink, given: GivenRating, value: int) -> PanelRating:
    assert link.expert.expert_code is not None
    return PanelRating(
        organisation_id=link.organisation.id,
        id=uuid.uuid4(),  # in no order, unlike our other ids: the order of saving would tell experts apart
        panel_id=link.panel.id,
        expert_code=link.expert.expert_code,
        item_id=given.item,
        option_id=given.option,
        value=value,
    )


def _rows(session: Session, link: ExpertLink) -> list[PanelRating]:
    found = select(PanelRating).where(
        PanelRating.organisation_id == link.organisation.id,
        PanelRating.panel_id == link.panel.id,
        PanelRating.expert_code == link.expert.expert_code,
    )
    return list(session.scalars(found))


def export_own(session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID) -> dict[str, Any]:
    """The expert's own ratings to take along, in words that can be read."""
    sheet = read_expert_sheet(session, organisation_id, expert_id)
    language = sheet.link.language
    rows = [
        {
            "situation": item.titles.get(language) or item.id,
            "action": item.option(option).texts[language],
            "rating": sheet.ratings[item.id, option],
        }
        for item in sheet.items
        for option in item.option_ids
        if (item.id, option) in sheet.ratings
    ]
    _record(session, sheet.link, "panel.exported")
    return {"company": sheet.link.organisation.name, "panel": sheet.link.panel.title, "ratings": rows}


def erase_own(session: Session, organisation_id: uuid.UUID, expert_id: uuid.UUID) -> None:
    """Delete everything that this expert has saved."""
    link = lock_expert(session, organisation_id, expert_id)
    delete_ratings(session, link.expert)
    link.expert.finished_at = None
    _record(session, link, "panel.erased")


def _record(session: Session, link: ExpertLink, action: str) -> None:
    record_event(session, link.organisation.id, action, subject="expert_panel", subject_id=link.panel.id)
