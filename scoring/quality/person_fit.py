"""Do somebody's choices fit any level of the trait, and do they agree with the key more than that level predicts?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring.quality.option_model import OptionModel, trait_estimates
from scoring.quality.variables import MISSING


@dataclass(frozen=True)
class PersonFit:
    """Figures of n people, NaN where too little was answered.

    Attributes
    ----------
    trait : ndarray of shape (n,)
    fit : ndarray of shape (n,)
        Standardised log-likelihood: low where choices are improbable for this trait (and any).
    agreement : ndarray of shape (n,)
        Share of the choices that agree with the key; NaN without a key.
    surplus : ndarray of shape (n,)
        Standardised agreement with the key beyond what the trait predicts; NaN without a key.
    """

    trait: np.ndarray
    fit: np.ndarray
    agreement: np.ndarray
    surplus: np.ndarray


@dataclass
class _Sums:
    """Sums over the choices of one person each, arrays of length n."""

    log_likelihood: np.ndarray
    expected: np.ndarray
    variance: np.ndarray
    agreed: np.ndarray
    agreement_expected: np.ndarray
    agreement_variance: np.ndarray
    keyed: np.ndarray


def person_fit(model: OptionModel, codes: np.ndarray) -> PersonFit:
    """Return fit and agreement of everybody in ``codes`` (n, variables).

    With ``p`` the probabilities of a choice's options at the person's own trait estimate, and sums over the choices,

        fit = (sum log p_chosen - sum E log p) / sqrt(sum Var log p)

    which is the statistic of Drasgow, Levine and Williams (1985) for several options. The trait comes from the same
    answers, so that its spread is not exactly 1: limits are taken from staff whose figures come from models fitted
    without them. The surplus is the same for the number of choices that agree with the key.
    """
    traits = trait_estimates(model, codes)
    sums = _Sums(*(np.zeros(len(codes)) for _ in range(7)))
    for position in range(len(model.variables)):
        _add(sums, model, position, codes, traits)
    answered = (codes != MISSING).any(axis=1)
    return PersonFit(
        trait=np.where(answered, traits, np.nan),
        fit=_ratio(sums.log_likelihood - sums.expected, np.sqrt(sums.variance)),
        agreement=_ratio(sums.agreed, sums.keyed),
        surplus=_ratio(sums.agreed - sums.agreement_expected, np.sqrt(sums.agreement_variance)),
    )


def _add(sums: _Sums, model: OptionModel, position: int, codes: np.ndarray, traits: np.ndarray) -> None:
    known = np.flatnonzero(codes[:, position] != MISSING)
    excluded = model.excluded(position, codes)
    p = model.probabilities(position, traits[known], None if excluded is None else excluded[known])
    chosen = codes[known, position]
    _add_likelihood(sums, known, p, chosen)
    keyed = model.variables[position].keyed
    if keyed:
        _add_agreement(sums, known, p[:, list(keyed)].sum(axis=1), np.isin(chosen, keyed))


def _add_likelihood(sums: _Sums, known: np.ndarray, p: np.ndarray, chosen: np.ndarray) -> None:
    logs = np.log(np.maximum(p, 1e-300))
    mean = (p * logs).sum(axis=1)
    sums.log_likelihood[known] += logs[np.arange(len(known)), chosen]
    sums.expected[known] += mean
    sums.variance[known] += (p * logs**2).sum(axis=1) - mean**2


def _add_agreement(sums: _Sums, known: np.ndarray, probability: np.ndarray, agreed: np.ndarray) -> None:
    sums.agreed[known] += agreed
    sums.keyed[known] += 1.0
    sums.agreement_expected[known] += probability
    sums.agreement_variance[known] += probability * (1.0 - probability)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 1e-9)
