"""Released figures

Revision 0009.
Follows 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NAME = "released_figure"


def upgrade() -> None:
    op.create_table(
        NAME,
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="The unit, or where the person was at closing"),
        sa.Column("staff_member_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.String(length=100), nullable=False, comment="The competence; empty: all together"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="released, or why it is withheld"),
        sa.Column("value", sa.Double(), nullable=True, comment="Adjusted for severity and rounded"),
        sa.Column(
            "reliability", sa.String(length=10), nullable=False, comment="A class: low, fair, good, high, unknown"
        ),
        sa.Column("raters", sa.String(length=10), nullable=False, comment="A class of numbers, such as 3-5"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("level IN ('whole', 'unit', 'person')", name=op.f("ck_released_figure_level_known")),
        sa.CheckConstraint("state IN ('released', 'few', 'withheld')", name=op.f("ck_released_figure_state_known")),
        sa.CheckConstraint(
            "(state = 'released') = (value IS NOT NULL)", name=op.f("ck_released_figure_released_with_value")
        ),
        sa.CheckConstraint(
            "(level = 'person') = (staff_member_id IS NOT NULL)", name=op.f("ck_released_figure_person_named")
        ),
        sa.CheckConstraint("level <> 'unit' OR unit_id IS NOT NULL", name=op.f("ck_released_figure_unit_named")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rating_round.organisation_id", "rating_round.id"],
            name=op.f("fk_released_figure_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "staff_member_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_released_figure_organisation_id_staff_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_released_figure_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_released_figure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_released_figure")),
    )
    op.create_index("ix_released_figure_round", NAME, ["organisation_id", "round_id", "level", "topic", "value"])
    op.create_index("ix_released_figure_member", NAME, ["organisation_id", "staff_member_id", "round_id"])
    op.create_index("ix_released_figure_unit", NAME, ["organisation_id", "unit_id", "level", "round_id"])


def downgrade() -> None:
    op.drop_index("ix_released_figure_unit", table_name=NAME)
    op.drop_index("ix_released_figure_member", table_name=NAME)
    op.drop_index("ix_released_figure_round", table_name=NAME)
    op.drop_table(NAME)
