"""A model that learned from ratings given in confidence: its figures, so coarse that none tells a single rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.trained import TrainedModel

GROUP = 5
IN_CONFIDENCE = "in_confidence"
GROUPS = "groups"
HIRED = "n_hired"
"""How many of the people learned from were hired applicants, who answered as such."""

FEW_RATERS = "few_raters"
"""How many people were left out because too few rated them, as a class."""

_NOT_KEPT = ("item_statistics", "calibrations", "interval_methods")
"""Figures of a few people each, which nothing shows."""
_OF_GROUPS = ("reliability_diagram", "expectancy", "hire_or_retrain")
_CLASSES = ((4, "0–4"), (9, "5–9"), (19, "10–19"), (49, "20–49"))


def _of_answers_alone(groups: Any) -> Any:
    """What is said of groups stays as it is where no rating went into it; otherwise nothing of it stays."""
    return groups if groups and groups.get("absent") == IN_CONFIDENCE else None


def people_class(number: int) -> str:
    """Return the class of a number of people."""
    return next((name for most, name in _CLASSES if number <= most), "50+")


def in_fives(number: int) -> int:
    """Return the whole fives of a number of people."""
    return number - number % GROUP


def coarsened(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Round figures to hundredths, shares of groups to twentieths and numbers of people down to fives."""
    kept = {name: None if name in _NOT_KEPT else value for name, value in figures.items()}
    return {name: _coarse(value, 20 if name in _OF_GROUPS else 100, name) for name, value in kept.items()}


def _coarse(value: Any, parts: int, name: str = "") -> Any:
    if isinstance(value, Mapping):
        return {key: _coarse(each, parts, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_coarse(each, parts, name) for each in value]
    if isinstance(value, float) and name != "selection_ratio":
        return round(round(value * parts) / parts, 2)
    if isinstance(value, int) and not isinstance(value, bool) and name in _PEOPLE:
        return in_fives(value)
    return value


_PEOPLE = ("n", HIRED, "n_answered", "n_rated", "people", "more_staff", "more_staff_low", "more_staff_high")


def sealed(model: TrainedModel, few_raters: int) -> TrainedModel:
    """Return the model with coarse figures and without its seed; what it says of answers stays as it is."""
    manifest = model.manifest
    figures = coarsened(manifest.figures) | {IN_CONFIDENCE: True, FEW_RATERS: people_class(few_raters)}
    figures |= {GROUPS: _of_answers_alone(manifest.figures.get(GROUPS))}
    sed = None if manifest.sed is None else float(f"{manifest.sed:.2g}")
    return replace(model, manifest=replace(manifest, figures=figures, seed=0, sed=sed))
