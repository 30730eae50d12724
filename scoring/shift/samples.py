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
    for values, name in ((staff, say("staff")), (applicants, say("applicants"))):
        if len(values) < FEWEST:
            raise ScoringError(
                say(
                    "There are %(n)s people among %(group)s. A shift can be looked for from %(fewest)s on each side.",
                    n=len(values),
                    group=name,
                    fewest=FEWEST,
                )
            )
        if not np.isfinite(values).all():
            raise ScoringError(
                say(
                    "Among %(group)s there are values that are not finite numbers. Leave people without a score out.",
                    group=name,
                )
            )
