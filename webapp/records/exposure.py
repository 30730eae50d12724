from __future__ import annotations

import uuid

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ItemExposure(Owned, Stamped, Base):
    """In how many sittings begun in one month a question was shown in one language."""

    __tablename__ = "item_exposure"
    __table_args__ = (
        within("questionnaire_id", "questionnaire_version"),
        UniqueConstraint("organisation_id", "questionnaire_id", "form", "item_id", "language", "month"),
        CheckConstraint("sittings >= 0", name="sittings_counted"),
    )

    questionnaire_id: Mapped[uuid.UUID]
    form: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[str] = mapped_column(String(100))
    language: Mapped[str] = mapped_column(String(2))
    month: Mapped[str] = mapped_column(String(7), comment="ISO: 2026-11")
    sittings: Mapped[int] = mapped_column(default=0)
