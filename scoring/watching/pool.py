"""The people of one look, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pool:
    """Applicants of the time that is looked back on, n of them.

    Attributes
    ----------
    answers : ndarray of shape (n, p)
        Encoded.
    scores : ndarray of shape (n,)
        NaN for who has none.
    lately : ndarray of shape (n,)
        Boolean: who sent the answers in the newest weeks.
    weeks : sequence of n str
        In which each sent them, such as 2026-W47.
    skipped : ndarray of shape (n,)
        Share of the questions left out.
    languages : sequence of n str
    flags : mapping of str to boolean ndarray of shape (n,)
        Who has which flag of response quality; empty where the model knows no staff.
    """

    answers: np.ndarray
    scores: np.ndarray
    lately: np.ndarray
    weeks: Sequence[str]
    skipped: np.ndarray
    languages: Sequence[str]
    flags: Mapping[str, np.ndarray]

    @property
    def scored(self) -> np.ndarray:
        """Boolean (n,): who has a score."""
        return np.isfinite(self.scores)


@dataclass(frozen=True)
class Staff:
    """Members of staff who answered the same form: encoded answers (m, p), scores (m,), languages."""

    answers: np.ndarray
    scores: np.ndarray
    languages: Sequence[str]


@dataclass(frozen=True)
class Confirmed:
    """How many supervised confirmations there were, and how many dropped more than chance explains."""

    n: int
    dropped: int
