from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.records.base import Base, Owned, Stamped, within

ROLES = ("recruiter", "hr", "adjustments", "administrator")


class User(Owned, Stamped, Base):
    """Someone who signs in."""

    __tablename__ = "user_account"
    __table_args__ = (UniqueConstraint("email"),)

    email: Mapped[str] = mapped_column(String(254), comment="Lower case; unique over all organisations")
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(300), comment="argon2id")
    language: Mapped[str] = mapped_column(String(2), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    session_serial: Mapped[int] = mapped_column(default=0, comment="Raised to end every open session")
    last_signed_in_at: Mapped[dt.datetime | None]
    role_rows: Mapped[list[UserRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(row.role for row in self.role_rows)


class UserRole(Base):
    """One role of one user."""

    __tablename__ = "user_role"
    __table_args__ = (
        within("user_id", "user_account"),
        CheckConstraint("role IN ('recruiter', 'hr', 'adjustments', 'administrator')", name="role_known"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
