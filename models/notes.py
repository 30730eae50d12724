"""What a reader of the figures has to know, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires.definition import Questionnaire

STAFF = "Calibrated on staff, who answered without stakes; applicants may answer differently."


def notes_on(questionnaire: Questionnaire, figures: Mapping[str, Any], left_out: int, minimum: int) -> list[str]:
    """Return the notes that go with the figures of a training run."""
    return [*_on_evidence(figures, minimum), *_on_data(figures, left_out), *_on_key(questionnaire, figures)]


def _on_evidence(figures: Mapping[str, Any], minimum: int) -> Iterator[str]:
    n = figures["n"]
    if n < minimum:
        yield (
            f"By the key, no local evidence: {n} staff have both answers and ratings, "
            f"and a local model needs at least {minimum}."
        )
        return
    yield STAFF
    if figures["r_low"] <= 0:
        yield "The interval of the correlation includes zero: these answers may not predict these ratings at all."
    if figures["log_loss"] >= figures["log_loss_base"]:
        yield "The probabilities say no more than the base rate does; more rated staff are needed."


def _on_data(figures: Mapping[str, Any], left_out: int) -> Iterator[str]:
    if left_out:
        yield f"{left_out} staff answered less than 80 % and were left out."
    if figures["r"] is not None and not figures["n_units"]:
        yield "No units are known, so that the folds could not keep colleagues together."
    yield from figures.get("rating_notes", ())
    if figures["r"] is not None and figures["criterion_reliability"] is None:
        yield "The reliability of the ratings is not known, so that nothing is corrected for it."


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
