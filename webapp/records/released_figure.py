from __future__ import annotations

import uuid

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.records.base import Base, Owned, Stamped, within


class ReleasedFigure(Owned, Stamped, Base):
    """What is shown of a closed round, or why not. Written once, when it closes; rows are never changed.

    No rater and no number of raters is in it, only classes, and the value is rounded before it is written.
    """

    __tablename__ = "released_figure"
    __table_args__ = (
        within("round_id", "rating_round"),
        within("unit_id", "unit"),
        within("staff_member_id", "staff_member", ondelete="CASCADE"),
        Index("ix_released_figure_round", "organisation_id", "round_id", "level", "topic", "value"),
        Index("ix_released_figure_member", "organisation_id", "staff_member_id", "round_id"),
        Index("ix_released_figure_unit", "organisation_id", "unit_id", "level", "round_id"),
        CheckConstraint("level IN ('whole', 'unit', 'person')", name="level_known"),
        CheckConstraint("state IN ('released', 'few', 'withheld')", name="state_known"),
        CheckConstraint("(state = 'released') = (value IS NOT NULL)", name="released_with_value"),
        CheckConstraint("(level = 'person') = (staff_member_id IS NOT NULL)", name="person_named"),
        CheckConstraint("level <> 'unit' OR unit_id IS NOT NULL", name="unit_named"),
    )

    round_id: Mapped[uuid.UUID]
    level: Mapped[str] = mapped_column(String(10))
    unit_id: Mapped[uuid.UUID | None] = mapped_column(comment="The unit, or where the person was at closing")
    staff_member_id: Mapped[uuid.UUID | None]
    topic: Mapped[str] = mapped_column(String(100), default="", comment="The competence; empty: all together")
    state: Mapped[str] = mapped_column(String(10), comment="released, or why it is withheld")
    value: Mapped[float | None] = mapped_column(comment="Adjusted for severity and rounded")
    reliability: Mapped[str] = mapped_column(String(10), default="", comment="A class: low, fair, good, high, unknown")
    raters: Mapped[str] = mapped_column(String(10), default="", comment="A class of numbers, such as 3-5")
