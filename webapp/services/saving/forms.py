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

    items: Mapping[str, tuple[int, Item]]

    @property
    def total(self) -> int:
        return len(self.items)

    def number_of(self, given: GivenAnswer) -> int:
        """The number of the question that is answered; refused where it is not asked or the answer not possible."""
        if given.item_id not in self.items:
            raise Invalid([NOT_UNDERSTOOD])
        number, item = self.items[given.item_id]
        check(item, given)
        return number


def check(item: Item, given: GivenAnswer) -> None:
    if given.value is not None:
        if faults := validate_answer(item, given.value):
            raise Invalid(faults)
        if not is_complete(item, given.value):
            raise Invalid([NOT_UNDERSTOOD])
    if not set(given.positions) <= shown_ids(item):
        raise Invalid([NOT_UNDERSTOOD])


def shown_ids(item: Item) -> set[str]:
    """What can stand in the order of a screen: options, or the points of a scale."""
    points = item.scale.points if item.scale is not None else ()
    return {*item.option_ids, *(str(point) for point in points)}


_kept: dict[tuple[uuid.UUID, uuid.UUID, str], AskedForm] = {}


def asked_form(connection: Connection, organisation_id: uuid.UUID, questionnaire_id: uuid.UUID, form: str) -> AskedForm:
    key = (organisation_id, questionnaire_id, form)
    if key not in _kept:
        with Session(connection, join_transaction_mode="rollback_only") as session:
            questionnaire = read_questionnaire(session, organisation_id, questionnaire_id)
        items = questionnaire.items_of(form)
        _kept[key] = AskedForm({item.id: (number, item) for number, item in enumerate(items, 1)})
    return _kept[key]
