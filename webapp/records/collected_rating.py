from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, within


class CollectedRating(Owned, Base):
    """What a rater said in confidence. Read by two services only, which a test guards; never shown singly.

    Apart from `rating`, which HR imported and knows. The row names no rater, keeps a day and no time, and its
    id is random, so that its place among the others tells nothing.
    """

    __tablename__ = "collected_rating"
    __table_args__ = (
        within("round_id", "rating_round"),
        within("performer_id", "staff_member"),
        UniqueConstraint("organisation_id", "round_id", "rater_key", "performer_id", "competence"),
        CheckConstraint("(value IS NULL) = not_observed", name="value_or_not_observed"),
    )

    round_id: Mapped[uuid.UUID]
    performer_id: Mapped[uuid.UUID]
    rater_key: Mapped[str] = mapped_column(String(32), comment="HMAC of the rater under a key that closing destroys")
    competence: Mapped[str] = mapped_column(String(100))
    value: Mapped[int | None]
    not_observed: Mapped[bool] = mapped_column(default=False)
    saved_on: Mapped[dt.date]
