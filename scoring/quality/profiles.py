"""A person's item values as a profile: steady within facets or not, varied or not, near others' or far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.covariance import ledoit_wolf

from questionnaires.definition import ResponseFormat
from scoring.encoding import AnswerEncoder, Encoded
from scoring.key import correlation
from scoring.quality.option_model import OptionModel
from scoring.quality.variables import MISSING

FEWEST_FACETS = 4
FEWEST_SCALE_VALUES = 8
FEWEST_ITEMS = 6
FEWEST_PEOPLE = 2
_STILL = 1e-9


def item_values(encoder: AnswerEncoder, encoded: Encoded, model: OptionModel, codes: np.ndarray) -> np.ndarray:
    """Return one value per person and item (n, items), NaN where not answered.

    The item's score by the key; where the item has no key, how popular the choice is (mean log-probability at the
    average trait).
    """
    values = encoded.key_scores.copy()
    for place, item in enumerate(encoder.items):
        if not item.keyed:
            values[:, place] = _popularity(item.id, model, codes)
    return values


def _popularity(item: str, model: OptionModel, codes: np.ndarray) -> np.ndarray:
    logs = np.zeros(len(codes))
    known = np.ones(len(codes), dtype=bool)
    for position, variable in enumerate(model.variables):
        if variable.item == item:
            p = model.probabilities(position, np.zeros(len(codes)), model.excluded(position, codes))
            chosen = codes[:, position]
            known &= chosen != MISSING
            logs += np.log(np.maximum(p[np.arange(len(codes)), chosen], 1e-12))
    return np.where(known, logs, np.nan)


@dataclass(frozen=True)
class Profiles:
    """Centre, spread and shrunken precision of the staff's item values.

    ``centre`` and ``scale`` have shape (items,), ``precision`` (items, items), of standardised values.
    """

    centre: np.ndarray
    scale: np.ndarray
    precision: np.ndarray

    def standardise(self, values: np.ndarray) -> np.ndarray:
        """Standardised values (n, items); an item that nobody answered differently is 0 for everybody."""
        return (values - self.centre) / self.scale

    def distance(self, values: np.ndarray) -> np.ndarray:
        """Mahalanobis distance (n,), with missing values at the centre and the sum scaled to all items."""
        z = self.standardise(values)
        known = np.isfinite(z)
        filled = np.where(known, z, 0.0)
        squared = np.einsum("ni,ij,nj->n", filled, self.precision, filled)
        share = known.mean(axis=1)
        enough = known.sum(axis=1) >= FEWEST_ITEMS
        return np.sqrt(np.divide(squared, share, out=np.full(len(z), np.nan), where=enough))

    def variability(self, values: np.ndarray) -> np.ndarray:
        """Standard deviation over items (n,) of the standardised values: intra-individual response variability."""
        return _row_spread(self.standardise(values), FEWEST_ITEMS)

    def to_plain(self) -> dict[str, Any]:
        scale = [value if np.isfinite(value) else None for value in self.scale.tolist()]
        return {"centre": self.centre.tolist(), "scale": scale, "precision": self.precision.tolist()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Profiles:
        scale = [np.inf if value is None else value for value in plain["scale"]]
        return cls(np.array(plain["centre"], dtype=float), np.array(scale), np.array(plain["precision"], dtype=float))


def fit_profiles(values: np.ndarray) -> Profiles:
    """Learn centre, spread and covariance, shrunk as Ledoit and Wolf (2004), from item values (n, items)."""
    if len(values) < FEWEST_PEOPLE:
        return _nothing_known(values.shape[1])
    known = np.isfinite(values)
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, values, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (values - centre) ** 2, 0.0).sum(axis=0) / count)
    scale = np.where(spread > _STILL, spread, np.inf)
    z = np.where(known, (values - centre) / scale, 0.0)
    covariance = ledoit_wolf(z, assume_centered=True)[0]
    ridge = _STILL * np.eye(len(covariance))
    return Profiles(centre, scale, np.linalg.inv(covariance + ridge))


def _nothing_known(items: int) -> Profiles:
    return Profiles(np.zeros(items), np.full(items, np.inf), np.eye(items))


def _row_spread(values: np.ndarray, fewest: int) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=1)
    filled = np.where(known, values, 0.0)
    mean = filled.sum(axis=1) / np.maximum(count, 1)
    squares = np.where(known, (filled - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return np.sqrt(np.divide(squares, count, out=np.full(len(values), np.nan), where=count >= fewest))


def scale_variability(encoder: AnswerEncoder, encoded: Encoded) -> np.ndarray:
    """Standard deviation (n,) of a person's likert values, each brought to -1..1; NaN below 8 of them.

    A straight line through a scale is low here whatever the items say. For options that are shuffled, see the
    longest run instead.
    """
    places = [b for i, b in zip(encoder.items, encoder.blocks, strict=True) if i.format is ResponseFormat.LIKERT]
    if not places:
        return np.full(len(encoded.X), np.nan)
    values = np.column_stack([encoded.X[:, b.start] for b in places])
    missing = np.column_stack([encoded.X[:, b.stop - 1] for b in places]) > 0
    return _row_spread(np.where(missing, np.nan, values), FEWEST_SCALE_VALUES)


def even_odd(facets: Sequence[str | None], standardised: np.ndarray) -> np.ndarray:
    """Correlation (n,), over facets, of a person's mean on the odd items with that on the even items.

    ``standardised`` (n, items) has the staff's item means removed, since these would make everybody look steady. NaN
    with fewer than 4 facets that have answers in both halves.
    """
    halves = [_half_means(facets, standardised, half) for half in (0, 1)]
    return np.array([_steadiness(a, b) for a, b in zip(*halves, strict=True)])


def _half_means(facets: Sequence[str | None], values: np.ndarray, half: int) -> np.ndarray:
    """Means (n, facets) over every second item of each facet."""
    names = [name for name in dict.fromkeys(facets) if name is not None]
    columns = [[i for i, facet in enumerate(facets) if facet == name][half::2] for name in names]
    return np.column_stack([_means(values[:, c]) for c in columns]) if names else np.empty((len(values), 0))


def _means(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    count = known.sum(axis=1)
    total = np.where(known, values, 0.0).sum(axis=1)
    return np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)


def _steadiness(odd: np.ndarray, even: np.ndarray) -> float:
    both = np.isfinite(odd) & np.isfinite(even)
    return correlation(odd[both], even[both]) if both.sum() >= FEWEST_FACETS else np.nan
