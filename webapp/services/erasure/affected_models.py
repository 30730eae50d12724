"""Which model versions were trained with somebody, as far as it was recorded, and what stands on them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.confidence import IN_CONFIDENCE
from webapp.records import ErasedModel, ModelVersion, Rating, Sitting, StaffInvitation, TrainedWith, Vacancy


@dataclass(frozen=True)
class Affected:
    """A version with the person in it: for certain, or trained before it was recorded who was."""

    version: ModelVersion
    recorded: bool
    vacancies: Sequence[Vacancy] = ()

    @property
    def in_use(self) -> bool:
        return self.version.state == "serving" or bool(self.vacancies)


def affected_models(
    session: Session, organisation_id: uuid.UUID, members: Sequence[uuid.UUID], *, unrecorded: bool = True
) -> list[Affected]:
    """Every version that was trained with one of these people, the newest first."""
    if not members:
        return []
    mine = _trained_with(session, organisation_id, members)
    unsure = _unrecorded(session, organisation_id, members) if unrecorded else set()
    return _told(session, organisation_id, mine, mine | unsure)


def possible_models(session: Session, organisation_id: uuid.UUID, member_id: uuid.UUID) -> list[Affected]:
    """What may be told before anybody is erased: of versions that would give a secret away, only that they may."""
    mine = _trained_with(session, organisation_id, [member_id])
    unsure = _unrecorded(session, organisation_id, [member_id])
    secret = {each.id for each in trained_versions(session, organisation_id) if _is_secret(session, each, member_id)}
    return _told(session, organisation_id, mine - secret, mine | unsure | secret)


def _told(
    session: Session, organisation_id: uuid.UUID, sure: Collection[uuid.UUID], all_of_them: Collection[uuid.UUID]
) -> list[Affected]:
    found = [each for each in trained_versions(session, organisation_id) if each.id in all_of_them]
    return [Affected(each, each.id in sure, open_vacancies(session, each)) for each in found]


def trained_versions(session: Session, organisation_id: uuid.UUID) -> Sequence[ModelVersion]:
    return session.scalars(
        select(ModelVersion)
        .where(ModelVersion.organisation_id == organisation_id, ModelVersion.kind == "trained")
        .order_by(ModelVersion.number.desc())
    ).all()


def open_vacancies(session: Session, version: ModelVersion) -> list[Vacancy]:
    """Open vacancies whose applicants this version scores."""
    return list(
        session.scalars(
            select(Vacancy)
            .where(
                Vacancy.organisation_id == version.organisation_id,
                Vacancy.model_version_id == version.id,
                Vacancy.state == "open",
            )
            .order_by(Vacancy.title, Vacancy.id)
        )
    )


def _trained_with(session: Session, organisation_id: uuid.UUID, members: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    rows = select(TrainedWith.model_version_id).where(
        TrainedWith.organisation_id == organisation_id, TrainedWith.staff_member_id.in_(members)
    )
    return set(session.scalars(rows.distinct()))


def _unrecorded(session: Session, organisation_id: uuid.UUID, members: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Versions of which nobody wrote down who was in their run, and that could have taken data of these people."""
    has_rows = exists().where(
        TrainedWith.organisation_id == ModelVersion.organisation_id, TrainedWith.model_version_id == ModelVersion.id
    )
    known = select(ModelVersion.id).where(ModelVersion.organisation_id == organisation_id, has_rows)
    erased = select(ErasedModel.model_version_id).where(
        ErasedModel.organisation_id == organisation_id, ErasedModel.recorded
    )
    recorded = {*session.scalars(known), *session.scalars(erased)}
    versions = trained_versions(session, organisation_id)
    older = [each for each in versions if each.id not in recorded or not recorded.issuperset(_parents(each))]
    return {each.id for each in older if _could_have_learned(session, each, members)} if older else set()


def _parents(version: ModelVersion) -> set[uuid.UUID]:
    """The model of which this one was made by recalibrating: it holds whom that one holds."""
    made_of = version.figures.get("recalibration") or {}
    return {uuid.UUID(made_of["parent_id"])} if made_of.get("parent_id") else set()


def _could_have_learned(session: Session, version: ModelVersion, members: Sequence[uuid.UUID]) -> bool:
    """Whether there are answers of theirs to its questionnaire, or imported ratings about them."""
    answered = select(func.count()).where(
        Sitting.organisation_id == version.organisation_id,
        Sitting.staff_member_id.in_(members),
        Sitting.questionnaire_id == version.questionnaire_id,
        Sitting.state == "submitted",
    )
    rated = select(func.count()).where(Rating.organisation_id == version.organisation_id, Rating.ratee_id.in_(members))
    return bool(session.scalar(answered) or session.scalar(rated))


def _is_secret(session: Session, version: ModelVersion, member_id: uuid.UUID) -> bool:
    """Whether to tell that somebody was in it would tell who rated in confidence, or who answered by a link."""
    if version.figures.get(IN_CONFIDENCE):
        return True
    invited = select(func.count()).where(
        StaffInvitation.organisation_id == version.organisation_id,
        StaffInvitation.staff_member_id == member_id,
        StaffInvitation.questionnaire_id == version.questionnaire_id,
        StaffInvitation.form == version.form,
    )
    return bool(session.scalar(invited))
