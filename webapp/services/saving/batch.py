"""Many saves in one transaction: each is taken or refused for itself, against what is there when its turn comes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection, bindparam, insert, update

from webapp.errors import DomainError, NotFound, Refused
from webapp.records import Answer, AnswerRevision
from webapp.records.base import new_id, now
from webapp.services.saving.forms import asked_form
from webapp.services.saving.given import Acknowledged, Closed, Outcome, Recorded, Resting, Save, StaleAnswer
from webapp.services.saving.rows import (
    Held,
    Key,
    Place,
    hold_sittings,
    present_answers,
    saved_with_key,
)

ADD = insert(Answer.__table__)  # type: ignore[arg-type]
ADD_REVISION = insert(AnswerRevision.__table__)  # type: ignore[arg-type]
CHANGE = (
    update(Answer.__table__)  # type: ignore[arg-type]
    .where(Answer.organisation_id == bindparam("owner"), Answer.id == bindparam("row"))
    .values({name: bindparam(name) for name in ("value", "skipped", "revision", "language", "saved_at")})
)


def save_batch(connection: Connection, saves: Sequence[Save]) -> list[Outcome]:
    """Do these saves in the connection's transaction; the caller commits before anybody hears of it."""
    batch = Batch(connection, saves)
    outcomes = [batch.outcome_of(save) for save in saves]
    batch.write()
    return outcomes


@dataclass(frozen=True)
class Standing:
    """The answer that stands for one question, and whether its row is still to be made."""

    row: uuid.UUID
    recorded: Recorded
    is_new: bool = False


class Batch:
    """What is there, and what these saves make of it."""

    def __init__(self, connection: Connection, saves: Sequence[Save]) -> None:
        self.connection = connection
        self.sittings = hold_sittings(connection, saves, now())
        found = present_answers(connection, saves)
        self.standing = {place: Standing(row, recorded) for place, (row, recorded) in found.answers.items()}
        self.answered = dict(found.answered)
        self.changed: dict[Place, dict[str, Any]] = {}
        self.history: list[dict[str, Any]] = []

    def outcome_of(self, save: Save) -> Outcome:
        try:
            return self._take(save)
        except DomainError as refusal:
            return refusal

    def _take(self, save: Save) -> Acknowledged:
        held = self.sittings.get(key_of(save))
        if held is None:
            raise NotFound()
        asked = asked_form(self.connection, save.organisation_id, held.questionnaire_id, held.form, held.not_asked)
        number = asked.number_of(save.given)
        recorded = self._recorded(save, held)
        return Acknowledged(recorded, number, self.answered.get(key_of(save), 0), asked.total, held.deadline_at)

    def _recorded(self, save: Save, held: Held) -> Recorded:
        if not held.consented:
            raise Refused()
        moment = now()
        if closed := held.closed_at(moment):
            return self._with_key(save) or refuse(Closed(closed))
        if held.resting_at(moment):
            return self._with_key(save) or refuse(Resting())
        standing = self.standing.get(place_of(save))
        if standing is not None and says_the_same(standing.recorded, save):
            return standing.recorded
        if (standing.recorded.revision if standing else 0) == save.given.revision:
            return self._record(save, held, standing, moment)
        return self._with_key(save) or refuse(StaleAnswer(standing.recorded if standing else None))

    def _with_key(self, save: Save) -> Recorded | None:
        """What this very save has made before, be it replaced since or not."""
        if save.given.key is None:
            return None
        place = place_of(save)
        for row in self.history:
            if row["save_key"] == save.given.key and place_in(row) == place:
                return Recorded(row["value"], row["revision"], row["saved_at"])
        return saved_with_key(self.connection, save)

    def _record(self, save: Save, held: Held, before: Standing | None, moment: dt.datetime) -> Recorded:
        recorded = Recorded(value_of(save), save.given.revision + 1, moment, save.given.undone)
        row = before.row if before else new_id()
        after = Standing(row, recorded, is_new=before is None or before.is_new)
        self.standing[place_of(save)] = after
        self._count(key_of(save), before, after)
        self._note(save, held, after)
        return recorded

    def _count(self, key: Key, before: Standing | None, after: Standing) -> None:
        had = before is not None and before.recorded.value is not None
        self.answered[key] = self.answered.get(key, 0) + (after.recorded.value is not None) - had

    def _note(self, save: Save, held: Held, after: Standing) -> None:
        shared = shared_columns(save, held, after.recorded)
        self.changed[place_of(save)] = shared | {"id": after.row, "is_new": after.is_new}
        self.history.append(shared | {"id": new_id()} | quality_columns(save))

    def write(self) -> None:
        rows = self.changed.values()
        added = [{**row, "created_at": row["saved_at"]} for row in rows if row["is_new"]]
        moved = [{**row, "owner": row["organisation_id"], "row": row["id"]} for row in rows if not row["is_new"]]
        for statement, values in ((ADD, added), (CHANGE, moved), (ADD_REVISION, self.history)):
            if values:
                self.connection.execute(statement, values)


def shared_columns(save: Save, held: Held, recorded: Recorded) -> dict[str, Any]:
    """What the present answer and its history both say."""
    return {
        "organisation_id": save.organisation_id,
        "sitting_id": save.sitting_id,
        "item_id": save.given.item_id,
        "value": recorded.value,
        "skipped": recorded.skipped,
        "revision": recorded.revision,
        "language": held.language,
        "saved_at": recorded.saved_at,
    }


def quality_columns(save: Save) -> dict[str, Any]:
    """How the answer was given: kept with the history, for quality alone."""
    given = save.given
    return {
        "positions": list(given.positions),
        "seconds": given.seconds,
        "away_count": given.away_count,
        "away_seconds": given.away_seconds,
        "save_key": given.key,
    }


def says_the_same(recorded: Recorded, save: Save) -> bool:
    return recorded.value == value_of(save) and recorded.undone == save.given.undone


def value_of(save: Save) -> dict[str, Any] | None:
    return None if save.given.value is None else dict(save.given.value)


def key_of(save: Save) -> Key:
    return save.organisation_id, save.sitting_id


def place_of(save: Save) -> Place:
    return save.organisation_id, save.sitting_id, save.given.item_id


def place_in(row: dict[str, Any]) -> Place:
    return row["organisation_id"], row["sitting_id"], row["item_id"]


def refuse(refusal: DomainError) -> NoReturn:
    raise refusal
