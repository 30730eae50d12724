"""Everything of a person that a report about groups counts, packed into one number."""

from __future__ import annotations

from collections.abc import Collection

HIRED = "hired"
SHARES = {"top_10": 0.10, "top_20": 0.20, "top_33": 1 / 3, "top_50": 0.50}
"""The shares that can be looked at are few and fixed: two shares next to each other would tell of one person."""

STAGES = (HIRED, *SHARES)
DECIDED = 1 << len(STAGES)
_BITS = {stage: 1 << place for place, stage in enumerate(STAGES)}
_SHIFT = 8
_PAIR = 64
JOIN = " / "
"""Between the two categories of a pair, as in the tables of Local Law 144."""

# Numbers of categories are kept in sealed blocks: add at the end only.
CODES = (
    *("female", "male", "another"),
    *("under_25", "25_34", "35_44", "45_54", "55_over", "under_30", "30_39", "40_49", "50_over"),
    *("hispanic", "white", "black", "pacific", "asian", "native", "two_or_more", "mixed", "other"),
)
_PLACES = {code: place for place, code in enumerate(CODES)}


def line_of(category: str, stages: Collection[str], *, decided: bool) -> int:
    """`decided`: the vacancy is closed, so that who was hired is counted."""
    kept = [stage for stage in stages if decided or stage != HIRED]
    return (_number(category) << _SHIFT) | sum(_BITS[stage] for stage in kept) | (DECIDED if decided else 0)


def _number(category: str) -> int:
    """A pair has a number beyond those of single categories."""
    first, _join, second = category.partition(JOIN)
    return _PLACES[first] + ((_PLACES[second] + 1) * _PAIR if second else 0)


def category_of(line: int) -> str:
    second, first = divmod(line >> _SHIFT, _PAIR)
    return CODES[first] + (JOIN + CODES[second - 1] if second else "")


def place_of(category: str) -> tuple[int, ...]:
    """Categories in the order of the catalogue; what is not of it comes last."""
    return tuple(_PLACES.get(part, len(CODES)) for part in category.split(JOIN))


def selected(line: int, stage: str) -> bool | None:
    """Whether this person came through the stage; None where that is not decided yet."""
    if stage == HIRED and not line & DECIDED:
        return None
    return bool(line & _BITS[stage])


def side(line: int | None, stage: str, *, chosen: bool) -> str | None:
    """The person's category where they stand on this side of the stage."""
    return category_of(line) if line is not None and selected(line, stage) is chosen else None


def sides_of(line: int, stages: Collection[str]) -> tuple[bool | None, ...]:
    """On which side of each of these stages the person stands; no category."""
    return tuple(selected(line, stage) for stage in sorted(stages))
