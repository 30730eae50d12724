"""How many people from below the cut are drawn for a human to look at: the company's rule."""

from __future__ import annotations

import math
import uuid
from dataclasses import asdict, dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import Organisation
from webapp.services.set_policy import set_policy

LARGEST = 200


@dataclass(frozen=True)
class SampleRule:
    """A share of those below the cut in per cent, but never fewer than `least` nor more than `most`."""

    percent: int = 5
    least: int = 5
    most: int = 20

    def size(self, pool: int) -> int:
        return min(pool, self.most, max(self.least, math.ceil(pool * self.percent / 100)))


def sample_rule(organisation: Organisation) -> SampleRule:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("review_sample", {})
    return SampleRule(**{name: int(kept.get(name, value)) for name, value in asdict(SampleRule()).items()})


def rule_of(session: Session, organisation_id: uuid.UUID) -> SampleRule:
    return sample_rule(session.get_one(Organisation, organisation_id))


def set_sample_rule(session: Session, organisation_id: uuid.UUID, rule: SampleRule, *, user_id: uuid.UUID) -> None:
    """It holds for samples that are drawn from now on; a sample that is drawn stays as it is."""
    if not (1 <= rule.percent <= 100 and 1 <= rule.least <= rule.most <= LARGEST):
        raise Invalid(
            [
                _(
                    "Give whole numbers: 1 to 100 per cent, and at least 1 person up to at most %(most)s.",
                    most=LARGEST,
                )
            ]
        )
    kept = {"review_sample": asdict(rule)}
    set_policy(session, organisation_id, "sample_rule.changed", sample_rule, rule, kept, user_id=user_id)
