"""What a certificate says today: what went, which models were trained with the person, and how far each of them is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.errors import NotFound
from webapp.records import ErasedModel, Erasure, ModelVersion, Organisation, Retraining
from webapp.services.rights.erase_person import Certificate, find_certificate

NEWEST = 100


@dataclass(frozen=True)
class CertifiedModel:
    """One model version on a certificate. Nothing of it is kept in words: whoever reads it again reads it anew."""

    row: ErasedModel
    version: ModelVersion
    fallback: ModelVersion | None
    retraining: Retraining | None
    retrained: ModelVersion | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be done about it."""
        return settled(self.row.state, self.retraining.state if self.retraining else None)


@dataclass(frozen=True)
class FullCertificate:
    """A certificate with everything behind its code. Of those before models were seen to there are only stones."""

    found: Certificate
    organisation: Organisation
    erasure: Erasure | None
    models: Sequence[CertifiedModel] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.found.code

    @property
    def erased_at(self) -> dt.datetime:
        return self.found.stones[0].erased_at

    @property
    def is_settled(self) -> bool:
        return all(each.is_settled for each in self.models)


def read_certificate(session: Session, code: str) -> FullCertificate:
    """Whoever has the code may read it: it names nobody."""
    found = find_certificate(session, code)
    erasure = session.scalar(select(Erasure).where(Erasure.certificate == found.code))
    return FullCertificate(
        found,
        session.get_one(Organisation, found.organisation_id),
        erasure,
        certified_models(session, erasure) if erasure else [],
    )


def read_certificate_of(session: Session, organisation_id: uuid.UUID, code: str) -> FullCertificate:
    """The same for somebody of this organisation, and of no other."""
    found = read_certificate(session, code)
    if found.organisation.id != organisation_id:
        raise NotFound
    return found


def certified_models(session: Session, erasure: Erasure) -> list[CertifiedModel]:
    rows = session.scalars(
        select(ErasedModel)
        .where(ErasedModel.organisation_id == erasure.organisation_id, ErasedModel.erasure_id == erasure.id)
        .options(
            joinedload(ErasedModel.model_version), joinedload(ErasedModel.fallback), joinedload(ErasedModel.retraining)
        )
    )
    found = [_certified(session, row) for row in rows]
    return sorted(found, key=lambda each: each.version.number, reverse=True)


def _certified(session: Session, row: ErasedModel) -> CertifiedModel:
    due = row.retraining
    number = due.model_version_id if due else None
    retrained = session.get(ModelVersion, (row.organisation_id, number)) if number else None
    return CertifiedModel(row, row.model_version, row.fallback, due, retrained)


@dataclass(frozen=True)
class Told:
    """An erasure in HR's list."""

    erasure: Erasure
    models: int
    unsettled: int


def list_erasures(session: Session, organisation_id: uuid.UUID) -> list[Told]:
    """The newest; each with how many models it was about, and how many of these are not done with."""
    rows = session.scalars(
        select(Erasure)
        .where(Erasure.organisation_id == organisation_id)
        .order_by(Erasure.erased_at.desc(), Erasure.id.desc())
        .limit(NEWEST)
    ).all()
    models = _states(session, organisation_id, [row.id for row in rows])
    return [Told(row, len(models[row.id]), models[row.id].count(False)) for row in rows]


def _states(
    session: Session, organisation_id: uuid.UUID, erasures: Sequence[uuid.UUID]
) -> defaultdict[uuid.UUID, list[bool]]:
    """For each erasure, of each of its models: whether nothing more is to be done about it."""
    due = (Retraining.organisation_id == ErasedModel.organisation_id) & (Retraining.id == ErasedModel.retraining_id)
    rows = session.execute(
        select(ErasedModel.erasure_id, ErasedModel.state, Retraining.state)
        .outerjoin(Retraining, due)
        .where(ErasedModel.organisation_id == organisation_id, ErasedModel.erasure_id.in_(erasures))
    )
    found: defaultdict[uuid.UUID, list[bool]] = defaultdict(list)
    for erasure, model, training in rows:
        found[erasure].append(settled(model, training))
    return found


def settled(model: str, training: str | None) -> bool:
    return model in ("kept", "done") and training in (None, "done", "impossible")


def waiting_trainings(session: Session, organisation_id: uuid.UUID) -> list[Retraining]:
    """Trainings that erasures made due and that have not ended, the next one first."""
    return list(
        session.scalars(
            select(Retraining)
            .where(Retraining.organisation_id == organisation_id, Retraining.state.in_(("due", "running")))
            .order_by(Retraining.next_try_at)
        )
    )


def models_to_promote(session: Session, organisation_id: uuid.UUID) -> list[ModelVersion]:
    """Models that were trained without the erased and that nobody has promoted, while one with them still serves."""
    waits = select(ErasedModel.retraining_id).where(
        ErasedModel.organisation_id == organisation_id, ErasedModel.state == "waiting"
    )
    made = select(Retraining.model_version_id).where(
        Retraining.organisation_id == organisation_id, Retraining.state == "done", Retraining.id.in_(waits)
    )
    return list(
        session.scalars(
            select(ModelVersion)
            .where(
                ModelVersion.organisation_id == organisation_id,
                ModelVersion.id.in_(made),
                ModelVersion.state == "candidate",
            )
            .order_by(ModelVersion.number.desc())
        )
    )


@dataclass(frozen=True)
class Mark:
    """What erasures say of one model: how many there were, and whether it has to go."""

    erasures: int
    must_go: bool


def mark_of(session: Session, version: ModelVersion) -> Mark | None:
    """None for a model that holds nobody erased, as far as it was recorded."""
    states = session.scalars(
        select(ErasedModel.state).where(
            ErasedModel.organisation_id == version.organisation_id, ErasedModel.model_version_id == version.id
        )
    ).all()
    return Mark(len(states), any(state != "kept" for state in states)) if states else None
