"""Differential item functioning: do people of like score but different groups answer an item alike?

Items are judged by their scores, options by being chosen or not. An item that differs is taken out of the
score by which people are compared, until the list stands still (purification). Many tests find something by
chance alone; the false-discovery rate is held by Benjamini & Hochberg (1995).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from questionnaires.words import say
from scoring.groups.checks import CANNOT_TELL, SMALLEST_GROUP, Labels, Plain, grouping
from scoring.groups.matching import FEWEST_ANCHORS, matched_score, strata
from scoring.groups.nested import NOTHING, NestedTests, choice_tests, score_tests
from scoring.groups.responses import Responses
from scoring.groups.stratified import (
    NEGLIGIBLE_DELTA,
    NEGLIGIBLE_SMD,
    NO_CHOICE,
    NO_DIFFERENCE,
    MantelHaenszel,
    StandardisedDifference,
    mantel_haenszel,
    standardised_difference,
)

RATE = 0.05
"""Expected share of false findings among all findings."""

ROUNDS = 20
PATIENCE = 4
"""From this round on an item that has left the anchors does not come back, so that the rounds come to an end."""

EQUIVALENT, DIFFERS = "equivalent", "differs"
SURE = float(norm.ppf(0.95))
"""Two one-sided tests at 5 %: the 90 % interval has to lie inside the negligible range."""


@dataclass(frozen=True)
class ItemDif(Plain):
    """One item in two groups.

    Attributes
    ----------
    item : str
    n_focal, n_reference : int
        People who answered it.
    uniform : StandardisedDifference
    nested : NestedTests
    q_uniform, q_nonuniform : float
        p-values after the false-discovery control.
    finding : str
        ``differs``: shown, and more than negligible. ``equivalent``: the 90 % interval of the difference lies
        within +-.17 standard deviations. Otherwise ``cannot_tell``.
    anchor : bool
        Whether the item stayed in the score by which people are compared.
    """

    item: str
    n_focal: int
    n_reference: int
    uniform: StandardisedDifference
    nested: NestedTests
    q_uniform: float
    q_nonuniform: float
    finding: str
    anchor: bool


@dataclass(frozen=True)
class OptionDif(Plain):
    """One option in two groups: as `ItemDif`, with ``equivalent`` within +-1 on the delta scale."""

    option: str
    n_focal: int
    n_reference: int
    uniform: MantelHaenszel
    nested: NestedTests
    q_uniform: float
    q_nonuniform: float
    finding: str


@dataclass(frozen=True)
class Comparison(Plain):
    """One group against the reference group.

    Attributes
    ----------
    focal, reference : str
    n_focal, n_reference : int
    items : tuple of ItemDif
    options : tuple of OptionDif
    rounds : int
        How often the anchors were purified.
    finding : str
        ``differs`` where any item or option does; ``equivalent`` where every item is; otherwise ``cannot_tell``.
    notes : tuple of str
    """

    focal: str
    reference: str
    n_focal: int
    n_reference: int
    items: tuple[ItemDif, ...]
    options: tuple[OptionDif, ...]
    rounds: int
    finding: str
    notes: tuple[str, ...]


def dif(
    responses: Responses, group: Labels, reference: str | None = None, rate: float = RATE
) -> tuple[Comparison, ...]:
    """Compare every group with a reference group, item by item and option by option.

    Parameters
    ----------
    responses : Responses
    group : sequence of n
        Labels, for example of groups or of the languages people answered in; None where not known.
    reference : str, optional
        Otherwise the largest group.
    rate : float
        False-discovery rate, held within the items and within the options of each comparison.

    Raises
    ------
    ScoringError
        Where labels do not fit the answers, or there is one group only.
    """
    groups = grouping(group, len(responses.scores))
    base = groups.reference(reference)
    against = groups.members(base)
    return tuple(_compare(responses, groups.members(name), against, (name, base), rate) for name in groups.others(base))


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values (any shape): the smallest false-discovery rate at which each would count as found.

    What is NaN was not tested and stays NaN.
    """
    q = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    values = p[known]
    order = np.argsort(values)
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    q[known] = adjusted
    return q


@dataclass(frozen=True)
class _Pair:
    """The people of two groups, with their answers."""

    scores: np.ndarray
    choices: np.ndarray
    focal: np.ndarray

    def rows(self, values: np.ndarray, matched: np.ndarray) -> np.ndarray:
        return np.flatnonzero(np.isfinite(values) & np.isfinite(matched))


def _compare(
    responses: Responses, focal: np.ndarray, against: np.ndarray, names: tuple[str, str], rate: float
) -> Comparison:
    who = focal | against
    pair = _Pair(responses.scores[who], responses.choices[who], focal[who])
    sizes = (int(focal.sum()), int(against.sum()))
    if min(sizes) < SMALLEST_GROUP:
        return Comparison(*names, *sizes, (), (), 0, CANNOT_TELL, (_too_few(),))
    items, options, anchors, rounds = _purified(responses, pair, rate)
    if anchors.sum() < FEWEST_ANCHORS:
        return Comparison(*names, *sizes, (), (), rounds, CANNOT_TELL, (_no_anchors(),))
    notes = tuple(_notes(items))
    finding = DIFFERS if _differing(responses, items, options) else gate([each.finding for each in items])
    return Comparison(*names, *sizes, items, options, rounds, finding, notes)


def items_that_differ(found: Comparison, responses: Responses) -> set[int]:
    """Positions of items that differ by their score or by an option."""
    return _differing(responses, found.items, found.options)


def _differing(responses: Responses, items: Sequence[ItemDif], options: Sequence[OptionDif]) -> set[int]:
    owners = zip(options, responses.option_items, strict=False)
    by_option = {int(item) for each, item in owners if each.finding == DIFFERS and item >= 0}
    return by_option | {k for k, each in enumerate(items) if each.finding == DIFFERS}


def gate(findings: Sequence[str]) -> str:
    """One finding for a whole form: ``differs`` if any, ``equivalent`` if all, else ``cannot_tell``."""
    if DIFFERS in findings:
        return DIFFERS
    return EQUIVALENT if findings and set(findings) == {EQUIVALENT} else CANNOT_TELL


def _too_few() -> str:
    return say("One of the two groups has fewer than %(least)s people: nothing can be told.", least=SMALLEST_GROUP)


def _no_anchors() -> str:
    return say(
        "Fewer than %(least)s items are alike in both groups: no score is left by which to compare people.",
        least=FEWEST_ANCHORS,
    )


def _notes(items: Sequence[ItemDif]) -> Iterator[str]:
    out = [each.item for each in items if not each.anchor]
    if out:
        yield say("Taken out of the score by which people are compared: %(names)s.", names=", ".join(out))
    if len(out) > len(items) / 2:
        yield say(
            "That is more than half of the items. Which half differs from which cannot be told from answers alone."
        )


def _purified(
    responses: Responses, pair: _Pair, rate: float
) -> tuple[tuple[ItemDif, ...], tuple[OptionDif, ...], np.ndarray, int]:
    """Test against the anchors, drop items that differ or have an option that does, until nothing changes."""
    answered = anchors = np.isfinite(pair.scores).any(axis=0)
    items, options = tuple[ItemDif, ...](), tuple[OptionDif, ...]()
    for turn in range(1, ROUNDS + 1):
        if anchors.sum() < FEWEST_ANCHORS:
            return items, options, anchors, turn - 1
        items, options = _items(responses, pair, anchors, rate), _options(responses, pair, anchors, rate)
        kept = answered.copy()
        kept[sorted(_differing(responses, items, options))] = False
        if turn >= PATIENCE:
            kept &= anchors
        if np.array_equal(kept, anchors):
            return items, options, anchors, turn
        anchors = kept
    return items, options, anchors, ROUNDS


def _items(responses: Responses, pair: _Pair, anchors: np.ndarray, rate: float) -> tuple[ItemDif, ...]:
    tests = [_item_tests(pair, anchors, column) for column in range(len(responses.items))]
    q = benjamini_hochberg(np.array([[uniform.p, nested.p_nonuniform] for _, uniform, nested in tests]))
    rows = []
    for column, ((sizes, uniform, nested), (first, second)) in enumerate(zip(tests, q, strict=True)):
        shown = first < rate and uniform.letter in ("B", "C")
        shown = shown or (second < rate and nested.letter in ("B", "C"))
        alike = _within(uniform.difference, uniform.error, NEGLIGIBLE_SMD)
        rows.append(
            ItemDif(
                responses.items[column],
                *sizes,
                uniform,
                nested,
                float(first),
                float(second),
                _finding(shown, alike),
                bool(anchors[column]),
            )
        )
    return tuple(rows)


def _item_tests(
    pair: _Pair, anchors: np.ndarray, column: int
) -> tuple[tuple[int, int], StandardisedDifference, NestedTests]:
    values = pair.scores[:, column]
    matched = matched_score(pair.scores, anchors, column, pair.focal)
    rows = pair.rows(values, matched)
    sizes, focal = _sizes(pair.focal[rows]), pair.focal[rows]
    if min(sizes) < SMALLEST_GROUP:
        return sizes, NO_DIFFERENCE, NOTHING
    uniform = standardised_difference(values[rows], focal, strata(matched[rows], focal))
    return sizes, uniform, score_tests(values[rows], focal, matched[rows])


def _sizes(focal: np.ndarray) -> tuple[int, int]:
    return int(focal.sum()), int((~focal).sum())


def _within(centre: float, error: float, bound: float) -> bool:
    return bool(np.isfinite(centre) and abs(centre) + SURE * error < bound)


def _finding(shown: bool, alike: bool) -> str:
    if shown:
        return DIFFERS
    return EQUIVALENT if alike else CANNOT_TELL


def _options(responses: Responses, pair: _Pair, anchors: np.ndarray, rate: float) -> tuple[OptionDif, ...]:
    if not responses.options:
        return ()
    tests = list(_option_tests(responses, pair, anchors))
    q = benjamini_hochberg(np.array([[uniform.p, nested.p_nonuniform] for _, uniform, nested in tests]))
    rows = []
    for name, (sizes, uniform, nested), (first, second) in zip(responses.options, tests, q, strict=True):
        shown = first < rate and uniform.letter in ("B", "C")
        shown = shown or (second < rate and nested.letter in ("B", "C"))
        alike = _within(uniform.delta, uniform.delta_error, NEGLIGIBLE_DELTA)
        finding = _finding(bool(shown), alike)
        rows.append(OptionDif(name, *sizes, uniform, nested, float(first), float(second), finding))
    return tuple(rows)


def _option_tests(
    responses: Responses, pair: _Pair, anchors: np.ndarray
) -> Iterator[tuple[tuple[int, int], MantelHaenszel, NestedTests]]:
    """Tests of each option; options of one item share the score by which people are compared."""
    scores = {item: matched_score(pair.scores, anchors, item, pair.focal) for item in np.unique(responses.option_items)}
    for column, item in enumerate(responses.option_items):
        values, matched = pair.choices[:, column], scores[item]
        rows = pair.rows(values, matched)
        chosen, focal = values[rows] == 1, pair.focal[rows]
        sizes = _sizes(focal)
        if min(sizes) < SMALLEST_GROUP:
            yield sizes, NO_CHOICE, NOTHING
            continue
        by_stratum = mantel_haenszel(chosen, focal, strata(matched[rows], focal))
        yield sizes, by_stratum, choice_tests(chosen, focal, matched[rows])
