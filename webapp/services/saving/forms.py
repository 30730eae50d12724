"""The questions of a form, found once a process: a published questionnaire never changes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from questionnaires.answers import NOT_UNDERSTOOD, is_complete, validate_answer
from questionnaires.definition import Item
from webapp.errors import Invalid
from webapp.services.read_questionnaire import read_questionnaire
from webapp.services.saving.given import GivenAnswer


@dataclass(frozen=True)
class AskedForm:
    """A form's questions by id, with their numbers."""

    items: Mapping[str, tuple[int, Item, frozenset[str]]]
    """Number, question, and what can stand in the order of its screen."""

    @property
    def total(self) -> int:
        return len(self.items)

    def number_of(self, given: GivenAnswer) -> int:
        """The number of the question that is answered; refused where it is not asked or the answer not possible."""
        if given.item_id not in self.items:
            raise Invalid([NOT_UNDERSTOOD])
        number, item, shown = self.items[given.item_id]
        check(item, shown, given)
        return number


def check(item: Item, shown: frozenset[str], given: GivenAnswer) -> None:
    if given.value is not None and not is_complete(item, given.value):
        raise Invalid(validate_answer(item, given.value) or [NOT_UNDERSTOOD])
    if not shown.issuperset(given.positions):
        raise Invalid([NOT_UNDERSTOOD])


def shown_ids(item: Item) -> frozenset[str]:
    """Options, or the points of a scale."""
    points = item.scale.points if item.scale is not None else ()
    return frozenset((*item.option_ids, *(str(point) for point in points)))


_kept: dict[tuple[uuid.UUID, uuid.UUID, str, frozenset[str]], AskedForm] = {}


def asked_form(
    connection: Connection,
    organisation_id: uuid.UUID,
    questionnaire_id: uuid.UUID,
    form: str,
    not_asked: frozenset[str] = frozenset(),
) -> AskedForm:
    """The form without the questions that were set aside when the sitting began."""
    key = (organisation_id, questionnaire_id, form, not_asked)
    if key not in _kept:
        with Session(connection, join_transaction_mode="rollback_only") as session:
            questionnaire = read_questionnaire(session, organisation_id, questionnaire_id)
        items = [item for item in questionnaire.items_of(form) if item.id not in not_asked]
        _kept[key] = AskedForm({item.id: (number, item, shown_ids(item)) for number, item in enumerate(items, 1)})
    return _kept[key]
