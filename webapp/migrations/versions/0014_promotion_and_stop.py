"""Approval, the stop switch and rehearsals

Revision 0014.
Follows 0013.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RETIRED = """
UPDATE model_version SET retired_at = (
    SELECT MAX(event.at) FROM event
    WHERE event.organisation_id = model_version.organisation_id AND event.subject_id = model_version.id
    AND event.action = 'model.retired'
) WHERE state = 'retired'
"""


def json() -> Any:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "score_stop",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("lasting", sa.Boolean(), nullable=True, comment="True while it lasts, then null: one at a time"),
        sa.Column("stopped_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("start_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(started_at IS NULL) = (lasting IS NOT NULL)", name=op.f("ck_score_stop_lasting_until_started")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "started_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_score_stop_organisation_id_started_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "stopped_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_score_stop_organisation_id_stopped_by"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_score_stop_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_score_stop")),
        sa.UniqueConstraint("organisation_id", "lasting", name=op.f("uq_score_stop_organisation_id_lasting")),
    )
    op.create_table(
        "approval_request",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column(
            "open_about",
            sa.String(length=80),
            nullable=True,
            comment="The model or the rule, while the request is open: one open request about each",
        ),
        sa.Column("model_version_id", sa.Uuid(), nullable=True),
        sa.Column("serving_id", sa.Uuid(), nullable=True, comment="The model that served when it was asked"),
        sa.Column("vacancies", json(), nullable=False, comment="Ids of the vacancies that are to move"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False, comment="Why it was approved or declined"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(state = 'open') = (open_about IS NOT NULL)", name=op.f("ck_approval_request_open_about_something")
        ),
        sa.CheckConstraint(
            "kind IN ('promote', 'roll_back', 'approval_off', 'scores_start')",
            name=op.f("ck_approval_request_kind_known"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name=op.f("ck_approval_request_two_people"),
        ),
        sa.CheckConstraint(
            "state IN ('alone', 'open', 'approved', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_approval_request_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asked_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_approval_request_organisation_id_asked_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "decided_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_approval_request_organisation_id_decided_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_approval_request_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "serving_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_approval_request_organisation_id_serving_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_approval_request_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_approval_request")),
        sa.UniqueConstraint(
            "organisation_id", "open_about", name=op.f("uq_approval_request_organisation_id_open_about")
        ),
    )
    op.create_index("ix_approval_request_state", "approval_request", ["organisation_id", "state", "created_at"])
    op.create_table(
        "rehearsal",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "read_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When reading began; what came later is not in it",
        ),
        sa.Column("figures", json(), nullable=False, comment="Counts and figures; nobody is named"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_rehearsal_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_rehearsal_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_rehearsal_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rehearsal")),
        sa.UniqueConstraint("organisation_id", "job_id", name=op.f("uq_rehearsal_organisation_id_job_id")),
    )
    op.create_index("ix_rehearsal_model", "rehearsal", ["organisation_id", "model_version_id", "created_at"])
    op.create_table(
        "rehearsal_mover",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("rehearsal_id", sa.Uuid(), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("finding", json(), nullable=False, comment="Places and groups before and after"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name=op.f("fk_rehearsal_mover_organisation_id_applicant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rehearsal_id"],
            ["rehearsal.organisation_id", "rehearsal.id"],
            name=op.f("fk_rehearsal_mover_organisation_id_rehearsal_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_rehearsal_mover_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_rehearsal_mover_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rehearsal_mover")),
    )
    op.create_index("ix_rehearsal_mover_applicant", "rehearsal_mover", ["organisation_id", "applicant_id"])
    op.create_index("ix_rehearsal_mover_rehearsal", "rehearsal_mover", ["organisation_id", "rehearsal_id"])
    with op.batch_alter_table("model_version") as table:
        table.add_column(
            sa.Column(
                "retired_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="When another took its place; null: it serves, or never did",
            )
        )
    op.execute(RETIRED)


def downgrade() -> None:
    with op.batch_alter_table("model_version") as table:
        table.drop_column("retired_at")
    op.drop_index("ix_rehearsal_mover_rehearsal", table_name="rehearsal_mover")
    op.drop_index("ix_rehearsal_mover_applicant", table_name="rehearsal_mover")
    op.drop_table("rehearsal_mover")
    op.drop_index("ix_rehearsal_model", table_name="rehearsal")
    op.drop_table("rehearsal")
    op.drop_index("ix_approval_request_state", table_name="approval_request")
    op.drop_table("approval_request")
    op.drop_table("score_stop")
