"""Which scores are a list's, and its state."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from webapp.records import ListState, Score, Vacancy
from webapp.records.base import new_id, now
from webapp.services.shortlist.beginning import hold_people_alone

Kept = TypeVar("Kept")
LIST = ("organisation_id", "vacancy_id", "model_version_id")
LISTED = func.coalesce(Score.listed_seq, 0)
"""Said so that no database looks for the batch by its index where the order by score is wanted."""


def of_list(
    organisation_id: uuid.UUID, vacancy_id: uuid.UUID, model_version_id: uuid.UUID
) -> list[ColumnElement[bool]]:
    return [
        Score.organisation_id == organisation_id,
        Score.vacancy_id == vacancy_id,
        Score.model_version_id == model_version_id,
    ]


def on_list(state: ListState, seq: int | None = None) -> list[ColumnElement[bool]]:
    """Everybody who has a place, as the list was at batch `seq`."""
    return [
        *of_list(state.organisation_id, state.vacancy_id, state.model_version_id),
        LISTED > 0,
        *([] if seq is None or seq >= state.seq else [seq >= LISTED]),
    ]


def find_state(session: Session, vacancy: Vacancy) -> ListState | None:
    key = (vacancy.organisation_id, vacancy.id, vacancy.model_version_id)
    return remembered(session, ListState, key)


def remembered(session: Session, table: type[Kept], key: tuple[uuid.UUID, ...]) -> Kept | None:
    """A row that a page asks for several times: looked for once, as long as this session holds it.

    `key`: organisation, vacancy and, where the table has one for each, the model.
    """
    row: Kept | None = _known(session).get((table, key))
    if row is None or row not in session:
        row = session.scalar(_row_of(cast(Any, table), len(key)), dict(zip(LIST, key, strict=False)))
        if row is not None:
            remember(session, table, key, row)
    return row


@cache
def _row_of(table: Any, length: int) -> Select[Any]:
    return select(table).where(*(getattr(table, name) == bindparam(name) for name in LIST[:length]))


def remember(session: Session, table: type[Kept], key: tuple[uuid.UUID, ...], row: Kept) -> None:
    _known(session)[table, key] = row


def _known(session: Session) -> dict[Any, Any]:
    known: dict[Any, Any] = session.info.setdefault("list rows", {})
    return known


def lock_state(session: Session, vacancy: Vacancy, model_version_id: uuid.UUID | None = None) -> ListState:
    """The list's row, made where it is not there yet, and held: people come onto a list one batch after another."""
    model = model_version_id or vacancy.model_version_id
    state = _held_state(session, vacancy, model)
    if state is not None:
        return state
    hold_people_alone(session, vacancy.organisation_id, vacancy.id)
    row = {
        "organisation_id": vacancy.organisation_id,
        "id": new_id(),
        "vacancy_id": vacancy.id,
        "model_version_id": model,
        "seq": 0,
        "edges": [],
        "created_at": now(),
    }
    add_if_missing(session, ListState, row)
    begun = _held_state(session, vacancy, model)
    assert begun is not None
    return begun


def _held_state(session: Session, vacancy: Vacancy, model_version_id: uuid.UUID) -> ListState | None:
    return session.scalars(
        select(ListState)
        .where(
            ListState.organisation_id == vacancy.organisation_id,
            ListState.vacancy_id == vacancy.id,
            ListState.model_version_id == model_version_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def add_if_missing(session: Session, table: type[Any], row: dict[str, Any]) -> None:
    """Write this row, unless one of the same is there already."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(table).on_conflict_do_nothing(), [row])
