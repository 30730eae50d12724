"""What a sitting leaves beside its answers, for checks of quality only: where options stood, how long screens took.

Nothing here ever enters a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from questionnaires.answers import AnswerSheet
from questionnaires.definition import Item, ResponseFormat
from questionnaires.ordering import shown_order
from scoring.key import Answer

WORDS_PER_MINUTE = {"en": 238.0, "ru": 185.0, "lt": 175.0}
"""Silent reading. English: the mean over 190 studies (Brysbaert 2019), most adults between 175 and 300. The same review
finds that languages differ as the number of words they need for the same message; Russian and Lithuanian are therefore
given the English speed times their words per English word in the library's own texts (.78 and .74 of 1,140 words)."""
UNKNOWN_LANGUAGE = 238.0


@dataclass(frozen=True)
class Trace:
    """One sitting's by-products.

    Attributes
    ----------
    positions : mapping of item id to positions
        Where, from 0, the chosen options were shown: one for ``pick_one``, best and worst for ``best_worst``, first and
        last for ``rank``. Other formats are not shuffled, or have no chosen option, and are left out.
    seconds : mapping of item id to float
        Time on the item's screen.
    language : str or None
        In which it was read.
    """

    positions: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    language: str | None = None


NO_TRACE = Trace()


def trace_of(
    items: Sequence[Item],
    sheet: AnswerSheet,
    *,
    order_seed: int | None = None,
    seconds: Mapping[str, float] | None = None,
) -> Trace:
    """Return the trace of one sitting.

    Parameters
    ----------
    items : sequence of Item
        Of the form, in the order asked.
    sheet : AnswerSheet
    order_seed : int, optional
        The seed with which the sitting shuffled its options; without it positions are not known.
    seconds : mapping of item id to seconds, optional
    """
    positions: dict[str, tuple[int, ...]] = {}
    if order_seed is not None:
        found = {item.id: shown_positions(item, sheet.answers.get(item.id), order_seed) for item in items}
        positions = {item: places for item, places in found.items() if places}
    return Trace(positions, dict(seconds or {}), sheet.language)


def shown_positions(item: Item, answer: Answer | None, order_seed: int) -> tuple[int, ...]:
    """Return where the chosen options stood, from 0; empty where nothing was chosen or nothing is shuffled."""
    chosen = _chosen(item, answer or {})
    order = shown_order(item, order_seed)
    return tuple(order.index(option) for option in chosen) if all(option in order for option in chosen) else ()


def _chosen(item: Item, answer: Answer) -> tuple[str, ...]:
    if item.format is ResponseFormat.PICK_ONE:
        return (str(answer.get("choice")),)
    if item.format is ResponseFormat.BEST_WORST:
        return str(answer.get("best")), str(answer.get("worst"))
    ranks = answer.get("ranks")
    if item.format is ResponseFormat.RANK and isinstance(ranks, Mapping) and ranks:
        return min(ranks, key=ranks.__getitem__), max(ranks, key=ranks.__getitem__)
    return ()


def reading_seconds(item: Item, language: str | None) -> float | None:
    """Return how long an ordinary reader needs for the item's text, None where the text is withheld.

    Words of title, scene, stem and options over the language's words per minute. A language that is not known is taken
    to be the first in which there is a text.
    """
    words = _words(item, language)
    speed = WORDS_PER_MINUTE.get(language or "", UNKNOWN_LANGUAGE)
    return 60.0 * words / speed if words else None


def _words(item: Item, language: str | None) -> int:
    texts = [item.titles, item.scenes, item.stems, *(option.texts for option in item.options)]
    return sum(len(_text(each, language).split()) for each in texts)


def _text(texts: Mapping[str, str], language: str | None) -> str:
    if language in texts:
        return texts[language]  # type: ignore[index]
    return next(iter(texts.values()), "")


@dataclass(frozen=True)
class Pace:
    """How n people went through their screens, NaN where times are not known.

    ``speed`` is the median over screens of log(seconds / reading time); ``spread`` the logarithm of that ratio's own
    spread over screens (1.2533 times the mean absolute deviation from the median, which one pause moves little). Both
    have shape (n,).
    """

    speed: np.ndarray
    spread: np.ndarray


FEWEST_SCREENS = 6
SMALLEST_SPREAD = 0.01


def pace(items: Sequence[Item], traces: Sequence[Trace], usual: Mapping[str, float] | None = None) -> Pace:
    """Return the pace of every trace.

    ``usual`` gives seconds per item where no text is known (the staff's median); items in neither are left out.
    Fewer than 6 timed screens say nothing.
    """
    rows = [_log_ratios(items, trace, usual or {}) for trace in traces]
    speed = [float(np.median(row)) if len(row) >= FEWEST_SCREENS else np.nan for row in rows]
    spread = [_robust_spread(row) if len(row) >= FEWEST_SCREENS else np.nan for row in rows]
    return Pace(np.array(speed), np.log(np.maximum(spread, SMALLEST_SPREAD)))


def _robust_spread(values: np.ndarray) -> float:
    return float(1.2533 * np.mean(np.abs(values - np.median(values))))


def _log_ratios(items: Sequence[Item], trace: Trace, usual: Mapping[str, float]) -> np.ndarray:
    ratios = []
    for item in items:
        spent, needed = trace.seconds.get(item.id), reading_seconds(item, trace.language) or usual.get(item.id)
        if spent is not None and needed and np.isfinite(spent) and spent > 0:
            ratios.append(np.log(spent / needed))
    return np.array(ratios)


def usual_seconds(items: Sequence[Item], traces: Sequence[Trace]) -> dict[str, float]:
    """Return the staff's median seconds on each screen whose text is withheld."""
    found = {}
    for item in items:
        spent = [t.seconds[item.id] for t in traces if t.seconds.get(item.id, 0.0) > 0]
        if spent and reading_seconds(item, None) is None:
            found[item.id] = float(np.median(spent))
    return found
