"""Gather what a model is trained on: the staff's answers and the ratings of them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.confidence import in_fives
from models.training import MINIMUM
from questionnaires.answers import AnswerSheet
from scoring.ratings import Rating as RatingValue
from webapp.records import Answer, Rating, Sitting, StaffMember, Unit
from webapp.services.outcomes.answers_of_hired import HiredSitting, answers_by_sitting, answers_of_hired
from webapp.services.rounds.rated_people import closed_rounds
from webapp.services.rounds.read_for_training import Collected, read_for_training
from webapp.services.training_confidence import chosen_in_secret, rated_by_enough
from webapp.services.training_failure import TrainingRefused

FEWEST_PEOPLE = MINIMUM


@dataclass(frozen=True)
class TrainingData:
    """Answers and ratings as plain values; people go by the company's own codes."""

    sheets: tuple[AnswerSheet, ...]
    ratings: tuple[RatingValue, ...]
    scale: tuple[float, float]
    in_confidence: bool = False
    """Whether some of the ratings were collected in rounds."""
    few_raters: int = 0
    """How many people were left out because fewer than three rated them."""
    hired: tuple[str, ...] = ()
    """Of these people the answers are those that they gave as applicants, before they were hired."""

    def as_text(self) -> str:
        """Canonical JSON, from which the fingerprint is made."""
        plain = {
            "sheets": [vars(sheet) for sheet in self.sheets],
            "ratings": [list(rating) for rating in self.ratings],
            "scale": list(self.scale),
            "in_confidence": self.in_confidence,
            "few_raters": self.few_raters,
            **({"hired": list(self.hired)} if self.hired else {}),
        }
        return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> TrainingData:
        plain = json.loads(text)
        return cls(
            sheets=tuple(AnswerSheet(**sheet) for sheet in plain["sheets"]),
            ratings=tuple(RatingValue(*rating) for rating in plain["ratings"]),
            scale=(plain["scale"][0], plain["scale"][1]),
            in_confidence=plain.get("in_confidence", False),
            few_raters=plain.get("few_raters", 0),
            hired=tuple(plain.get("hired", ())),
        )


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def gather_training_data(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str, secret_key: str
) -> TrainingData:
    """Return the newest answers and ratings of everybody; refuse where nothing can be learned."""
    sittings = newest_sittings(session, organisation_id, questionnaire_id, form)
    hired = {
        member: sat
        for member, sat in answers_of_hired(session, organisation_id, questionnaire_id, form).items()
        if member not in sittings
    }
    sheets = sheets_of(session, organisation_id, sittings, hired)
    codes = staff_codes(session, organisation_id)
    imported = newest_ratings(session, organisation_id)
    collected = ratings_of_rounds(session, organisation_id, secret_key)
    rows = imported + collected.ratings
    confidence = bool(collected.people)
    refuse_useless(sheets, rows, codes, confidence)
    few = len(collected.people - {row.ratee_id for row in rows})
    names = tuple(sorted(codes[member] for member in hired))
    return TrainingData(tuple(sheets), tuple(values_of(rows, codes)), one_scale(rows), confidence, few, names)


class Sat(NamedTuple):
    """A submitted sitting of somebody on the staff."""

    staff_member_id: uuid.UUID
    id: uuid.UUID
    language: str


def newest_sittings(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str
) -> dict[uuid.UUID, Sat]:
    """The newest submitted sitting of each member of staff, by the member's id."""
    rows = session.execute(
        select(Sitting.staff_member_id, Sitting.id, Sitting.language)
        .where(
            Sitting.organisation_id == organisation_id,
            Sitting.questionnaire_id == questionnaire_id,
            Sitting.form == form,
            Sitting.staff_member_id.is_not(None),
            Sitting.state == "submitted",
        )
        .order_by(Sitting.submitted_at, Sitting.id)
    )
    return {member: Sat(member, sitting, language) for member, sitting, language in rows if member is not None}


def sheets_of(
    session: Session,
    organisation_id: uuid.UUID,
    sittings: Mapping[uuid.UUID, Sat],
    hired: Mapping[uuid.UUID, HiredSitting] | None = None,
) -> list[AnswerSheet]:
    """The answers of staff; of those who were hired and have not answered since, what they answered as applicants."""
    hired = hired or {}
    answers = answers_of(session, organisation_id, sittings.values())
    answers |= answers_by_sitting(session, organisation_id, hired.values())
    chosen: dict[uuid.UUID, Sat | HiredSitting] = {**hired, **sittings}
    people = session.execute(
        select(StaffMember.id, StaffMember.code, StaffMember.job_family, Unit.name)
        .outerjoin(Unit, (Unit.organisation_id == StaffMember.organisation_id) & (Unit.id == StaffMember.unit_id))
        .where(StaffMember.organisation_id == organisation_id)
        .order_by(StaffMember.code)
    )
    return [
        AnswerSheet(
            person=code,
            answers=answers[chosen[member].id],
            unit=unit,
            job_family=job_family or None,
            language=chosen[member].language or None,
        )
        for member, code, job_family, unit in people
        if member in chosen
    ]


def answers_of(
    session: Session, organisation_id: uuid.UUID, sittings: Iterable[Sat]
) -> dict[uuid.UUID, dict[str, dict[str, Any]]]:
    wanted = {sitting.id for sitting in sittings}
    rows = session.execute(
        select(Answer.sitting_id, Answer.item_id, Answer.value)
        .join(Sitting, (Sitting.organisation_id == Answer.organisation_id) & (Sitting.id == Answer.sitting_id))
        .where(Answer.organisation_id == organisation_id, Sitting.staff_member_id.is_not(None))
        .order_by(Answer.sitting_id, Answer.item_id)
    )
    found: dict[uuid.UUID, dict[str, dict[str, Any]]] = defaultdict(dict)
    for sitting_id, item_id, value in rows:
        if sitting_id in wanted and value is not None:
            found[sitting_id][item_id] = value
    return found


def staff_codes(session: Session, organisation_id: uuid.UUID) -> dict[uuid.UUID, str]:
    rows = session.execute(
        select(StaffMember.id, StaffMember.code).where(StaffMember.organisation_id == organisation_id)
    )
    return dict(rows.all())


class Given(NamedTuple):
    """A rating as it was imported, without the weight of a record."""

    ratee_id: uuid.UUID
    rater_code: str | None
    competence: str | None
    rated_on: str | None
    value: float
    scale_min: float
    scale_max: float
    batch_id: uuid.UUID | None

    @property
    def key(self) -> tuple[uuid.UUID, str | None, str | None, str | None]:
        """What a later file must repeat to replace it."""
        return self[:4]


def newest_ratings(session: Session, organisation_id: uuid.UUID) -> list[Given]:
    """Every rating that no later import replaced.

    A later file replaces what it repeats: the same rater, ratee, competence and date. Where raters are not
    known, it replaces all ratings of that ratee, competence and date.
    """
    rows = session.execute(
        select(*(getattr(Rating, name) for name in Given._fields))
        .where(Rating.organisation_id == organisation_id)
        .order_by(Rating.created_at, Rating.batch_id, Rating.id)
    )
    given = [Given(*row) for row in rows]
    newest = {row[:4]: row.batch_id for row in given}
    return [row for row in given if row.batch_id == newest[row[:4]]]


class InConfidence(NamedTuple):
    """What rounds give to a run, and whom they are about, with enough raters or without."""

    ratings: list[Given]
    people: set[uuid.UUID]


def ratings_of_rounds(session: Session, organisation_id: uuid.UUID, secret_key: str) -> InConfidence:
    """What colleagues said in confidence, in released rounds, of people whom three of them rated.

    HR does not know it, the reading is noted, and which ratings are taken depends on the installation's secret.
    A rater is a key of one round: nobody knows whose, and in another round the same person has another.
    """
    released = [row.id for row in closed_rounds(session, organisation_id) if row.state == "released"]
    rows = read_for_training(session, organisation_id, "training", released) if released else []
    taken = chosen_in_secret(rated_by_enough(rows), secret_key)
    return InConfidence([given_by_round(each) for each in taken], {each.performer_id for each in rows})


def given_by_round(each: Collected) -> Given:
    return Given(
        ratee_id=each.performer_id,
        rater_code=f"{each.round_id.hex[-8:]}:{each.rater_key}",
        competence=each.competence,
        rated_on=each.closed_on,
        value=float(each.value),
        scale_min=float(each.scale_min),
        scale_max=float(each.scale_max),
        batch_id=None,
    )


def values_of(rows: Iterable[Given], codes: Mapping[uuid.UUID, str]) -> list[RatingValue]:
    values = [RatingValue(codes[row.ratee_id], row.rater_code, row.value, row.competence, row.rated_on) for row in rows]
    return sorted(values, key=lambda value: tuple("" if part is None else str(part) for part in value))


def one_scale(rows: Iterable[Given]) -> tuple[float, float]:
    scales = {(row.scale_min, row.scale_max) for row in rows}
    if len(scales) > 1:
        raise TrainingRefused("several_scales", scales=sorted(scales))
    return scales.pop()


def refuse_useless(
    sheets: list[AnswerSheet], rows: list[Given], codes: Mapping[uuid.UUID, str], in_confidence: bool
) -> None:
    """Say at once what is missing, before anything is computed."""
    if not sheets:
        raise TrainingRefused("no_answers")
    if not rows:
        raise TrainingRefused("no_ratings")
    rated = {codes[row.ratee_id] for row in rows}
    both = sum(sheet.person in rated for sheet in sheets)
    if both < FEWEST_PEOPLE:
        raise TrainingRefused("too_few", both=told_number(both, in_confidence), needed=FEWEST_PEOPLE)
    if len({row.value for row in rows}) == 1:
        raise TrainingRefused("constant_ratings")


def told_number(number: int, in_confidence: bool) -> int:
    """Whole fives where the number depends on who was rated by how many in confidence."""
    return in_fives(number) if in_confidence else number
