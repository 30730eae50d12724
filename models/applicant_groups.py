"""What a model's questionnaire and flags do to groups of applicants: plain values, without a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.quality import assess_quality
from models.trained import TrainedModel
from questionnaires.answers import AnswerSheet
from scoring.groups.checks import SMALLEST_GROUP
from scoring.groups.coding import responses_of
from scoring.groups.dif import SURE, Comparison, dif
from scoring.quality.group_check import flag_rates_by_group

TOO_FEW, NO_REFERENCE = "too_few", "no_reference"
DIGITS = 3


def applicant_groups(
    model: TrainedModel, sheets: Sequence[AnswerSheet], labels: Sequence[str | None]
) -> dict[str, Any]:
    """Compare groups of applicants item by item, and flag by flag.

    Parameters
    ----------
    model : TrainedModel
        Whose form they answered.
    sheets : sequence of n AnswerSheet
    labels : sequence of n
        The group of each person; None where it is not known. Groups under 30 people are left out.

    Returns
    -------
    dict
        ``n``; ``dif``, one comparison for each group beside the largest, with its items and those options that
        differ; ``flags``, one row for each flag and group; ``absent``, by part, why there is nothing.
    """
    large = {name for name, n in Counter(each for each in labels if each).items() if n >= SMALLEST_GROUP}
    rows = [place for place, label in enumerate(labels) if label in large]
    if len(large) < 2:
        return {"n": len(rows), "dif": [], "flags": [], "absent": {"dif": TOO_FEW, "flags": TOO_FEW}}
    kept, known = [sheets[row] for row in rows], [labels[row] for row in rows]
    flags = _flags(model, kept, known)
    absent = {} if flags is not None else {"flags": NO_REFERENCE}
    return {"n": len(rows), "dif": _dif(model, kept, known), "flags": flags or [], "absent": absent}


def _dif(model: TrainedModel, sheets: Sequence[AnswerSheet], labels: Sequence[str | None]) -> list[dict[str, Any]]:
    encoded = model.encoder.encode(sheets)
    enough = np.flatnonzero(encoded.enough)
    known = [labels[row] for row in enough.tolist()]
    if len(set(known)) < 2:
        return []
    responses = responses_of(model.encoder, encoded).take(enough)
    return [_comparison(each) for each in dif(responses, known)]


def _comparison(found: Comparison) -> dict[str, Any]:
    """What a reader needs of a comparison, rounded."""
    items = [
        {
            "item": each.item,
            "n_focal": each.n_focal,
            "n_reference": each.n_reference,
            "difference": _rounded(each.uniform.difference),
            "low": _rounded(each.uniform.difference - SURE * each.uniform.error),
            "high": _rounded(each.uniform.difference + SURE * each.uniform.error),
            "letter": each.uniform.letter,
            "q": _rounded(each.q_uniform),
            "finding": each.finding,
        }
        for each in found.items
    ]
    options = [each.option for each in found.options if each.finding == "differs"]
    whole = {"focal": found.focal, "reference": found.reference, "finding": found.finding}
    return whole | {"n_focal": found.n_focal, "n_reference": found.n_reference, "items": items, "options": options}


def _rounded(value: float) -> float | None:
    return round(float(value), DIGITS) if np.isfinite(value) else None


def _flags(
    model: TrainedModel, sheets: Sequence[AnswerSheet], labels: Sequence[str | None]
) -> list[dict[str, Any]] | None:
    """Flags that rest on answers alone: whose time counts for nothing is nobody's business here."""
    assessed = assess_quality(model, sheets)
    return None if assessed is None else [each.to_plain() for each in flag_rates_by_group(assessed, labels)]
