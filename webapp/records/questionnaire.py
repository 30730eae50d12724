from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped


class QuestionnaireVersion(Owned, Stamped, Base):
    """A published questionnaire as it was published; the row never changes."""

    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("organisation_id", "name", "version"),)

    name: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(40))
    definition: Mapped[str] = mapped_column(Text, comment="The YAML text, whole")
    scoring_identity: Mapped[str] = mapped_column(String(64))
    texts_identity: Mapped[str] = mapped_column(String(64))
