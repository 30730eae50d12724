"""How probable each option is at each level of the trait: one small multinomial model per choice.

    P(choice = k | t) = exp(a_k + b_k t) / sum_j exp(a_j + b_j t)

The trait ``t`` has mean 0 and variance 1 among the staff. An option that an earlier choice excludes has probability
0. Intercepts and slopes have normal priors, so that a rare option in a small sample stays possible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring.quality.variables import MISSING, Variable

INTERCEPT_SPREAD = 1.5
SLOPE_SPREAD = 0.5
PRIOR = np.array([INTERCEPT_SPREAD**-2, SLOPE_SPREAD**-2])
STEPS = 50
HALVINGS = 30
CLOSE_ENOUGH = 1e-8
NODES = np.linspace(-4.0, 4.0, 33)
"""Where the trait's posterior is evaluated; its prior is standard normal."""


@dataclass(frozen=True)
class OptionModel:
    """Intercepts and slopes, one array of shape (size,) per variable."""

    variables: tuple[Variable, ...]
    intercepts: tuple[np.ndarray, ...]
    slopes: tuple[np.ndarray, ...]

    def probabilities(self, position: int, traits: np.ndarray, excluded: np.ndarray | None) -> np.ndarray:
        """Probabilities (n, size) of one variable at ``traits`` (n,), without the options ``excluded`` (n,)."""
        return _softmax(np.column_stack([self.intercepts[position], self.slopes[position]]), traits, excluded)

    def excluded(self, position: int, codes: np.ndarray) -> np.ndarray | None:
        """Which option (n,) an earlier choice leaves out of this variable, `MISSING` for none; None if never."""
        earlier = self.variables[position].excludes
        return None if earlier is None else codes[:, earlier]

    def to_plain(self) -> dict[str, Any]:
        return {
            "intercepts": [values.tolist() for values in self.intercepts],
            "slopes": [values.tolist() for values in self.slopes],
        }

    @classmethod
    def from_plain(cls, variables: Sequence[Variable], plain: Mapping[str, Any]) -> OptionModel:
        return cls(
            tuple(variables),
            tuple(np.array(values, dtype=float) for values in plain["intercepts"]),
            tuple(np.array(values, dtype=float) for values in plain["slopes"]),
        )


def fit_options(variables: Sequence[Variable], codes: np.ndarray, traits: np.ndarray) -> OptionModel:
    """Fit every variable by penalised maximum likelihood.

    Parameters
    ----------
    variables : sequence of V
    codes : ndarray of shape (n, V)
    traits : ndarray of shape (n, V)
        A trait per person and variable, since an item's own answer is left out of the total it is set against.
    """
    fitted = [_fit_one(variables, position, codes, traits[:, position]) for position in range(len(variables))]
    return OptionModel(tuple(variables), tuple(f[:, 0] for f in fitted), tuple(f[:, 1] for f in fitted))


def _fit_one(variables: Sequence[Variable], position: int, codes: np.ndarray, traits: np.ndarray) -> np.ndarray:
    """Newton's steps for one variable, each halved until it climbs; returns (size, 2)."""
    earlier = variables[position].excludes
    known = codes[:, position] != MISSING
    excluded = None if earlier is None else codes[known, earlier]
    size = variables[position].size
    chosen = np.eye(size)[codes[known, position]]
    design = np.column_stack([np.ones(known.sum()), traits[known]])
    weights = np.zeros((size, 2))
    height = _height(weights, design, chosen, excluded)
    for _ in range(STEPS):
        step = _newton_step(weights, design, chosen, excluded)
        climbed = _climb(weights, step, height, design, chosen, excluded)
        if climbed is None:
            break
        rise, (weights, height) = climbed[1] - height, climbed
        if rise < CLOSE_ENOUGH:
            break
    return weights


def _climb(
    weights: np.ndarray,
    step: np.ndarray,
    height: float,
    design: np.ndarray,
    chosen: np.ndarray,
    excluded: np.ndarray | None,
) -> tuple[np.ndarray, float] | None:
    """Weights and height after the step or a part of it; None where no part of it climbs."""
    for halvings in range(HALVINGS):
        tried = weights + step * 0.5**halvings
        reached = _height(tried, design, chosen, excluded)
        if reached >= height:
            return tried, reached
    return None


def _height(weights: np.ndarray, design: np.ndarray, chosen: np.ndarray, excluded: np.ndarray | None) -> float:
    """Penalised log-likelihood."""
    p = (_softmax(weights, design[:, 1], excluded) * chosen).sum(axis=1)
    return float(np.log(np.maximum(p, 1e-300)).sum() - 0.5 * (PRIOR * weights**2).sum())


def _newton_step(
    weights: np.ndarray, design: np.ndarray, chosen: np.ndarray, excluded: np.ndarray | None
) -> np.ndarray:
    p = _softmax(weights, design[:, 1], excluded)
    gradient = (chosen - p).T @ design - PRIOR * weights
    information = _information(p, design) + np.diag(np.tile(PRIOR, len(weights)))
    return np.linalg.solve(information, gradient.ravel()).reshape(weights.shape)


def _information(p: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Sum over people of ``(diag(p) - p p') kron (x x')``, shape (2 size, 2 size)."""
    size = p.shape[1]
    spread = (p[:, :, None] * design[:, None, :]).reshape(len(p), 2 * size)
    information = -spread.T @ spread
    squares = np.einsum("nk,ni,nj->kij", p, design, design)
    for k in range(size):
        information[2 * k : 2 * k + 2, 2 * k : 2 * k + 2] += squares[k]
    return information


def _softmax(weights: np.ndarray, traits: np.ndarray, excluded: np.ndarray | None) -> np.ndarray:
    logits = weights[:, 0] + np.outer(traits, weights[:, 1])
    if excluded is not None:
        rows = np.flatnonzero(excluded != MISSING)
        logits[rows, excluded[rows]] = -np.inf
    logits -= logits.max(axis=1, keepdims=True)
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def trait_estimates(model: OptionModel, codes: np.ndarray) -> np.ndarray:
    """Posterior mean (n,) of each person's trait under a standard normal prior, from everything they chose."""
    posterior = np.tile(-0.5 * NODES**2, (len(codes), 1))
    for position in range(len(model.variables)):
        posterior += _log_table(model, position, codes)
    posterior = np.exp(posterior - posterior.max(axis=1, keepdims=True))
    return posterior @ NODES / posterior.sum(axis=1)


def _log_table(model: OptionModel, position: int, codes: np.ndarray) -> np.ndarray:
    """Log-probability (n, nodes) of what each person chose, 0 where nothing was."""
    chosen = codes[:, position]
    earlier = model.excluded(position, codes)
    exclusions = np.full(len(codes), MISSING) if earlier is None else earlier
    out = np.zeros((len(codes), len(NODES)))
    for exclusion in np.unique(exclusions):
        rows = np.flatnonzero((exclusions == exclusion) & (chosen != MISSING))
        barred = None if exclusion == MISSING else np.full(len(NODES), exclusion)
        with np.errstate(divide="ignore"):
            table = np.log(model.probabilities(position, NODES, barred))
        out[rows] = table[:, chosen[rows]].T
    return out
