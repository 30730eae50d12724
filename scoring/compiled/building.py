"""From an encoder and fitted numbers to a compiled model: every number is taken over, none is computed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from questionnaires.definition import Item, ResponseFormat
from scoring.compiled.calibration import Calibration
from scoring.compiled.items import CompiledItem
from scoring.compiled.model import CompiledModel
from scoring.encoding import UNKNOWN_KEY, AnswerEncoder, Encoded
from scoring.errors import ScoringError
from scoring.key import REQUIRED_SHARE, effectiveness


def compile_linear(
    encoder: AnswerEncoder,
    coefficients: np.ndarray,
    intercept: float,
    calibration: Calibration,
    *,
    scale: tuple[float, float] | None,
    scoring_identity: str,
    form: str,
    means: Mapping[str, float] | None = None,
) -> CompiledModel:
    """Compile ``prediction = intercept + X @ coefficients`` with what calibrates it.

    Parameters
    ----------
    encoder
        Of the form that was learned from.
    coefficients : ndarray of shape (encoder.n_columns,)
    means
        See `CompiledModel`.

    Raises
    ------
    ScoringError
        Where the coefficients are not those of the encoder's columns, or are no finite numbers.
    """
    coefficients = np.asarray(coefficients, dtype=float)
    if coefficients.shape != (encoder.n_columns,) or not np.isfinite([*coefficients, intercept]).all():
        raise ScoringError(
            f"{encoder.n_columns} finite coefficients are needed, one for each column of the questionnaire; "
            f"there are {coefficients.size}. Train the model again with this questionnaire."
        )
    return CompiledModel(
        items=tuple(
            _item(item, coefficients[block.columns]) for item, block in zip(encoder.items, encoder.blocks, strict=True)
        ),
        intercept=float(intercept),
        key_weight=0.0 if encoder.key_column is None else float(coefficients[encoder.key_column]),
        calibration=calibration,
        scale=scale,
        unknown_key=UNKNOWN_KEY,
        required_share=REQUIRED_SHARE,
        scoring_identity=scoring_identity,
        form=form,
        means=means,
    )


def compile_key(encoder: AnswerEncoder, *, scoring_identity: str, form: str) -> CompiledModel:
    """Compile the key alone: the score is the key total."""
    return CompiledModel(
        items=tuple(
            _item(item, np.zeros(block.stop - block.start))
            for item, block in zip(encoder.items, encoder.blocks, strict=True)
        ),
        intercept=0.0,
        key_weight=1.0,
        calibration=None,
        scale=None,
        unknown_key=UNKNOWN_KEY,
        required_share=REQUIRED_SHARE,
        scoring_identity=scoring_identity,
        form=form,
    )


def _item(item: Item, weights: np.ndarray) -> CompiledItem:
    key = effectiveness(item) if item.keyed and item.format is not ResponseFormat.LIKERT else None
    return CompiledItem(
        id=item.id,
        facet=item.facet,
        format=item.format.value,
        options=item.option_ids,
        weights=tuple(weights.tolist()),
        key=tuple(float(key[option]) for option in item.option_ids) if key else None,
        scale=(item.scale.minimum, item.scale.maximum) if item.scale else None,
        direction=item.direction if item.format is ResponseFormat.LIKERT else 0,
    )


def mean_contributions(encoder: AnswerEncoder, encoded: Encoded, coefficients: np.ndarray) -> dict[str, float]:
    """What each item adds on average over these people, so that intercept and means sum to their mean prediction.

    An item adds the weights of its columns and its share of the key total; the key total of people who
    answered no keyed item is shared among the keyed items.

    Parameters
    ----------
    encoded
        Of the people (n) that the coefficients (n_columns,) were learned from.
    """
    parts = np.column_stack([encoded.X[:, b.columns] @ coefficients[b.columns] for b in encoder.blocks])
    if encoder.key_column is not None:
        parts = parts + coefficients[encoder.key_column] * _key_shares(encoder, encoded)
    return dict(zip((item.id for item in encoder.items), parts.mean(axis=0).tolist(), strict=True))


def _key_shares(encoder: AnswerEncoder, encoded: Encoded) -> np.ndarray:
    """Each item's share (n, n_items) of the key total; the rows sum to the key column."""
    known = np.isfinite(encoded.key_scores)
    count = known.sum(axis=1, keepdims=True)
    keyed = np.array([item.keyed for item in encoder.items], dtype=float)
    nobody = UNKNOWN_KEY * keyed / max(keyed.sum(), 1.0)
    return np.where(count > 0, np.where(known, encoded.key_scores, 0.0) / np.maximum(count, 1), nobody)
