"""Two samples that can be compared, or a refusal that says why not."""

from __future__ import annotations

import numpy as np

from questionnaires.words import say
from scoring.errors import ScoringError

FEWEST = 10


def check_pair(staff: np.ndarray, applicants: np.ndarray) -> None:
    """Refuse encoded answers (n, p) and (m, p) that cannot be compared.

    Raises
    ------
    ScoringError
        Where columns differ, values are not finite, or a group has fewer than 10 people.
    """
    if staff.ndim != 2 or applicants.ndim != 2 or staff.shape[1] != applicants.shape[1]:
        raise ScoringError(
            say(
                "Staff have %(a)s columns and applicants %(b)s. Encode both with the same form.",
                a=staff.shape[-1] if staff.ndim else 0,
                b=applicants.shape[-1] if applicants.ndim else 0,
            )
        )
    check_numbers(staff, applicants)


def check_numbers(staff: np.ndarray, applicants: np.ndarray) -> None:
    """Refuse groups of fewer than 10 people, and values that are not finite."""
    if len(staff) < FEWEST:
        raise ScoringError(
            say("There are %(n)s staff to compare; at least %(fewest)s are needed.", n=len(staff), fewest=FEWEST)
        )
    if len(applicants) < FEWEST:
        raise ScoringError(
            say(
                "There are %(n)s applicants to compare; at least %(fewest)s are needed.",
                n=len(applicants),
                fewest=FEWEST,
            )
        )
    if not np.isfinite(staff).all():
        raise ScoringError(say("Some staff have values that are not finite numbers. Leave out who has no score."))
    if not np.isfinite(applicants).all():
        raise ScoringError(say("Some applicants have values that are not finite numbers. Leave out who has no score."))
