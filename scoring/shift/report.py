"""Staff and applicants side by side, as plain data with sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from questionnaires.words import packed, say
from scoring.encoding import AnswerEncoder
from scoring.shift.domain import DomainShift, domain_shift
from scoring.shift.means import MeanShift, mean_shift
from scoring.shift.psi import ItemShift, item_shifts
from scoring.shift.recalibrate import Recalibration

LEVEL = 0.05


def shift_report(
    encoder: AnswerEncoder,
    staff: np.ndarray,
    applicants: np.ndarray,
    staff_scores: np.ndarray,
    applicant_scores: np.ndarray,
    *,
    recalibration: Recalibration | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Compare the staff on whom a model was trained with applicants.

    Parameters
    ----------
    encoder : AnswerEncoder
    staff, applicants : ndarray of shape (n, p), (m, p)
        Encoded answers.
    staff_scores, applicant_scores : ndarray of shape (n,), (m,)
        Scores of one model; for staff preferably out of fold, since a model flatters those it was trained on.
    recalibration : Recalibration, optional
        Made from outcomes of the hired, if there is one.

    Returns
    -------
    dict
        ``domain``, ``items``, ``mean_score``, ``recalibration`` (or None), ``status`` (``steady``, ``watch`` or
        ``alarm``) and ``sentences``, ready for JSON.

    Raises
    ------
    ScoringError
        Where columns differ, values are not finite, a group has fewer than 10 people, or staff all score the same.
    """
    domain = domain_shift(staff, applicants, seed=seed)
    items = item_shifts(encoder, staff, applicants)
    mean = mean_shift(staff_scores, applicant_scores)
    sentences = [_domain_words(domain), _item_words(items), _mean_words(mean), *_calibration_words(recalibration)]
    return {
        "domain": domain.to_plain(),
        "items": [shift.to_plain() for shift in items],
        "mean_score": mean.to_plain(),
        "recalibration": None if recalibration is None else recalibration.to_plain(),
        "status": _status(domain, items),
        "sentences": [packed(sentence) for sentence in sentences],
    }


def _status(domain: DomainShift, items: Sequence[ItemShift]) -> str:
    levels = {shift.level for shift in items}
    if "alarm" in levels:
        return "alarm"
    return "watch" if "watch" in levels or domain.p < LEVEL else "steady"


def _domain_words(domain: DomainShift) -> str:
    values = {name: f"{getattr(domain, name):.2f}" for name in ("auc", "low", "high")}
    if domain.p < LEVEL:
        return say(
            "Answers tell applicants from staff: area under the curve %(auc)s (%(low)s to %(high)s; 0.50 is chance).",
            **values,
        )
    return say(
        "Answers do not tell applicants from staff beyond chance: area under the curve %(auc)s (%(low)s to %(high)s).",
        **values,
    )


def _item_words(items: Sequence[ItemShift]) -> str:
    moved = [shift for shift in items if shift.level in ("watch", "alarm")]
    if not moved:
        return say("No choice is made differently by applicants beyond what chance explains.")
    names = ", ".join(dict.fromkeys(shift.item for shift in sorted(moved, key=lambda s: -s.psi)))
    return say(
        "%(n)s of %(all)s choices are made differently by applicants, in: %(items)s.",
        n=len(moved),
        all=len(items),
        items=names,
    )


def _mean_words(mean: MeanShift) -> str:
    ends = {"low": mean.standardised_low, "d": mean.standardised, "high": mean.standardised_high}
    values = {name: f"{value:.2f}" for name, value in ends.items()}
    if mean.p >= LEVEL:
        return say("No shift of the mean score shown: %(d)s standard deviations (%(low)s to %(high)s).", **values)
    if mean.difference > 0:
        return say("Applicants score higher than staff by %(d)s standard deviations (%(low)s to %(high)s).", **values)
    return say("Applicants score lower than staff: %(d)s standard deviations (%(low)s to %(high)s).", **values)


def _calibration_words(recalibration: Recalibration | None) -> Iterator[str]:
    if recalibration is not None:
        yield recalibration.sentence
    if recalibration is None or not recalibration.applied:
        yield say("Figures are calibrated on staff until outcomes of hired applicants arrive.")
