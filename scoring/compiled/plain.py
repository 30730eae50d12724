"""A compiled model as JSON-able values, and back."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from scoring.compiled.calibration import Calibration, Gaussian, Logistic
from scoring.compiled.items import FORMATS, LIKERT, CompiledItem, width_of
from scoring.compiled.model import CompiledModel
from scoring.errors import ScoringError

VERSION = 1
_AGAIN = "Restore the model from a copy, or train it again."


def to_plain(model: CompiledModel) -> dict[str, Any]:
    """Return the model as values that JSON can hold without losing a bit."""
    return {
        "version": VERSION,
        "scoring_identity": model.scoring_identity,
        "form": model.form,
        "intercept": model.intercept,
        "key_weight": model.key_weight,
        "unknown_key": model.unknown_key,
        "required_share": model.required_share,
        "scale": None if model.scale is None else [float(end) for end in model.scale],
        "calibration": _calibration_plain(model.calibration),
        "means": None if model.means is None else dict(model.means),
        "items": [_item_plain(item) for item in model.items],
    }


def _calibration_plain(calibration: Calibration | None) -> dict[str, Any] | None:
    if calibration is None:
        return None
    if isinstance(calibration, Logistic):
        return {"kind": "logistic", "intercept": calibration.intercept, "slope": calibration.slope}
    return {
        "kind": "gaussian",
        "spread": calibration.spread,
        "threshold": calibration.threshold,
        "low": calibration.low,
        "high": calibration.high,
        "families": dict(calibration.families),
    }


def _item_plain(item: CompiledItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "facet": item.facet,
        "format": item.format,
        "options": list(item.options),
        "weights": list(item.weights),
        "key": None if item.key is None else list(item.key),
        "scale": None if item.scale is None else list(item.scale),
        "direction": item.direction,
    }


def from_plain(plain: Mapping[str, Any]) -> CompiledModel:
    """Read what `to_plain` returned.

    Raises
    ------
    ScoringError
        Where the version is another, or values are missing or of the wrong kind.
    """
    version = plain.get("version") if isinstance(plain, Mapping) else None
    if version != VERSION:
        raise ScoringError(f"The compiled model has version {version!r}; this program reads {VERSION}. {_AGAIN}")
    try:
        return _model(plain)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise ScoringError(f"The compiled model does not hold what it should ({error}). {_AGAIN}") from error


def _model(plain: Mapping[str, Any]) -> CompiledModel:
    items = tuple(_item(each) for each in plain["items"])
    if len({item.id for item in items}) != len(items):
        raise ValueError("an item is there twice")
    scale, means = plain["scale"], plain["means"]
    return CompiledModel(
        items=items,
        intercept=_number(plain["intercept"]),
        key_weight=_number(plain["key_weight"]),
        calibration=_calibration(plain["calibration"]),
        scale=None if scale is None else _two(scale),
        unknown_key=_number(plain["unknown_key"]),
        required_share=_number(plain["required_share"]),
        scoring_identity=str(plain["scoring_identity"]),
        form=str(plain["form"]),
        means=None if means is None else {item.id: _number(means[item.id]) for item in items},
    )


def _calibration(plain: Mapping[str, Any] | None) -> Calibration | None:
    if plain is None:
        return None
    if plain["kind"] == "logistic":
        return Logistic(_number(plain["intercept"]), _number(plain["slope"]))
    if plain["kind"] != "gaussian":
        raise ValueError(f"unknown calibration {plain['kind']!r}")
    spread = _number(plain["spread"])
    if spread <= 0:
        raise ValueError("the spread is not positive")
    return Gaussian(
        spread=spread,
        threshold=_number(plain["threshold"]),
        low=_number(plain["low"]),
        high=_number(plain["high"]),
        families={str(name): _number(cut) for name, cut in plain["families"].items()},
    )


def _item(plain: Mapping[str, Any]) -> CompiledItem:
    format_, options = plain["format"], tuple(str(option) for option in plain["options"])
    weights = tuple(_number(each) for each in plain["weights"])
    key = None if plain["key"] is None else tuple(_number(each) for each in plain["key"])
    if format_ not in FORMATS or len(weights) != width_of(format_, len(options)):
        raise ValueError(f"the weights of {plain['id']!r}")
    if key is not None and (len(key) != len(options) or not key):
        raise ValueError(f"the key of {plain['id']!r}")
    scale = None if plain["scale"] is None else (int(plain["scale"][0]), int(plain["scale"][1]))
    if (scale is None and format_ == LIKERT) or (scale is not None and scale[0] >= scale[1]):
        raise ValueError(f"the scale of {plain['id']!r}")
    return CompiledItem(
        id=str(plain["id"]),
        facet=None if plain["facet"] is None else str(plain["facet"]),
        format=format_,
        options=options,
        weights=weights,
        key=key,
        scale=scale,
        direction=int(plain["direction"]),
    )


def _number(value: Any) -> float:
    number = float(value)
    if isinstance(value, str | bool) or not isfinite(number):
        raise ValueError(f"{value!r} is no finite number")
    return number


def _two(values: Any) -> tuple[float, float]:
    low, high = values
    return _number(low), _number(high)
