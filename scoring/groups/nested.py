"""Does group membership add to the score in predicting an answer? Nested regressions, two questions.

*Uniform*: one group gives the answer more often at every level. *Non-uniform*: how much depends on the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import chdtrc, expit

from scoring.groups.checks import Plain
from scoring.groups.least_squares import fit

STEPS = 40
FIRM = 1e-3
"""A whisper of ridge, so that separated answers have finite coefficients."""

NEGLIGIBLE_R2, LARGE_R2 = 0.035, 0.07
"""Jodoin & Gierl 2001."""


@dataclass(frozen=True)
class NestedTests(Plain):
    """What the group adds.

    Attributes
    ----------
    p_uniform, p_nonuniform : float
    effect : float
        Gain of R squared by group and its interaction (Nagelkerke's for a choice).
    letter : str
        A below .035, B below .07, C from there (Jodoin & Gierl 2001); empty where nothing can be told.
    """

    p_uniform: float
    p_nonuniform: float
    effect: float
    letter: str


NOTHING = NestedTests(np.nan, np.nan, np.nan, "")


def _designs(matched: np.ndarray, focal: np.ndarray) -> list[np.ndarray]:
    """Columns of the three models. The square keeps a bent curve from passing as an interaction with the group."""
    z = (matched - matched.mean()) / (matched.std() or 1.0)
    group = focal - focal.mean()
    full = np.column_stack([np.ones(len(z)), z, z**2 - 1, group, z * group])
    return [full[:, :columns] for columns in (3, 4, 5)]


def choice_tests(chosen: np.ndarray, focal: np.ndarray, matched: np.ndarray) -> NestedTests:
    """Likelihood-ratio tests of nested logistic regressions (Swaminathan & Rogers 1990).

    Parameters
    ----------
    chosen, focal : boolean ndarray of shape (n,)
    matched : ndarray of shape (n,)
        The score at which people are compared.
    """
    y = chosen.astype(float)
    if not 0 < y.mean() < 1 or matched.std() < 1e-12:
        return NOTHING
    logs = [log_likelihood(X, y) for X in _designs(matched, focal)]
    empty = len(y) * (y.mean() * np.log(y.mean()) + (1 - y.mean()) * np.log(1 - y.mean()))
    gain = _nagelkerke(logs[2], empty, len(y)) - _nagelkerke(logs[0], empty, len(y))
    p = [float(chdtrc(1, max(0.0, 2 * (more - less)))) for less, more in pairwise(logs)]
    return NestedTests(p[0], p[1], gain, letter_of_r2(gain, min(p)))


def log_likelihood(X: np.ndarray, y: np.ndarray) -> float:
    """Largest log-likelihood of a logistic regression of ``y`` (n,) on ``X`` (n, p), by Newton's steps."""
    b = np.zeros(X.shape[1])
    for _ in range(STEPS):
        p = expit(X @ b)
        slope = X.T @ (y - p) - FIRM * b
        step = np.linalg.solve((X * (p * (1 - p))[:, None]).T @ X + FIRM * np.eye(len(b)), slope)
        b += step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-9:
            break
    eta = X @ b
    return float(y @ eta - np.logaddexp(0.0, eta).sum())


def _nagelkerke(log: float, empty: float, n: int) -> float:
    return float((1 - np.exp(2 * (empty - log) / n)) / (1 - np.exp(2 * empty / n)))


def score_tests(values: np.ndarray, focal: np.ndarray, matched: np.ndarray) -> NestedTests:
    """The same questions for an item's score: nested linear regressions, HC3 standard errors."""
    if values.std() < 1e-9 or matched.std() < 1e-12:
        return NOTHING
    ones = np.ones(len(values))
    fits = [fit(X, values, ones) for X in _designs(matched, focal)]
    r2 = [1 - float(np.var(each.residuals) / np.var(values)) for each in fits]
    p_uniform, p_nonuniform = fits[1].wald([3]), fits[2].wald([4])
    return NestedTests(
        p_uniform, p_nonuniform, r2[2] - r2[0], letter_of_r2(r2[2] - r2[0], min(p_uniform, p_nonuniform))
    )


def letter_of_r2(gain: float, p: float) -> str:
    """Class of a gain of R squared; A where no test shows anything."""
    if p >= 0.05 or gain < NEGLIGIBLE_R2:
        return "A"
    return "C" if gain >= LARGE_R2 else "B"
