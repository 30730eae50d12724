"""What each answer added to a person's prediction, from the compiled numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.compiled.items import RATE_EACH, CompiledItem, Part, complete_answers
from scoring.compiled.model import Answers, CompiledModel

TRAINING_MEAN, ANY_ANSWER = "training_mean", "any_answer"


@dataclass(frozen=True)
class Contributions:
    """What made a prediction what it is.

    Attributes
    ----------
    prediction : float
        The unrounded prediction (the key total with a key-only model).
    reference : float
        What the contributions are measured against.
    reference_kind : str
        ``training_mean``: the mean prediction of the training staff, each item against what it added for them on
        average. ``any_answer``, where that is not known: somebody who answers at random, each complete answer
        being equally likely.
    items : mapping of str to float
        By item id, in the units of the prediction. They sum to ``prediction - reference``.
    facets : mapping of str to float
        The same by facet; items without one are under "".
    """

    prediction: float
    reference: float
    reference_kind: str
    items: Mapping[str, float]
    facets: Mapping[str, float]


def contributions(model: CompiledModel, answers: Answers) -> Contributions:
    """Split one person's prediction into what each item added, against the training mean where it is known."""
    own = _added(model, [item.part(answers.get(item.id) or {}) for item in model.items])
    means = reference_means(model)
    items = {item.id: value - means[item.id] for item, value in zip(model.items, own, strict=True)}
    facets: dict[str, float] = {}
    for item in model.items:
        facets[item.facet or ""] = facets.get(item.facet or "", 0.0) + items[item.id]
    return Contributions(
        prediction=model.predict(answers),
        reference=model.intercept + sum(means.values()),
        reference_kind=ANY_ANSWER if model.means is None else TRAINING_MEAN,
        items=items,
        facets=facets,
    )


def reference_means(model: CompiledModel) -> Mapping[str, float]:
    """What each item adds on average: for the training staff, or else for somebody who answers at random."""
    if model.means is not None:
        return model.means
    known = max(sum(item.keyed for item in model.items), 1)
    return {item.id: _any_answer(item, model.key_weight / known) for item in model.items}


def _added(model: CompiledModel, parts: list[Part]) -> list[float]:
    """What each item adds to the prediction, its share of the key total included."""
    known = sum(part.known for part in parts)
    if known:
        return [part.weight + model.key_weight * part.key / known for part in parts]
    keyed = [item.key is not None or item.direction != 0 for item in model.items]
    share = model.key_weight * model.unknown_key / max(sum(keyed), 1)
    return [part.weight + share * has_key for part, has_key in zip(parts, keyed, strict=True)]


def _any_answer(item: CompiledItem, key_weight: float) -> float:
    parts = [item.part(answer) for answer in complete_answers(item)]
    if parts:
        return sum(part.weight + key_weight * part.key for part in parts) / len(parts)
    return _any_profile(item, key_weight)


def _any_profile(item: CompiledItem, key_weight: float) -> float:
    """Mean over all orders of evenly spaced ratings: no order is likelier, so that only strengths remain."""
    k = len(item.options)
    places = [place - (k - 1) / 2.0 for place in range(k)]
    spread = (sum(place * place for place in places) / k) ** 0.5
    strength = sum(abs(place) for place in places) / k / spread if spread else 0.0
    strengths = sum(item.weights[k : 2 * k]) * strength if item.format == RATE_EACH else 0.0
    return strengths + (key_weight * 0.5 if item.keyed else 0.0)
