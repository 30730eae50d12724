"""What opening a round would mean: how many people, how much for each of them, and what stands in the way."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scoring.service_matrix import LEAST_RATERS, loads, raters_each
from webapp.records import ServiceLink, StaffMember
from webapp.records.base import now
from webapp.services.matrix.rater_load import minutes
from webapp.services.matrix.read_matrix import plain_id, read_cap
from webapp.services.matrix.thinning import thinned
from webapp.services.rounds.competence_texts import CompetenceText, shared_languages
from webapp.services.rounds.draft_round import faults_of_competences, overlap_words, overlapping
from webapp.services.rounds.find_round import find_round
from webapp.services.rounds.own_competences import chosen_competences
from webapp.services.rounds.shared_pairs import faults_of_pairs
from webapp.services.staff.presence import is_present

COMFORTABLE = 20
SHOWN = 20
Pairs = Sequence[Any]
"""Of performer and rater."""


@dataclass(frozen=True)
class Named:
    """Somebody on the page, and a number about them."""

    name: str
    code: str
    number: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Some:
    """A count of people and the names of the first of them."""

    number: int
    shown: tuple[Named, ...]


@dataclass(frozen=True)
class RoundPreview:
    """Size and load. `faults` say why it cannot open yet."""

    competences: tuple[CompetenceText, ...]
    languages: tuple[str, ...]
    raters: int
    performers: int
    pairs: int
    least: int
    middle: float
    most: int
    heavy: Some
    """Who is asked for more than is comfortable, the heaviest first."""
    thin: Some
    """Who has fewer than three raters: no figure of theirs can ever be shown."""
    unreachable: Some
    """Who would rate but has no e-mail address: nobody else may hand them their link."""
    faults: tuple[str, ...]

    @property
    def ratings(self) -> int:
        return self.pairs * len(self.competences)

    @property
    def minutes(self) -> int:
        return minutes(self.most, len(self.competences))

    @property
    def can_open(self) -> bool:
        return not self.faults


def preview_round(
    session: Session, organisation_id: uuid.UUID, round_id: uuid.UUID, *, opening: dt.datetime | None = None
) -> RoundPreview:
    """What it would mean on its day, or at the moment of `opening`."""
    row = find_round(session, organisation_id, round_id)
    chosen = chosen_competences(session, organisation_id, row.competence_codes)
    people = Staff(session, organisation_id)
    pairs = people.pairs()
    faults = faults_of_competences(chosen)
    if missing := len(row.competence_codes) - len(chosen):
        faults.append(
            _("Competences that were chosen are no longer there: %(number)s. Edit the round.", number=missing)
        )
    if not pairs:
        faults.append(_("Nobody would rate anybody: say first who serves whom, and give people e-mail addresses."))
    if other := overlapping(session, organisation_id, row.kind, (row.opens_at, row.closes_at), row.id):
        faults.append(overlap_words(other))
    faults += faults_of_pairs(session, row, pairs, opening or max(now(), row.opens_at))
    return _counted(people, pairs, chosen, faults)


class Staff:
    """The matrix by ids as the database holds them, which is much faster where they only tell people apart.

    It counts what `pairs_to_ask` would freeze, and a test holds the two together.
    """

    def __init__(self, session: Session, organisation_id: uuid.UUID) -> None:
        self.session = session
        self.organisation_id = organisation_id
        people = select(plain_id(StaffMember.id), StaffMember.email != "")
        rows = self._read(people.where(StaffMember.organisation_id == organisation_id, is_present()))
        self.writable = {row[0]: bool(row[1]) for row in rows}
        self.unreachable: set[Any] = set()

    def _read(self, statement: Select[Any, Any]) -> Sequence[Any]:
        return self.session.connection().execute(statement).all()

    def pairs(self) -> Pairs:
        """Performer and rater of everybody who would be asked, thinned to the cap."""
        cap, here = read_cap(self.session, self.organisation_id), self.writable
        links = select(plain_id(ServiceLink.performer_id), plain_id(ServiceLink.customer_id)).where(
            ServiceLink.organisation_id == self.organisation_id, ServiceLink.excluded.is_(False)
        )
        if cap.most is not None:
            links = links.order_by(ServiceLink.performer_id, ServiceLink.customer_id)
        found = [(one, other) for one, other in self._read(links) if one in here and other in here]
        kept: Pairs = found if cap.most is None else thinned(found, cap.most, cap.seed)
        self.unreachable = {rater for _performer, rater in kept if not here[rater]}
        return [pair for pair in kept if here[pair[1]]] if self.unreachable else kept

    def named(self, ids: Collection[Any]) -> dict[Any, Named]:
        rows = self.session.execute(
            select(plain_id(StaffMember.id), StaffMember.name, StaffMember.code)
            .where(StaffMember.organisation_id == self.organisation_id, plain_id(StaffMember.id).in_(ids))
            .order_by(StaffMember.name_folded, StaffMember.code)
        )
        return {row[0]: Named(row[1] or row[2], row[2]) for row in rows}

    def some(self, ids: Collection[Any]) -> Some:
        first = sorted(ids, key=str)[:SHOWN]
        return Some(len(ids), tuple(self.named(first).values()) if first else ())


def _counted(people: Staff, pairs: Pairs, chosen: Sequence[CompetenceText], faults: Sequence[str]) -> RoundPreview:
    rating, rated = loads(pairs), raters_each(pairs)
    counts = sorted(rating.values()) or [0]
    return RoundPreview(
        competences=tuple(chosen),
        languages=tuple(shared_languages(chosen)),
        raters=len(rating),
        performers=len(rated),
        pairs=len(pairs),
        least=counts[0],
        middle=median(counts),
        most=counts[-1],
        heavy=_heavy(people, rating, len(chosen)),
        thin=people.some([performer for performer, number in rated.items() if number < LEAST_RATERS]),
        unreachable=people.some(people.unreachable),
        faults=tuple(faults),
    )


def _heavy(people: Staff, rating: dict[Any, int], competences: int) -> Some:
    above = sorted(((number, rater) for rater, number in rating.items() if number > COMFORTABLE), key=_heaviest)
    named = people.named([rater for _number, rater in above[:SHOWN]]) if above else {}
    shown = (
        Named(named[rater].name, named[rater].code, number, minutes(number, competences))
        for number, rater in above[:SHOWN]
    )
    return Some(len(above), tuple(shown))


def _heaviest(pair: tuple[int, Any]) -> tuple[int, str]:
    return -pair[0], str(pair[1])
