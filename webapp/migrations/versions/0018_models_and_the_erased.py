"""Who was among a model's training rows, tombstones and certificates

Revision 0018.
Follows 0017.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def json() -> Any:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("certificate", sa.String(length=24), nullable=False, comment="The code that the person keeps"),
        sa.Column(
            "kind", sa.String(length=20), nullable=False, comment="staff: everything of a member of staff; applicant"
        ),
        sa.Column("reason", sa.String(length=20), nullable=False, comment="asked by the person, or retention"),
        sa.Column("people", sa.Integer(), nullable=False, comment="Applications that went at once"),
        sa.Column("counts", json(), nullable=False, comment="How many of which kind went; nothing else"),
        sa.Column("action", sa.String(length=20), nullable=False, comment="The policy as it was stated on that day"),
        sa.Column("statement", sa.Text(), nullable=False, comment="Why models stay, in the company's words"),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True, comment="Who pressed; null: the person, or the site"),
        sa.Column(
            "addresses",
            json(),
            nullable=False,
            comment="Keyed hashes of the person's addresses until the mail folder is swept; then empty",
        ),
        sa.Column(
            "swept_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When files of the person were last looked for",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("action IN ('keep', 'replace', 'retire')", name=op.f("ck_erasure_action_known")),
        sa.CheckConstraint("kind IN ('staff', 'applicant')", name=op.f("ck_erasure_kind_known")),
        sa.CheckConstraint("reason IN ('asked', 'retention')", name=op.f("ck_erasure_reason_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_erasure_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_erasure_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("certificate", name=op.f("uq_erasure_certificate")),
    )
    op.create_index("ix_erasure_time", "erasure", ["organisation_id", "erased_at"])

    op.create_table(
        "retraining",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("criterion", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="By then it begins by itself"),
        sa.Column(
            "next_try_at", sa.DateTime(timezone=True), nullable=False, comment="Later than due where a try failed"
        ),
        sa.Column("job_id", sa.Uuid(), nullable=True, comment="The last try"),
        sa.Column("model_version_id", sa.Uuid(), nullable=True, comment="What came of it"),
        sa.Column("reason", sa.String(length=40), nullable=False, comment="Why the last try failed"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(state IN ('done', 'impossible')) = (ended_at IS NOT NULL)", name=op.f("ck_retraining_ended_with_time")
        ),
        sa.CheckConstraint("state IN ('due', 'running', 'done', 'impossible')", name=op.f("ck_retraining_state_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "job_id"],
            ["job.organisation_id", "job.id"],
            name=op.f("fk_retraining_organisation_id_job_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_retraining_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "questionnaire_id"],
            ["questionnaire_version.organisation_id", "questionnaire_version.id"],
            name=op.f("fk_retraining_organisation_id_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_retraining_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_retraining")),
    )
    op.create_index("ix_retraining_due", "retraining", ["state", "next_try_at"])

    op.create_table(
        "trained_with",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_trained_with_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "staff_member_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_trained_with_organisation_id_staff_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_trained_with_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_trained_with")),
        sa.UniqueConstraint(
            "organisation_id", "model_version_id", "staff_member_id", name=op.f("uq_trained_with_once")
        ),
    )
    op.create_index("ix_trained_with_member", "trained_with", ["organisation_id", "staff_member_id"])

    op.create_table(
        "erased_model",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("erasure_id", sa.Uuid(), nullable=False),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "recorded",
            sa.Boolean(),
            nullable=False,
            comment="False: trained before it was recorded who; may hold the person",
        ),
        sa.Column("in_use", sa.Boolean(), nullable=False, comment="Served, or scored an open vacancy, on that day"),
        sa.Column(
            "state",
            sa.String(length=20),
            nullable=False,
            comment="kept by policy; waiting for a successor; retiring: vacancies move; done: out of use",
        ),
        sa.Column("fallback_id", sa.Uuid(), nullable=True, comment="What took over at once"),
        sa.Column("retraining_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_erased_model_done_with_time")),
        sa.CheckConstraint(
            "state IN ('kept', 'waiting', 'retiring', 'done')", name=op.f("ck_erased_model_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "erasure_id"],
            ["erasure.organisation_id", "erasure.id"],
            name=op.f("fk_erased_model_organisation_id_erasure_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "fallback_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_erased_model_organisation_id_fallback_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_erased_model_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "retraining_id"],
            ["retraining.organisation_id", "retraining.id"],
            name=op.f("fk_erased_model_organisation_id_retraining_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_erased_model_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_erased_model")),
        sa.UniqueConstraint(
            "organisation_id",
            "erasure_id",
            "model_version_id",
            name=op.f("uq_erased_model_organisation_id_erasure_id_model_version_id"),
        ),
    )
    op.create_index("ix_erased_model_state", "erased_model", ["state"])
    op.create_index("ix_erased_model_version", "erased_model", ["organisation_id", "model_version_id"])

    with op.batch_alter_table("tombstone") as table:
        table.add_column(
            sa.Column(
                "kind",
                sa.String(length=20),
                nullable=False,
                server_default="sitting",
                comment="What stood here: the name of its table",
            )
        )
        table.add_column(
            sa.Column(
                "subject_id", sa.Uuid(), nullable=True, comment="The id that a member of staff had; events name it"
            )
        )
        table.add_column(
            sa.Column(
                "number", sa.Integer(), nullable=False, server_default="1", comment="How many rows of this kind went"
            )
        )
        table.create_check_constraint(
            op.f("ck_tombstone_kind_known"), "kind IN ('sitting', 'staff_member', 'rating', 'trained_with')"
        )
        table.create_check_constraint(op.f("ck_tombstone_number_counted"), "number >= 0")


def downgrade() -> None:
    op.execute("DELETE FROM tombstone WHERE kind <> 'sitting'")
    with op.batch_alter_table("tombstone") as table:
        table.drop_constraint(op.f("ck_tombstone_number_counted"), type_="check")
        table.drop_constraint(op.f("ck_tombstone_kind_known"), type_="check")
        table.drop_column("number")
        table.drop_column("subject_id")
        table.drop_column("kind")

    op.drop_index("ix_erased_model_version", table_name="erased_model")
    op.drop_index("ix_erased_model_state", table_name="erased_model")

    op.drop_table("erased_model")
    op.drop_index("ix_trained_with_member", table_name="trained_with")

    op.drop_table("trained_with")
    op.drop_index("ix_retraining_due", table_name="retraining")

    op.drop_table("retraining")
    op.drop_index("ix_erasure_time", table_name="erasure")

    op.drop_table("erasure")
