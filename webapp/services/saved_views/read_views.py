"""One person's saved views of one vacancy's list, and which of them it opens with."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from webapp.errors import NotFound
from webapp.records import SavedView
from webapp.services.shortlist.asked import Kept, ListQuery, parse


def views_of(
    session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, vacancy_id: uuid.UUID | None
) -> tuple[SavedView, ...]:
    """Those for this vacancy, and those for every vacancy, by name."""
    rows = session.scalars(VIEWS, {"owner": organisation_id, "user": user_id, "vacancy": vacancy_id})
    return tuple(sorted(rows, key=lambda each: (each.name.casefold(), each.vacancy_id is None)))


VIEWS = select(SavedView).where(
    SavedView.organisation_id == bindparam("owner"),
    SavedView.user_id == bindparam("user"),
    or_(SavedView.vacancy_id.is_(None), SavedView.vacancy_id == bindparam("vacancy")),
)


def opening_view(views: Sequence[SavedView]) -> SavedView | None:
    """The default; one for this vacancy comes before one for every vacancy."""
    chosen = [each for each in views if each.is_default]
    return min(chosen, key=lambda each: each.vacancy_id is None, default=None)


def query_of(view: SavedView) -> ListQuery:
    """What the view asks; a part that means nothing any more is left out and named."""
    return parse(Kept(view.args))


def find_view(session: Session, organisation_id: uuid.UUID, user_id: uuid.UUID, view_id: uuid.UUID) -> SavedView:
    """A view of this person's own: nobody sees or changes another's."""
    view = session.get(SavedView, (organisation_id, view_id))
    if view is None or view.user_id != user_id:
        raise NotFound
    return view
