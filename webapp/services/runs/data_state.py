"""How much data there is at a moment, and what has come or gone since: numbers that HR knows from its own pages.

Ratings given in confidence are told by their rounds alone, so that nothing of who rated whom can be worked out.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models.confidence import in_fives
from webapp.records import Rating, RatingRound, Sitting
from webapp.records.base import now

Numbers = dict[str, Any]
FIVE = 5


def data_state(session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str) -> Numbers:
    """What a run takes down beside the data: the moment, and how much there is."""
    counted = {
        name: session.scalar(rows) or 0 for name, rows in _counts(organisation_id, questionnaire_id, form).items()
    }
    return {"at": now().isoformat(), **counted}


def data_changes(
    session: Session, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str, taken: Mapping[str, Any]
) -> Numbers:
    """What came in and what went since then, by kind; numbers that are 0 are left out."""
    since = dt.datetime.fromisoformat(taken["at"])
    found: Numbers = {}
    for name, rows in _counts(organisation_id, questionnaire_id, form).items():
        more = (session.scalar(rows) or 0) - taken[name]
        # What was being written when the run looked has an earlier time and comes later: the difference counts it.
        came = max(more, session.scalar(rows.where(_later(name, since))) or 0)
        found |= {f"{name}_came": came, f"{name}_went": came - more}
    return {name: number for name, number in found.items() if number > 0}


def _counts(organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str) -> dict[str, Select[int]]:
    number = select(func.count())
    return {
        "ratings": number.select_from(Rating).where(Rating.organisation_id == organisation_id),
        "answers": number.select_from(Sitting).where(
            Sitting.organisation_id == organisation_id,
            Sitting.questionnaire_id == questionnaire_id,
            Sitting.form == form,
            Sitting.staff_member_id.is_not(None),
            Sitting.state == "submitted",
        ),
        "rounds": number.select_from(RatingRound).where(
            RatingRound.organisation_id == organisation_id, RatingRound.state == "released"
        ),
    }


def _later(name: str, since: dt.datetime) -> Any:
    if name == "ratings":
        return Rating.created_at > since
    if name == "rounds":
        return RatingRound.released_at > since
    return or_(Sitting.created_at > since, Sitting.submitted_at > since)


def change_sentences(changes: Mapping[str, Any]) -> list[str]:
    """One sentence for each kind of change, in the reader's language."""
    return [words(changes[name]) for name, words in WORDS.items() if changes.get(name)]


def about(number: int) -> str:
    """Who answered by a personal link is nobody's business, so that a number that moves by one is not told."""
    return _("fewer than five") if number < FIVE else _("about %(number)s", number=in_fives(number))


WORDS = {
    "ratings_came": lambda number: ngettext(
        "%(num)s imported rating came in.", "%(num)s imported ratings came in.", number
    ),
    "ratings_went": lambda number: ngettext(
        "%(num)s imported rating was taken away.", "%(num)s imported ratings were taken away.", number
    ),
    "answers_came": lambda number: _("Answers of members of staff came in: %(about)s.", about=about(number)),
    "answers_went": lambda number: _("Answers of members of staff were taken away: %(about)s.", about=about(number)),
    "rounds_came": lambda number: ngettext(
        "%(num)s rating round was released.", "%(num)s rating rounds were released.", number
    ),
}


def nothing_countable() -> str:
    """The data differ, though no number does."""
    return _(
        "No number of answers, imported ratings or rounds has changed: an answer was replaced, or somebody's unit, job "
        "family or code changed, or ratings were removed from a round."
    )
