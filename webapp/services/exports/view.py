"""The view that is exported: one vacancy's list as of one batch, as somebody asked for it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from webapp.records import ListState, Organisation, Vacancy
from webapp.records.base import now
from webapp.services.blind.face import is_blind
from webapp.services.decisions.stages import stage_names
from webapp.services.promotion.stop_scores import is_stopped
from webapp.services.read_vacancy import get_vacancy
from webapp.services.shortlist.asked import Kept, ListQuery, allowed, parse
from webapp.services.shortlist.on_list import find_state
from webapp.services.shortlist.places import Places
from webapp.services.shortlist.ties import Ties, ties_of

KINDS = ("csv", "xlsx", "pdf")


@dataclass(frozen=True)
class Wish:
    """What somebody wants as a file: plain values, so that a job can keep them."""

    vacancy_id: uuid.UUID
    kind: str
    language: str
    args: dict[str, list[str]]

    def to_parameters(self) -> dict[str, Any]:
        return {
            "vacancy_id": str(self.vacancy_id),
            "format": self.kind,
            "language": self.language,
            "args": self.args,
        }

    @classmethod
    def of(cls, parameters: dict[str, Any]) -> Wish:
        kept = parameters["args"]
        return cls(uuid.UUID(parameters["vacancy_id"]), parameters["format"], parameters["language"], kept)


class View:
    """One list at one moment. Open it at the beginning of a transaction that reads; see `one_moment`."""

    def __init__(self, session: Session, organisation_id: uuid.UUID, wish: Wish) -> None:
        self.session = session
        self.wish = wish
        self.vacancy: Vacancy = get_vacancy(session, organisation_id, wish.vacancy_id)
        self.organisation = session.get_one(Organisation, organisation_id)
        self.stages = stage_names(session, organisation_id, wish.language)
        self.query: ListQuery = allowed(parse(Kept(wish.args), self.stages), self.vacancy)
        self.stopped = is_stopped(session, organisation_id)
        self.exported_at = now()

    @property
    def blind(self) -> bool:
        return is_blind(self.vacancy)

    @cached_property
    def state(self) -> ListState | None:
        return None if self.stopped else find_state(self.session, self.vacancy)

    @cached_property
    def places(self) -> Places | None:
        return Places(self.session, self.state, None, self.query.wanted) if self.state else None

    @cached_property
    def ties(self) -> Ties:
        return ties_of(self.session, self.state) if self.state else Ties()

    @property
    def as_of(self) -> dt.datetime:
        return (self.state.as_of if self.state else None) or self.exported_at

    @property
    def model_name(self) -> str:
        model = self.vacancy.model_version
        kind = "by the key, no local evidence" if model.kind == "key_only" else "trained"
        return f"model {model.number} ({kind}{', simulated company' if self.organisation.simulated else ''})"


def one_moment(session: Session) -> None:
    """Begin a transaction that sees one moment, however long it reads."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
