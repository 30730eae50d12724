"""The organisation's one policy about taking a questionnaire again."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.records import Organisation

INTERVAL_DAYS = 180
LONGEST_INTERVAL_DAYS = 730


@dataclass(frozen=True)
class RetakePolicy:
    """How long a result counts, and whether it may serve a second vacancy; the notice says both."""

    interval_days: int = INTERVAL_DAYS
    reuse: bool = True


def retake_policy(organisation: Organisation) -> RetakePolicy:
    """What this organisation has set, else the default."""
    kept = organisation.settings.get("retakes", {})
    return RetakePolicy(int(kept.get("interval_days", INTERVAL_DAYS)), bool(kept.get("reuse", True)))
