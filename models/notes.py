"""What a reader of the figures has to know, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from questionnaires.definition import Questionnaire

NAMES_SHOWN = 8
STAFF = "Calibrated on staff, who answered without stakes; applicants may answer differently."


FEW_UNITS = 15
"""Resampling fewer units than this makes intervals too narrow."""


def notes_on(questionnaire: Questionnaire, figures: Mapping[str, Any], left_out: int, minimum: int) -> list[str]:
    """Return the notes that go with the figures of a training run."""
    return [
        *_on_evidence(figures, minimum),
        *_on_more_staff(figures),
        *_on_canary(figures),
        *_on_data(figures, left_out),
        *_on_options(figures),
        *_on_key(questionnaire, figures),
    ]


def _on_evidence(figures: Mapping[str, Any], minimum: int) -> Iterator[str]:
    n = figures["n"]
    if n < minimum:
        yield (
            f"By the key, no local evidence: {n} staff have both answers and ratings, "
            f"and a local model needs at least {minimum}."
        )
        return
    yield STAFF
    if figures["r_low"] is not None and figures["r_low"] <= 0:
        yield "The interval of the correlation includes zero: these answers may not predict these ratings at all."
    if figures["log_loss"] >= figures["log_loss_base"]:
        yield "The probabilities say no more than the base rate does; more rated staff are needed."
    if figures.get("slope", 1.0) is None:
        yield "Everybody gets about the same probability, so that there is no calibration slope."


def _on_more_staff(figures: Mapping[str, Any]) -> Iterator[str]:
    """What the learning curve says about the model and the key."""
    forecast = (figures.get("learning_curve") or {}).get("forecast")
    if forecast:
        sentence = _MORE_STAFF[forecast["status"]]
        yield sentence.format(more=forecast["more_staff"], range=_range_of(forecast))


_MORE_STAFF = {
    "already": "The model orders people better than the key alone does, nineteen times of twenty in these data.",
    "probably": "The model probably orders people better than the key alone does; these data do not settle it{range}.",
    "about_equal": "So far the model and the key alone order people about equally well; more staff may tell{range}.",
    "more_needed": "With about {more} more rated staff the model should order people better than the key alone{range}.",
    "not_within_reach": "How many more rated staff it takes to beat the key alone is not within reach of these data.",
    "no_key": "There is no key for the model to be compared with.",
    "cannot_tell": "These are too few people to tell how the model would gain from more of them.",
}


def _range_of(forecast: Mapping[str, Any]) -> str:
    low, high = forecast["more_staff_low"], forecast["more_staff_high"]
    if low is None:
        return ""
    ends = f"{low} to {high}" if high is not None else f"from {low} to more than can be foreseen"
    return f" (90 % interval of how many more it takes: {ends})"


def _on_canary(figures: Mapping[str, Any]) -> Iterator[str]:
    canary = figures.get("canary")
    if canary and not canary["passed"]:
        yield (
            f"With ratings dealt out at random r is {canary['r']:.3f}, though it should be 0: something leaks. "
            "Do not rely on these figures, and tell those who look after this program."
        )


def _on_data(figures: Mapping[str, Any], left_out: int) -> Iterator[str]:
    if left_out:
        yield f"{left_out} staff answered less than 80 % and were left out."
    units = figures["n_units"]
    if figures["r"] is not None and not units:
        yield "No units are known, so that the folds could not keep colleagues together."
    elif figures["r"] is not None and figures.get("resampled") == "units" and units < FEW_UNITS:
        yield f"The intervals rest on {units} units only and may be too narrow."
    elif figures["r"] is not None and figures.get("resampled") == "people":
        yield f"With {units} units only, intervals rest on people drawn one by one and may be too narrow."
    if figures.get("folds_left_out"):
        yield f"{figures['folds_left_out']} folds could not be tried: the ratings left to learn from were all alike."
    yield from figures.get("rating_notes", ())
    if figures["r"] is not None and figures["criterion_reliability"] is None:
        yield "The reliability of the ratings is not known, so that nothing is corrected for it."


def _on_options(figures: Mapping[str, Any]) -> Iterator[str]:
    statistics = figures.get("item_statistics")
    if not statistics:
        return
    unused = statistics["never_chosen"]
    if unused:
        yield f"{len(unused)} options were never chosen and weigh nothing yet: {_first_of(unused)}."
    flagged = [
        f"{item['id']}.{option['id']}" for item in statistics["items"] for option in item["options"] if option["review"]
    ]
    if flagged:
        yield (
            f"People who chose {_first_of(flagged)} are rated better than those who chose what the key calls best: "
            "let somebody review the key there."
        )


def _first_of(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMES_SHOWN]) + (
        f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    )


def key_reviewed(questionnaire: Questionnaire) -> bool | None:
    """Return whether others than its authors have judged the key; None where there is no key.

    A panel leaves its spread in the key, so a key without any spread is its authors' own.
    """
    keyed = [item for item in questionnaire.items if item.keyed]
    if not keyed:
        return None
    return any(option.key is not None and option.key.spread is not None for item in keyed for option in item.options)


def _on_key(questionnaire: Questionnaire, figures: Mapping[str, Any]) -> Iterator[str]:
    reviewed = key_reviewed(questionnaire)
    if reviewed is None:
        if figures["key_r"] is None:  # likert items alone have no options to agree on
            return
        yield "The questionnaire has no key of its own; a key by consensus is built from the answers."
    elif not reviewed:
        setters = ", ".join(sorted({item.key_set_by for item in questionnaire.items if item.key_set_by}))
        yield f"Nobody but its authors has reviewed the key (set by: {setters or 'its authors'})."
