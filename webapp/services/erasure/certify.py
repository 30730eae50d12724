"""The row behind a certificate: what went and what the company had stated, and nobody's name."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from webapp.config import Settings
from webapp.records import Erasure
from webapp.services.erasure.affected_models import Affected
from webapp.services.erasure.keyed_addresses import keyed_addresses
from webapp.services.erasure.plan_models import plan_models
from webapp.services.erasure.policy import policy_of
from webapp.services.erasure.stop_runs import begin_anew, stop_runs
from webapp.services.erasure.sweep_files import sweep_after_commit
from webapp.services.rights.bury import Stones


def certify(
    session: Session,
    stones: Stones,
    kind: str,
    counts: Mapping[str, int],
    *,
    people: int,
    addresses: Collection[str],
    affected: Sequence[Affected],
    learned_from: bool,
    settings: Settings,
    user_id: uuid.UUID | None = None,
) -> Erasure:
    """Keep what went, decide on the models, stop runs that have the data, and remove files once all of it stands."""
    policy = policy_of(session, stones.organisation_id)
    erasure = Erasure(
        organisation_id=stones.organisation_id,
        certificate=stones.certificate,
        kind=kind,
        reason=stones.reason,
        people=people,
        counts=dict(counts),
        action=policy.action,
        statement=policy.statement,
        erased_at=stones.erased_at,
        user_id=user_id,
        addresses=keyed_addresses(settings.secret_key, addresses),
    )
    session.add(erasure)
    session.flush()
    stopped = stop_runs(session, stones.organisation_id) if learned_from else []
    begin_anew(session, stopped)
    plan_models(session, erasure, affected, policy)
    sweep_after_commit(session, erasure, [job.id for job in stopped], settings)
    return erasure
