"""Figures of a closed round, in the background: once, whatever is started again."""

from __future__ import annotations

import uuid

from dbos import DBOS

from webapp.jobs import runtime
from webapp.services.results.release_round import read_material, store_figures

Payload = dict[str, str]


@DBOS.step(name="round.release.figures")
def figures(organisation_id: str, round_id: str) -> bool:
    """Read, compute, store: no transaction is open while it computes, so that nobody has to wait."""
    where = uuid.UUID(organisation_id), uuid.UUID(round_id)
    with runtime.work_transaction() as session:
        material = read_material(session, *where)
    if material is None:
        return False
    outcomes = material.outcomes()
    with runtime.work_transaction() as session:
        return store_figures(session, *where, outcomes)


@DBOS.workflow(name="round.release", max_recovery_attempts=20)
def release(organisation_id: str, payload: Payload) -> None:
    with runtime.working():
        figures(organisation_id, payload["round_id"])
