"""Links, retakes and exposure

Revision 0004.
Follows 0003.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    make_mail()
    make_link_request()
    make_result_reuse()
    make_retake_exception()
    make_confirmation()
    make_item_exposure()
    # Who took the questionnaire before, and who asks for a new link, is found by address.
    op.create_index("ix_applicant_email", "applicant", ["organisation_id", "email"])


def downgrade() -> None:
    op.drop_index("ix_applicant_email", "applicant")
    for table in ("item_exposure", "confirmation", "retake_exception", "result_reuse", "link_request", "mail"):
        op.drop_table(table)


def make_mail() -> None:
    op.create_table(
        "mail",
        *owned(),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False, comment="The invitation, the sitting or the confirmation"),
        sa.Column("occasion", sa.String(length=40), nullable=False, comment="Why it is sent: one mail for each reason"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column(
            "reply_code",
            sa.Integer(),
            nullable=True,
            comment="What the mail server said last, such as 550; no words",
        ),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        created_at(),
        *owned_constraints("mail"),
        reference("mail", "applicant_id", "applicant", ondelete="CASCADE"),
        sa.UniqueConstraint(
            "organisation_id",
            "about_id",
            "kind",
            "occasion",
            name=op.f("uq_mail_organisation_id_about_id_kind_occasion"),
        ),
        sa.CheckConstraint(
            "kind IN ('invitation', 'reminder', 'new_link', 'receipt', 'confirmation')",
            name=op.f("ck_mail_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'refused', 'given_up', 'not_wanted')", name=op.f("ck_mail_state_known")
        ),
    )
    op.create_index("ix_mail_applicant", "mail", ["organisation_id", "applicant_id"])
    op.create_index("ix_mail_due", "mail", ["state", "next_try_at"])


def make_link_request() -> None:
    op.create_table(
        "link_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "organisation_id",
            sa.Uuid(),
            nullable=True,
            comment="Null: asked on a page that belongs to no company",
        ),
        sa.Column(
            "email",
            sa.String(length=254),
            nullable=False,
            comment="Lower case; whether anybody has it is not known yet",
        ),
        created_at(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_request")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_link_request_organisation_id")),
    )


def make_result_reuse() -> None:
    op.create_table(
        "result_reuse",
        *owned(),
        sa.Column("applicant_id", sa.Uuid(), nullable=False, comment="Of the vacancy that the result now serves too"),
        sa.Column("sitting_id", sa.Uuid(), nullable=False, comment="The copy of the answers that this vacancy scores"),
        sa.Column(
            "taken_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When the answers were given; the interval counts from here",
        ),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        created_at(),
        *owned_constraints("result_reuse"),
        reference("result_reuse", "applicant_id", "applicant", ondelete="CASCADE"),
        reference("result_reuse", "sitting_id", "sitting", ondelete="CASCADE"),
        sa.UniqueConstraint(
            "organisation_id", "applicant_id", name=op.f("uq_result_reuse_organisation_id_applicant_id")
        ),
    )


def make_retake_exception() -> None:
    op.create_table(
        "retake_exception",
        *owned(),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        created_at(),
        *owned_constraints("retake_exception"),
        reference("retake_exception", "applicant_id", "applicant", ondelete="CASCADE"),
        reference("retake_exception", "user_id", "user_account"),
        sa.UniqueConstraint(
            "organisation_id", "applicant_id", name=op.f("uq_retake_exception_organisation_id_applicant_id")
        ),
    )


def make_confirmation() -> None:
    op.create_table(
        "confirmation",
        *owned(),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("arranged_by", sa.Uuid(), nullable=True),
        sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why HR declined, for the recruiter"),
        sa.Column(
            "code_hash",
            sa.String(length=64),
            nullable=True,
            comment="SHA-256 of the one-time code that opens it",
        ),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sitting_id", sa.Uuid(), nullable=True),
        sa.Column("finding", JSON, nullable=True, comment="The tested drop; read by HR alone"),
        created_at(),
        *owned_constraints("confirmation"),
        reference("confirmation", "applicant_id", "applicant", ondelete="CASCADE"),
        reference("confirmation", "sitting_id", "sitting", ondelete="CASCADE"),
        reference("confirmation", "asked_by", "user_account"),
        reference("confirmation", "arranged_by", "user_account"),
        sa.UniqueConstraint(
            "organisation_id", "applicant_id", name=op.f("uq_confirmation_organisation_id_applicant_id")
        ),
        sa.UniqueConstraint("code_hash", name=op.f("uq_confirmation_code_hash")),
        sa.CheckConstraint(
            "state IN ('asked', 'arranged', 'declined', 'begun', 'done')", name=op.f("ck_confirmation_state_known")
        ),
    )


def make_item_exposure() -> None:
    key = ["organisation_id", "questionnaire_id", "form", "item_id", "language", "month"]
    op.create_table(
        "item_exposure",
        *owned(),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False, comment="ISO: 2026-11"),
        sa.Column("sittings", sa.Integer(), nullable=False),
        created_at(),
        *owned_constraints("item_exposure"),
        reference("item_exposure", "questionnaire_id", "questionnaire_version"),
        sa.UniqueConstraint(*key, name=op.f(f"uq_item_exposure_{'_'.join(key)}")),
        sa.CheckConstraint("sittings >= 0", name=op.f("ck_item_exposure_sittings_counted")),
    )


def owned() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
    )


def created_at() -> sa.Column:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)")


def owned_constraints(table: str) -> tuple[sa.PrimaryKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
    )


def reference(table: str, column: str, target: str, **options: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{target}.organisation_id", f"{target}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
        **options,
    )
