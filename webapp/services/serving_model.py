"""A trained model out of its row: unpacked once a process, checked against the hash that was stored with it."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.registry import unpack
from models.trained import TrainedModel
from webapp.errors import NotFound
from webapp.records import ModelVersion

KEPT = 16
_kept: OrderedDict[str, TrainedModel] = OrderedDict()
_unpacking = threading.Lock()


def serving_model(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> TrainedModel:
    """The model of this version; `models.errors.ModelError` where the stored artefact was tampered with."""
    sha256 = session.scalar(
        select(ModelVersion.artefact_sha256).where(
            ModelVersion.organisation_id == organisation_id, ModelVersion.id == model_version_id
        )
    )
    if sha256 is None:
        raise NotFound()
    # Many who come at once after a start wait for the one that unpacks.
    with _unpacking:
        if sha256 not in _kept:
            _keep(sha256, unpack(_artefact(session, organisation_id, model_version_id), sha256=sha256))
        _kept.move_to_end(sha256)
        return _kept[sha256]


def _artefact(session: Session, organisation_id: uuid.UUID, model_version_id: uuid.UUID) -> bytes:
    return session.scalars(
        select(ModelVersion.artefact).where(
            ModelVersion.organisation_id == organisation_id, ModelVersion.id == model_version_id
        )
    ).one()


def _keep(sha256: str, model: TrainedModel) -> None:
    # The same bytes are the same model, so the hash is the name under which it is kept.
    _kept[sha256] = model
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
