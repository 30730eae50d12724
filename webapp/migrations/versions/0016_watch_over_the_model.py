"""What the weekly look at a model found, its alerts, and what became of the hired

Revision 0016.
Follows 0015.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def json() -> Any:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "watch_look",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.String(length=8), nullable=False, comment="ISO week that is looked at: 2026-W47"),
        sa.Column(
            "whole", sa.Boolean(), nullable=False, comment="Whether the week was over; an early look is replaced then"
        ),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("applicants", sa.Integer(), nullable=False, comment="In the time looked back on"),
        sa.Column("staff", sa.Integer(), nullable=False, comment="Who had answered, in whole fives"),
        sa.Column("figures", json(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "state IN ('steady', 'watch', 'alarm', 'too_few', 'damaged')", name=op.f("ck_watch_look_state_known")
        ),
        sa.CheckConstraint("applicants >= 0 AND staff >= 0", name=op.f("ck_watch_look_people_counted")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "job_id"],
            ["job.organisation_id", "job.id"],
            name=op.f("fk_watch_look_organisation_id_job_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_watch_look_organisation_id_model_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_watch_look_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_watch_look")),
        sa.UniqueConstraint(
            "organisation_id",
            "model_version_id",
            "week",
            name=op.f("uq_watch_look_organisation_id_model_version_id_week"),
        ),
    )
    op.create_table(
        "watch_finding",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "name", sa.String(length=40), nullable=False, comment="answers, domain, score, trend, flags, assisted ..."
        ),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column(
            "serial",
            sa.Integer(),
            nullable=False,
            comment="Goes up whenever it opens again; a mail is about one serial",
        ),
        sa.Column("week", sa.String(length=8), nullable=False, comment="In which it was found last"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("numbers", json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("acted_by", sa.Uuid(), nullable=True, comment="Who acknowledged or put it off"),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "snoozed_until", sa.String(length=10), nullable=True, comment="ISO date; from this day it is open again"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(state = 'snoozed') = (snoozed_until IS NOT NULL)", name=op.f("ck_watch_finding_snoozed_with_day")
        ),
        sa.CheckConstraint("level IN ('watch', 'alarm')", name=op.f("ck_watch_finding_level_known")),
        sa.CheckConstraint(
            "state IN ('open', 'acknowledged', 'snoozed', 'over')", name=op.f("ck_watch_finding_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "acted_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_watch_finding_organisation_id_acted_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_watch_finding_organisation_id_model_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_watch_finding_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_watch_finding")),
        sa.UniqueConstraint(
            "organisation_id",
            "model_version_id",
            "name",
            name=op.f("uq_watch_finding_organisation_id_model_version_id_name"),
        ),
    )
    op.create_index("ix_watch_finding_state", "watch_finding", ["organisation_id", "state"], unique=False)
    op.create_table(
        "watch_subscription",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "level", sa.String(length=10), nullable=False, comment="watch: of everything; alarm: of alarms alone"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("level IN ('watch', 'alarm')", name=op.f("ck_watch_subscription_level_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_watch_subscription_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_watch_subscription_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_watch_subscription")),
        sa.UniqueConstraint("organisation_id", "user_id", name=op.f("uq_watch_subscription_organisation_id_user_id")),
    )
    op.create_table(
        "watch_mail",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False, comment="The mail that it went into"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "finding_id"],
            ["watch_finding.organisation_id", "watch_finding.id"],
            name=op.f("fk_watch_mail_organisation_id_finding_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_watch_mail_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_watch_mail_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_watch_mail")),
        sa.UniqueConstraint(
            "organisation_id",
            "finding_id",
            "user_id",
            "serial",
            name=op.f("uq_watch_mail_organisation_id_finding_id_user_id_serial"),
        ),
    )
    op.create_index("ix_watch_mail_batch", "watch_mail", ["organisation_id", "batch_id"], unique=False)
    op.create_table(
        "model_outcome",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False, comment="When these figures were made"),
        sa.Column("figures", json(), nullable=False),
        sa.Column(
            "based_on",
            json(),
            nullable=False,
            comment="Which hires and rounds, so that no two figures differ by a few people; never shown",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_model_outcome_organisation_id_model_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_model_outcome_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_model_outcome")),
        sa.UniqueConstraint(
            "organisation_id", "model_version_id", name=op.f("uq_model_outcome_organisation_id_model_version_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("model_outcome")
    op.drop_index("ix_watch_mail_batch", table_name="watch_mail")
    op.drop_table("watch_mail")
    op.drop_table("watch_subscription")
    op.drop_index("ix_watch_finding_state", table_name="watch_finding")
    op.drop_table("watch_finding")
    op.drop_table("watch_look")
