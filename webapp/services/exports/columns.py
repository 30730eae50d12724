"""The columns of an exported list: names that never change for programs, headings and meanings for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Column:
    """`id` stands in CSV, whatever the language; `width` in signs."""

    id: str
    heading: Any
    meaning: Any
    width: int = 12
    of_score: bool = True
    """Whether it says anything of a result: such columns are not there while scores are stopped."""


COLUMNS = (
    Column(
        "place",
        _l("Place"),
        _l("One more than the number of people with a higher result; people with the same result share a place."),
        8,
    ),
    Column(
        "tie_group",
        _l("Tie group"),
        _l("People of one group cannot be told apart by this result: their places within it say nothing."),
        10,
    ),
    Column("code", _l("Code"), _l("What the person is called where names are hidden."), 14, of_score=False),
    Column(
        "name",
        _l("Name"),
        _l("Empty where names are hidden until a decision is recorded; on paper the code stands there."),
        28,
        of_score=False,
    ),
    Column("email", _l("Address"), _l("Empty where names are hidden."), 30, of_score=False),
    Column("stage", _l("Stage"), _l("Where the person stands in your company's order of stages."), 16, of_score=False),
    Column(
        "answered_in",
        _l("Answered in"),
        _l("The language of the answers; empty where names are hidden."),
        12,
        of_score=False,
    ),
    Column(
        "p_top_third",
        _l("Probability of the top third"),
        _l("The share of people with this result who are in the top third, as far as rated staff could tell."),
    ),
    Column(
        "expected_rating",
        _l("Expected rating"),
        _l("The rating that staff with such answers get on average. By the key alone there is none."),
    ),
    Column("lower_90", _l("Lower end"), _l("Of ten such people nine are rated between the lower and the upper end.")),
    Column("upper_90", _l("Upper end"), _l("Of ten such people nine are rated between the lower and the upper end.")),
    Column(
        "flags",
        _l("Flags"),
        _l("What a person should look at before anything is decided; a flag is no verdict, and no result is lowered."),
        24,
    ),
    Column(
        "answered_on",
        _l("Answered on"),
        _l("The day (UTC) on which the answers were sent; empty where the name is hidden."),
        12,
        of_score=False,
    ),
    Column(
        "scored_on",
        _l("Scored on"),
        _l("The day (UTC) on which this model gave the result; empty where the name is hidden."),
    ),
    Column("model", _l("Model"), _l("The version that gave the result; results of two models cannot be compared."), 34),
    Column("as_of", _l("As of"), _l("The moment (UTC) as of which the places are exact."), 18),
)


def columns(*, with_scores: bool) -> tuple[Column, ...]:
    return tuple(column for column in COLUMNS if with_scores or not column.of_score)


COLUMN_IDS = tuple(column.id for column in COLUMNS)

FLAGS = {
    "incomplete": _l("Under 80 % answered, so there is no score"),
    "reused": _l("An earlier result, reused with consent"),
    "other_form": _l("Answered the other form of the questionnaire; points by the key"),
    "pooled_family": _l("Compared with all rated staff: too few in this job family"),
}


def flag_words(flag: str) -> str:
    return str(FLAGS[flag]) if flag in FLAGS else flag
