"""Purposes, deadlines and the adjustments role

Revision 0002.
Follows 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sitting") as table:
        table.add_column(
            sa.Column(
                "purpose",
                sa.String(length=20),
                nullable=False,
                server_default="selection",
                comment="selection; confirmation of an earlier one; training of the model",
            )
        )
        table.add_column(
            sa.Column(
                "deadline_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="When the answers are taken as they are; null: untimed. Moves with credits and adjustments",
            )
        )
        table.drop_constraint(op.f("uq_sitting_organisation_id_applicant_id"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_sitting_organisation_id_applicant_id_purpose"), ["organisation_id", "applicant_id", "purpose"]
        )
        table.drop_constraint(op.f("ck_sitting_state_known"), type_="check")
        table.create_check_constraint(op.f("ck_sitting_state_known"), "state IN ('started', 'submitted', 'withdrawn')")
        table.create_check_constraint(
            op.f("ck_sitting_purpose_known"), "purpose IN ('selection', 'confirmation', 'training')"
        )
    op.execute("UPDATE sitting SET purpose = 'training' WHERE staff_member_id IS NOT NULL")
    with op.batch_alter_table("sitting") as table:
        table.alter_column("purpose", server_default=None, existing_type=sa.String(length=20), existing_nullable=False)
    allow_roles("'recruiter', 'hr', 'adjustments', 'administrator'")


def downgrade() -> None:
    op.execute("DELETE FROM user_role WHERE role = 'adjustments'")
    allow_roles("'recruiter', 'hr', 'administrator'")
    with op.batch_alter_table("sitting") as table:
        table.drop_constraint(op.f("ck_sitting_purpose_known"), type_="check")
        table.drop_constraint(op.f("ck_sitting_state_known"), type_="check")
        table.create_check_constraint(op.f("ck_sitting_state_known"), "state IN ('started', 'submitted')")
        table.drop_constraint(op.f("uq_sitting_organisation_id_applicant_id_purpose"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_sitting_organisation_id_applicant_id"), ["organisation_id", "applicant_id"]
        )
        table.drop_column("deadline_at")
        table.drop_column("purpose")


def allow_roles(roles: str) -> None:
    with op.batch_alter_table("user_role") as table:
        table.drop_constraint(op.f("ck_user_role_role_known"), type_="check")
        table.create_check_constraint(op.f("ck_user_role_role_known"), f"role IN ({roles})")
