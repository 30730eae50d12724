"""What a panel of experts says of a questionnaire's options: mean, spread, agreement, and what is left out.

An expert counts who has rated at least four fifths of the options. An option is dropped where the spread between
experts is above a limit that was set before anybody rated, or where too few of them rated it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

import numpy as np

from scoring.agreement import Agreement, agreement
from scoring.key import correlation

Place = tuple[str, str]
"""An item and one of its options."""
Given = Mapping[Place, float]
"""What one expert said."""

FEWEST = 5
"""So many experts make a panel; an option needs as many ratings."""
SHARE_TO_COUNT = 0.8
WIDEST_SPREAD = 1.0
"""Standard deviation between experts above which an option is dropped, unless another limit was set.

On five points everybody choosing at random spreads by 1.41. A spread of 1 halves that variance: r_wg is .5, the
border under which agreement is called weak.
"""
SPREAD, FEW = "spread", "few"


@dataclass(frozen=True)
class OptionFigures:
    """One option: how many rated it, their mean and standard deviation, and why it is dropped ("" where it is not).

    Where too few rated it, mean and spread are None: they would come close to telling single ratings.
    """

    item: str
    option: str
    ratings: int
    mean: float | None
    spread: float | None
    dropped: str = ""


@dataclass(frozen=True)
class PanelFigures:
    """Everything that is told of a panel. ``experts`` counted, ``left_out`` had rated too little to count."""

    experts: int
    left_out: int
    options: tuple[OptionFigures, ...]
    items: Mapping[str, Agreement | None]
    overall: Agreement | None

    @property
    def enough(self) -> bool:
        """Whether this is a panel at all."""
        return self.experts >= FEWEST

    def kept(self) -> tuple[OptionFigures, ...]:
        return tuple(each for each in self.options if not each.dropped)


def panel_figures(
    given: Sequence[Given], places: Sequence[Place], *, widest_spread: float = WIDEST_SPREAD
) -> PanelFigures:
    """Return the figures of a panel.

    Agreement is reckoned over all options that were asked, the dropped ones too: without them it would look better
    than it is.

    Parameters
    ----------
    given
        What each expert said, in any order; a place that is missing was left out.
    places
        Every option that was asked, in the order of the questionnaire.
    widest_spread
        Options whose standard deviation between experts is larger are dropped.
    """
    counted = [each for each in given if counts(each, places)]
    items = list(dict.fromkeys(item for item, _option in places))
    return PanelFigures(
        experts=len(counted),
        left_out=sum(bool(each) for each in given) - len(counted),
        options=tuple(_option_figures(counted, place, widest_spread) for place in places),
        items={item: _agreement(counted, [place for place in places if place[0] == item]) for item in items},
        overall=_agreement(counted, places),
    )


def counts(given: Given, places: Sequence[Place]) -> bool:
    """Whether an expert has rated enough to be one of the panel."""
    rated = sum(place in given for place in places)
    return rated > 0 and rated >= SHARE_TO_COUNT * len(places) - 1e-9


def _option_figures(counted: Sequence[Given], place: Place, widest_spread: float) -> OptionFigures:
    values = [float(each[place]) for each in counted if place in each]
    if len(values) < FEWEST:
        return OptionFigures(*place, len(values), None, None, FEW)
    spread = stdev(values)
    return OptionFigures(*place, len(values), fmean(values), spread, SPREAD if spread > widest_spread + 1e-9 else "")


def _agreement(counted: Sequence[Given], places: Sequence[Place]) -> Agreement | None:
    return agreement([[each.get(place) for each in counted] for place in places]) if counted else None


@dataclass(frozen=True)
class KeyComparison:
    """How a panel's means lie to the key that there is, over the options that both have.

    ``correlation`` is None where there are fewer than three of them or one side does not vary.
    """

    options: int
    correlation: float | None
    mean_difference: float
    largest_difference: float
    other_best: tuple[str, ...]
    other_worst: tuple[str, ...]


def against_key(panel: Mapping[Place, float], key: Mapping[Place, float]) -> KeyComparison | None:
    """Compare the panel's means with the present key; None where they share no option.

    ``other_best`` and ``other_worst`` name the items where, of the options that both have, another one is the best or
    the worst. Options that are alike in the key may change places without counting as another one.
    """
    shared = [place for place in key if place in panel]
    if not shared:
        return None
    differences = [panel[place] - key[place] for place in shared]
    items = list(dict.fromkeys(item for item, _option in shared))
    ours, theirs = {each: panel[each] for each in shared}, {each: key[each] for each in shared}
    return KeyComparison(
        options=len(shared),
        correlation=_correlation(list(ours.values()), list(theirs.values())),
        mean_difference=fmean(differences),
        largest_difference=max(differences, key=abs),
        other_best=tuple(item for item in items if not _shares_end(ours, theirs, item, 1.0)),
        other_worst=tuple(item for item in items if not _shares_end(ours, theirs, item, -1.0)),
    )


def _correlation(ours: Sequence[float], theirs: Sequence[float]) -> float | None:
    if len(ours) < 3 or len(set(ours)) < 2 or len(set(theirs)) < 2:
        return None
    return correlation(np.array(ours, dtype=float), np.array(theirs, dtype=float))


def _shares_end(panel: Mapping[Place, float], key: Mapping[Place, float], item: str, sign: float) -> bool:
    """Whether one option is the best (sign +1) or the worst (-1) of this item for both."""
    return bool(_at_end(panel, item, sign) & _at_end(key, item, sign))


def _at_end(values: Mapping[Place, float], item: str, sign: float) -> set[Place]:
    of_item = {place: sign * value for place, value in values.items() if place[0] == item}
    most = max(of_item.values())
    return {place for place, value in of_item.items() if most - value < 1e-9}
