"""HR sets the company's stages: names, order, what they show, which are in use."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.config import LANGUAGES
from webapp.errors import Conflict, Invalid
from webapp.records import Applicant, Stage, Vacancy
from webapp.records.base import now
from webapp.services.decisions.stages import KINDS, NEW, stage_of, stages_of
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event

MOST = 30
"""Stages in use at once."""
MOST_EVER = 1_000
LONGEST = 60


@dataclass(frozen=True)
class StageWords:
    """What HR says of a stage. The kind is said once: it decides what earlier decisions meant."""

    names: Mapping[str, str]
    kind: str = "open"
    reveals: bool = False


def tidy_names(names: Mapping[str, str], longest: int = LONGEST) -> dict[str, str]:
    """One line in each language; every language is asked for, because every page speaks each of them."""
    tidy = {code: " ".join(names.get(code, "").split()) for code in LANGUAGES}
    missing = [name for code, name in LANGUAGES.items() if not tidy[code]]
    if missing:
        raise Invalid([_("Give the words in every language; missing: %(languages)s.", languages=", ".join(missing))])
    if any(len(words) > longest for words in tidy.values()):
        raise Invalid([_("Keep it under %(most)s characters in each language.", most=longest)])
    return tidy


def add_stage(session: Session, organisation_id: uuid.UUID, words: StageWords, *, user_id: uuid.UUID) -> Stage:
    lock_organisation(session, organisation_id)
    stages = stages_of(session, organisation_id)
    if words.kind not in KINDS or words.kind == "new":
        raise Invalid([_("Choose what the stage means.")])
    if sum(each.retired_at is None for each in stages) >= MOST or len(stages) >= MOST_EVER:
        raise Conflict(_("At most %(most)s stages can be in use. Retire one first.", most=MOST))
    names = _free_names(stages, words.names)
    at = 1 + max((each.position for each in stages if each.kind != "declined"), default=0)
    position = at if words.kind != "declined" else 1 + max(each.position for each in stages)
    for each in stages:
        if each.position >= position:
            each.position += 1
    row = Stage(
        organisation_id=organisation_id,
        number=1 + max(each.number for each in stages),
        position=position,
        kind=words.kind,
        names=names,
        reveals=words.reveals,
    )
    session.add(row)
    session.flush()
    _tell(session, row, "stage.added", user_id)
    return row


def change_stage_words(
    session: Session, organisation_id: uuid.UUID, number: int, words: StageWords, *, user_id: uuid.UUID
) -> Stage:
    """Another name; and whether decisions from now on show a hidden name. The kind stays."""
    lock_organisation(session, organisation_id)
    row = stage_of(session, organisation_id, number)
    others = [each for each in stages_of(session, organisation_id) if each.number != number]
    names, reveals = _free_names(others, words.names), words.reveals and number != NEW
    if dict(row.names) != names or row.reveals != reveals:
        row.names, row.reveals = names, reveals
        _tell(session, row, "stage.changed", user_id)
    return row


def _free_names(others: object, names: Mapping[str, str]) -> dict[str, str]:
    """No two stages in use are called alike."""
    tidy = tidy_names(names)
    for each in others:  # type: ignore[attr-defined]
        if each.retired_at is None and any(each.names.get(code) == word for code, word in tidy.items()):
            raise Invalid([_("Another stage is called so already. Choose another name.")])
    return tidy


def shift_stage(session: Session, organisation_id: uuid.UUID, number: int, way: str, *, user_id: uuid.UUID) -> None:
    """One step up or down among those in use; new stays first."""
    lock_organisation(session, organisation_id)
    row = stage_of(session, organisation_id, number)
    used = list(stages_of(session, organisation_id, retired=False))
    at = next((index for index, each in enumerate(used) if each.number == number), 0)
    to = at - 1 if way == "up" else at + 1
    if at < 1 or not 1 <= to < len(used):
        return
    row.position, used[to].position = used[to].position, row.position
    _tell(session, row, "stage.shifted", user_id)


def people_there(session: Session, organisation_id: uuid.UUID, number: int) -> dict[uuid.UUID, int]:
    """How many stand on this stage, by vacancy; without archived vacancies, where everything stays as it is."""
    rows = session.execute(
        select(Applicant.vacancy_id, func.count())
        .join(Vacancy, (Vacancy.organisation_id == Applicant.organisation_id) & (Vacancy.id == Applicant.vacancy_id))
        .where(
            Applicant.organisation_id == organisation_id,
            Applicant.stage == number,
            Applicant.state != "withdrawn",
            Vacancy.state != "archived",
        )
        .group_by(Applicant.vacancy_id)
        .order_by(Applicant.vacancy_id)
    )
    return dict(rows.all())


def retire_stage(session: Session, organisation_id: uuid.UUID, number: int, *, user_id: uuid.UUID) -> None:
    """Nobody is moved there from now on; whoever stands there stays until somebody decides."""
    lock_organisation(session, organisation_id)
    row = stage_of(session, organisation_id, number)
    if number == NEW:
        raise Conflict(_("Everybody begins on this stage, so it stays."))
    if row.retired_at is not None:
        return
    others = [each for each in stages_of(session, organisation_id, retired=False) if each.number not in (NEW, number)]
    if not others:
        raise Conflict(_("One stage besides the first has to stay in use."))
    row.retired_at = now()
    _tell(session, row, "stage.retired", user_id)


def restore_stage(session: Session, organisation_id: uuid.UUID, number: int, *, user_id: uuid.UUID) -> None:
    lock_organisation(session, organisation_id)
    row = stage_of(session, organisation_id, number)
    if row.retired_at is None:
        return
    stages = stages_of(session, organisation_id)
    if sum(each.retired_at is None for each in stages) >= MOST:
        raise Conflict(_("At most %(most)s stages can be in use. Retire one first.", most=MOST))
    _free_names([each for each in stages if each.number != number], row.names)
    row.retired_at = None
    _tell(session, row, "stage.restored", user_id)


def _tell(session: Session, row: Stage, action: str, user_id: uuid.UUID) -> None:
    record_event(
        session,
        row.organisation_id,
        action,
        user_id=user_id,
        subject="stage",
        subject_id=row.id,
        number=row.number,
        kind=row.kind,
        reveals=row.reveals,
    )
    session.flush()
