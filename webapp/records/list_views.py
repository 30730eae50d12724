from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, now, within
from webapp.records.user import User


class SavedView(Owned, Stamped, Base):
    """What one user asks of lists again and again, under a name; whom they look for is never kept."""

    __tablename__ = "saved_view"
    __table_args__ = (
        within("user_id", "user_account"),
        within("vacancy_id", "vacancy"),
        UniqueConstraint("organisation_id", "user_id", "vacancy_id", "name"),
    )

    user_id: Mapped[uuid.UUID]
    vacancy_id: Mapped[uuid.UUID | None] = mapped_column(comment="Null: for every vacancy")
    name: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="As the list's address says it, without search")
    is_default: Mapped[bool] = mapped_column(default=False, comment="The list opens with it")


class CutLine(Owned, Stamped, Base):
    """After how many people a recruiter has drawn a line in one list; it decides nothing."""

    __tablename__ = "cut_line"
    __table_args__ = (
        within("vacancy_id", "vacancy"),
        within("model_version_id", "model_version"),
        within("set_by", "user_account"),
        UniqueConstraint("organisation_id", "vacancy_id", "model_version_id"),
        CheckConstraint("people > 0", name="people_positive"),
    )

    vacancy_id: Mapped[uuid.UUID]
    model_version_id: Mapped[uuid.UUID]
    people: Mapped[int]
    set_by: Mapped[uuid.UUID]
    set_at: Mapped[dt.datetime] = mapped_column(default=now)
    setter: Mapped[User] = relationship(viewonly=True)
