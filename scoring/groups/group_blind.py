"""Linear scores that never see a group: from the best prediction to one whose group means agree.

Groups enter once, when weights are learned from training people. A person is then scored by answers alone,
and everybody by the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.ridge import Standardised

TINY = 1e-9


@dataclass(frozen=True)
class GroupBlindFamily:
    """A line of scores, ``X @ (start - weight * correction)``.

    Attributes
    ----------
    start : ndarray of shape (p,)
        Ridge weights on the columns as they were given.
    correction : ndarray of shape (p,)
        What has to be taken from ``start`` for the groups' means of the *training* people to be equal. In
        other people a whole ``correction`` leaves some of the difference, because training means are partly
        chance; a weight above 1 may be right there.
    """

    start: np.ndarray
    correction: np.ndarray

    def weights(self, weight: float) -> np.ndarray:
        """Weights (p,) of the columns at one point of the line."""
        return self.start - weight * self.correction

    def scores(self, X: np.ndarray, weights: Sequence[float]) -> np.ndarray:
        """Scores (n_weights, n) of people (n, p) at several points of the line."""
        return (X @ self.start)[None, :] - np.outer(weights, X @ self.correction)


class GroupBlindLearner:
    """One training sample, decomposed once, for many targets and penalties.

    Parameters
    ----------
    X : ndarray of shape (n, p)
    codes : ndarray of int, shape (n,)
        Groups 0..k-1; -1 for people whose group is not known, who teach the prediction only.
    weights : ndarray of shape (n,)
    """

    def __init__(self, X: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> None:
        self.standard = Standardised.of(X, weights)
        self.share = weights / weights.sum()
        Z = self.standard.apply(X)
        self.values, self.vectors = np.linalg.eigh(Z.T @ (Z * self.share[:, None]))
        self.rotated = Z @ self.vectors
        self.contrasts = _group_means(self.rotated, codes, weights)

    def ridge(self, y: np.ndarray, penalty: float) -> np.ndarray:
        """Ridge weights on rotated columns (p,); the penalty is per person, as in `scoring.ridge`."""
        moments = self.rotated.T @ (self.share * (y - self.share @ y))
        return moments / (np.maximum(self.values, 0.0) + penalty)

    def correction(self, slopes: np.ndarray, penalty: float) -> np.ndarray:
        """What to take from the slopes so that training means of groups agree, at the least cost.

        The cost of a change ``c`` is the squared error it adds plus ``penalty * |c|^2``. A high penalty
        spreads the correction over many columns, which holds up better in new people.
        """
        spread = self.contrasts / (np.maximum(self.values, 0.0) + penalty)
        return spread.T @ (np.linalg.pinv(spread @ self.contrasts.T, hermitian=True) @ (self.contrasts @ slopes))

    def family(self, y: np.ndarray, penalty: float, correction_penalty: float | None = None) -> GroupBlindFamily:
        """Learn the line for one target (n,); the correction's penalty is ridge's own where none is given."""
        slopes = self.ridge(y, penalty)
        change = self.correction(slopes, penalty if correction_penalty is None else correction_penalty)
        return GroupBlindFamily(self._given(slopes), self._given(change))

    def _given(self, rotated: np.ndarray) -> np.ndarray:
        return (self.vectors @ rotated) / self.standard.scale


def _group_means(Z: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Each group's weighted mean less the first group's (k - 1, p); groups without people are passed over."""
    means = [np.average(Z[codes == k], axis=0, weights=weights[codes == k]) for k in _present(codes, weights)]
    return np.array([mean - means[0] for mean in means[1:]]).reshape(-1, Z.shape[1])


def _present(codes: np.ndarray, weights: np.ndarray) -> list[int]:
    return [int(k) for k in np.unique(codes[codes >= 0]) if weights[codes == k].sum() > TINY]
