"""A simulated instrument as a questionnaire file, with withheld texts and a label that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from scoring.simulation.answers import SimulatedItem

KEY_MIDDLE = 3.0
KEY_REACH = 2.0


def questionnaire_text(items: Sequence[SimulatedItem], facet_names: Sequence[str], world: str, seed: int) -> str:
    """Return the questionnaire as YAML.

    The key is stretched linearly around 3 so that it just fits the range 1 to 5; that leaves every
    correlation with it as it was.
    """
    return "\n".join([*_head(world, seed), *_items(items, facet_names), ""])


def _head(world: str, seed: int) -> Iterator[str]:
    yield "format: 1"
    yield f"name: simulated-{world}-{seed}"
    yield "version: 1.0.0"
    yield "languages: [en]"
    yield "title:"
    yield f"  en: Simulated questionnaire ({world} world, seed {seed})"
    yield "description:"
    yield "  en: Simulated. Its items have no texts and its key was drawn at random; not for real people."
    yield "authorship: simulated"
    yield "review: nobody, this instrument is simulated"
    yield "key_set_by: simulation"
    yield "items:"


def _items(items: Sequence[SimulatedItem], facet_names: Sequence[str]) -> Iterator[str]:
    reach = max(float(np.abs(item.key).max()) for item in items)
    for item in items:
        yield f"  - id: {item.id}"
        yield f"    format: {item.format.value}"
        if item.facet is not None:
            yield f"    facet: {facet_names[item.facet]}"
        yield "    withheld: true"
        if item.scale is not None:
            yield f"    scale: {{minimum: {item.scale.minimum}, maximum: {item.scale.maximum}}}"
        yield "    options:"
        for option, key in zip(item.options, item.key, strict=True):
            mean = KEY_MIDDLE + KEY_REACH * float(key) / reach
            yield f'      - {{id: "{option}", key: {{mean: {mean:.4f}}}}}'
