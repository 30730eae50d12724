"""Everything that a rater's page shows: whom, on what, and what they have said so far."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from webapp.services.rounds.competence_texts import CompetenceText
from webapp.services.rounds.find_round import asked_competences
from webapp.services.rounds.open_rating_link import RaterLink, read_rater_link
from webapp.services.rounds.read_colleagues import Colleague, colleagues_of
from webapp.services.rounds.save_rating import Key, OwnRating, own_ratings

NOT_OBSERVED = "not_observed"


@dataclass(frozen=True)
class Sheet:
    """A rater's colleagues and competences, with the rater's own ratings."""

    link: RaterLink
    colleagues: Sequence[Colleague]
    competences: Sequence[CompetenceText]
    ratings: Mapping[Key, OwnRating]

    @property
    def language(self) -> str:
        return self.link.language

    @property
    def total(self) -> int:
        return len(self.colleagues) * len(self.competences)

    @property
    def done(self) -> int:
        return sum(self.done_of_competence(each.code) for each in self.competences)

    @property
    def observed(self) -> int:
        return sum(not each.not_observed for each in self.ratings.values())

    def chosen(self, performer_id: uuid.UUID, competence: str) -> str:
        """What stands on the page: a point, that it could not be observed, or nothing."""
        found = self.ratings.get((performer_id, competence))
        if found is None:
            return ""
        return NOT_OBSERVED if found.not_observed else str(found.value)

    def done_of_competence(self, code: str) -> int:
        return sum((each.id, code) in self.ratings for each in self.colleagues)

    def done_of_colleague(self, performer_id: uuid.UUID) -> int:
        return sum((performer_id, each.code) in self.ratings for each in self.competences)

    def first_open_competence(self) -> int | None:
        """The number of the first competence that is not done for everybody."""
        counted = enumerate((self.done_of_competence(each.code) for each in self.competences), 1)
        return next((number for number, done in counted if done < len(self.colleagues)), None)

    def first_open_colleague(self) -> int | None:
        counted = enumerate((self.done_of_colleague(each.id) for each in self.colleagues), 1)
        return next((number for number, done in counted if done < len(self.competences)), None)


def read_sheet(session: Session, organisation_id: uuid.UUID, rater_id: uuid.UUID, *, secret_key: str) -> Sheet:
    """The sheet of this rater; a round that is over, or a rater who left, is said so."""
    link = read_rater_link(session, organisation_id, rater_id)
    ratings = own_ratings(session, link, secret_key=secret_key)
    return Sheet(link, colleagues_of(session, link.rater), asked_competences(link.round), ratings)
