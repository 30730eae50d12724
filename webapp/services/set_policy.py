"""Set one of the company's policies. They all stand in its row, which is held meanwhile, so that none is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.orm import Session

from webapp.records import Organisation
from webapp.services.lock_row import lock_organisation
from webapp.services.record_event import record_event

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Policy = TypeVar("Policy", bound=DataclassInstance)


def set_policy(
    session: Session,
    organisation_id: uuid.UUID,
    action: str,
    read: Callable[[Organisation], Policy],
    wanted: Policy,
    kept: Mapping[str, Any],
    *,
    user_id: uuid.UUID | None,
) -> None:
    """Keep it, and write down what it was and what it is; what is so already is not written down again."""
    organisation = lock_organisation(session, organisation_id)
    before = read(organisation)
    if before == wanted:
        return
    organisation.settings = {**organisation.settings, **kept}
    record_event(
        session,
        organisation_id,
        action,
        user_id=user_id,
        subject="organisation",
        subject_id=organisation_id,
        before=asdict(before),
        after=asdict(wanted),
    )
