"""A rater's own ratings: save, read back, take along, erase. Nobody else's, and only while the round is open.

One of the two services that may touch collected ratings; the other reads them for training and figures.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.errors import Invalid, NotFound
from webapp.records import CollectedRating, RatingRound
from webapp.records.base import now
from webapp.services.record_event import record_event
from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.find_round import asked_competences
from webapp.services.rounds.open_rating_link import RaterLink, check_round, lock_rater, read_rater_link
from webapp.services.rounds.rater_key import rater_key
from webapp.services.rounds.read_colleagues import colleagues_of

Key = tuple[uuid.UUID, str]


@dataclass(frozen=True)
class OwnRating:
    """What was said of one colleague on one competence. Neither: take back what was said."""

    performer_id: uuid.UUID
    competence: str
    value: int | None = None
    not_observed: bool = False

    @property
    def key(self) -> Key:
        return self.performer_id, self.competence

    @property
    def empty(self) -> bool:
        return self.value is None and not self.not_observed


def save_ratings(
    session: Session,
    organisation_id: uuid.UUID,
    rater_id: uuid.UUID,
    given: Sequence[OwnRating],
    *,
    secret_key: str,
) -> int:
    """Save these, all or none; the newest save counts, from whichever tab. Returns how many are saved in all."""
    link = lock_rater(session, organisation_id, rater_id)
    _check(session, link, given)
    key = rater_key(link.round, secret_key, link.rater.staff_member_id)
    there = {(row.performer_id, row.competence): row for row in _rows(session, link.round, key)}
    for each in given:
        _write(session, link.round, key, each, there.pop(each.key, None))
    session.flush()
    return len(_rows(session, link.round, key))


def _check(session: Session, link: RaterLink, given: Sequence[OwnRating]) -> None:
    asked = {each.code: each for each in asked_competences(link.round)}
    colleagues = {each.id for each in colleagues_of(session, link.rater)}
    for each in given:
        if each.performer_id not in colleagues or each.competence not in asked:
            raise NotFound
        if not _on_scale(each, asked[each.competence]):
            raise Invalid([_("Choose one of the points of the scale, or say that you could not observe it.")])


def _on_scale(given: OwnRating, asked: CompetenceText) -> bool:
    if given.not_observed:
        return given.value is None
    return given.value is None or given.value in asked.points


def _rows(session: Session, row: RatingRound, key: str) -> list[CollectedRating]:
    found = select(CollectedRating).where(
        CollectedRating.organisation_id == row.organisation_id,
        CollectedRating.round_id == row.id,
        CollectedRating.rater_key == key,
    )
    return list(session.scalars(found))


def _write(session: Session, row: RatingRound, key: str, given: OwnRating, present: CollectedRating | None) -> None:
    if given.empty:
        if present is not None:
            session.delete(present)
        return
    kept = present or CollectedRating(
        organisation_id=row.organisation_id,
        id=uuid.uuid4(),  # in no order, unlike our other ids: the order of saving would tell raters apart
        round_id=row.id,
        performer_id=given.performer_id,
        rater_key=key,
        competence=given.competence,
    )
    kept.value = given.value
    kept.not_observed = given.not_observed
    kept.saved_on = now().date()
    session.add(kept)


def own_ratings(session: Session, link: RaterLink, *, secret_key: str) -> dict[Key, OwnRating]:
    """What this rater has saved so far; after closing nobody can tell any more."""
    check_round(link)
    key = rater_key(link.round, secret_key, link.rater.staff_member_id)
    return {
        (row.performer_id, row.competence): OwnRating(row.performer_id, row.competence, row.value, row.not_observed)
        for row in _rows(session, link.round, key)
    }


def export_own(session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID, *, secret_key: str) -> dict[str, Any]:
    """The rater's own ratings to take along, in words that can be read."""
    link = read_rater_link(session, organisation_id, rater_id)
    ratings = own_ratings(session, link, secret_key=secret_key)
    people = {each.id: each for each in colleagues_of(session, link.rater)}
    names = {each.code: each.names[link.language] for each in asked_competences(link.round)}
    _record(session, link, "rating.exported")
    return {
        "company": link.organisation.name,
        "round": link.round.title,
        "ratings": list(_export_rows(ratings.values(), {key: each.name for key, each in people.items()}, names)),
    }


def _export_rows(
    ratings: Iterable[OwnRating], people: dict[uuid.UUID, str], names: dict[str, str]
) -> Iterable[dict[str, Any]]:
    for each in sorted(ratings, key=lambda each: (people.get(each.performer_id, ""), each.competence)):
        said = "could not observe" if each.not_observed else each.value
        yield {"colleague": people.get(each.performer_id, ""), "competence": names[each.competence], "rating": said}


def erase_own(session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID, *, secret_key: str) -> int:
    """Delete everything that this rater has saved in this round; returns how many ratings there were."""
    link = lock_rater(session, organisation_id, rater_id, leavers=True)
    key = rater_key(link.round, secret_key, link.rater.staff_member_id)
    number = len(_rows(session, link.round, key))
    session.execute(
        delete(CollectedRating)
        .where(
            CollectedRating.organisation_id == organisation_id,
            CollectedRating.round_id == link.round.id,
            CollectedRating.rater_key == key,
        )
        .execution_options(synchronize_session="fetch")
    )
    link.rater.finished = False
    _record(session, link, "rating.erased")
    return number


def _record(session: Session, link: RaterLink, action: str) -> None:
    """The round is named, the rater is not: the log must not tell who did it."""
    record_event(session, link.organisation.id, action, subject="rating_round", subject_id=link.round.id)
