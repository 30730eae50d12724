from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Stamped, new_id


class Organisation(Stamped, Base):
    """A company: the boundary of everything."""

    __tablename__ = "organisation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="en", comment="Default language of mails and pages")
    country: Mapped[str] = mapped_column(String(2), default="LT", comment="ISO 3166 code: which notice is shown")
    contact_email: Mapped[str] = mapped_column(String(254), default="", comment="Whom a candidate may write to")
    simulated: Mapped[bool] = mapped_column(default=False, comment="A demo company: every page says so")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict, comment="Policies, by name")
