"""Keep what a list is asked under a name. Whom somebody looks for is not kept: a view lasts, and names are people's."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from webapp.errors import Invalid
from webapp.records import SavedView, User
from webapp.services.lock_row import lock_row
from webapp.services.read_vacancy import get_vacancy
from webapp.services.record_event import record_event
from webapp.services.saved_views.read_views import find_view
from webapp.services.shortlist.asked import ListQuery

LONGEST_NAME = 60
MOST_VIEWS = 50


@dataclass(frozen=True)
class Whose:
    """Somebody, in the list of one vacancy."""

    organisation_id: uuid.UUID
    user_id: uuid.UUID
    vacancy_id: uuid.UUID


def keep_view(
    session: Session, whose: Whose, name: str, query: ListQuery, *, everywhere: bool = False, default: bool = False
) -> SavedView:
    """Keep it for this vacancy, or for every vacancy."""
    get_vacancy(session, whose.organisation_id, whose.vacancy_id)
    _hold(session, whose)
    view = SavedView(
        organisation_id=whose.organisation_id,
        user_id=whose.user_id,
        vacancy_id=None if everywhere else whose.vacancy_id,
        name=_checked(session, whose, name),
        args=query.without("search").to_args(),
    )
    session.add(view)
    session.flush()
    record_event(session, whose.organisation_id, "view.kept", **_about(view))
    if default:
        open_with(session, whose, view.id, chosen=True)
    return view


def rename_view(session: Session, whose: Whose, view_id: uuid.UUID, name: str) -> None:
    _hold(session, whose)
    view = find_view(session, whose.organisation_id, whose.user_id, view_id)
    view.name = _checked(session, whose, name, besides=view.id)
    record_event(session, whose.organisation_id, "view.renamed", **_about(view))


def delete_view(session: Session, whose: Whose, view_id: uuid.UUID) -> None:
    _hold(session, whose)
    view = find_view(session, whose.organisation_id, whose.user_id, view_id)
    record_event(session, whose.organisation_id, "view.deleted", **_about(view))
    session.delete(view)


def open_with(session: Session, whose: Whose, view_id: uuid.UUID, *, chosen: bool) -> None:
    """Let lists open with this view, or no longer; of those with the same reach there is one."""
    _hold(session, whose)
    view = find_view(session, whose.organisation_id, whose.user_id, view_id)
    alike = _own(whose).where(SavedView.vacancy_id == view.vacancy_id, SavedView.is_default)
    for each in session.scalars(alike):
        each.is_default = False
    view.is_default = chosen
    session.flush()
    record_event(session, whose.organisation_id, "view.default_changed", **_about(view), chosen=chosen)


def _hold(session: Session, whose: Whose) -> None:
    """One person's two windows change their views one after the other."""
    lock_row(session, User, whose.organisation_id, whose.user_id)


def _own(whose: Whose) -> Select[Any]:
    return select(SavedView).where(
        SavedView.organisation_id == whose.organisation_id, SavedView.user_id == whose.user_id
    )


def _checked(session: Session, whose: Whose, name: str, besides: uuid.UUID | None = None) -> str:
    """A name of some length that no other view of this person has: it is how they are told apart."""
    name = " ".join(name.split())
    if not name:
        raise Invalid([_("Give the view a name.")])
    if len(name) > LONGEST_NAME:
        raise Invalid([_("Keep the name of a view under %(most)s letters.", most=LONGEST_NAME + 1)])
    others = [each for each in session.scalars(_own(whose)) if each.id != besides]
    if any(each.name.casefold() == name.casefold() for each in others):
        raise Invalid([_("You have a view with this name already. Choose another name, or delete that view first.")])
    if besides is None and len(others) >= MOST_VIEWS:
        raise Invalid([_("You have %(most)s saved views. Delete one first.", most=MOST_VIEWS)])
    return name


def _about(view: SavedView) -> dict[str, Any]:
    return {"user_id": view.user_id, "subject": "saved_view", "subject_id": view.id}
