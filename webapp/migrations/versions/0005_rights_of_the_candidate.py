"""Rights of the candidate

Revision 0005.
Follows 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    review_requests()
    withdrawals()
    address_changes()
    tombstones()


def review_requests() -> None:
    op.create_table(
        "review_request",
        *owned(),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="review of the result; result: to be told it by a person",
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="In the candidate's own words"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="In the words of the person who looked"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        stamped(),
        sa.CheckConstraint("kind IN ('review', 'result')", name=op.f("ck_review_request_kind_known")),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_review_request_answered_in_words")),
        *belongs("review_request"),
        within("review_request", "sitting_id", "sitting"),
        within("review_request", "answered_by", "user_account"),
    )
    op.create_index("ix_review_request_due", "review_request", ["organisation_id", "answered_at", "due_at"])
    op.create_index("ix_review_request_sitting", "review_request", ["organisation_id", "sitting_id"])


def withdrawals() -> None:
    op.create_table(
        "withdrawal",
        *owned(),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state_before", sa.String(length=20), nullable=False, comment="The applicant's state, for the undoing"
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="Until then it can be undone"),
        stamped(),
        *belongs("withdrawal"),
        within("withdrawal", "applicant_id", "applicant"),
        sa.UniqueConstraint("organisation_id", "applicant_id", name=op.f("uq_withdrawal_organisation_id_applicant_id")),
    )


def address_changes() -> None:
    op.create_table(
        "address_change",
        *owned(),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False, comment="The new address, lower case"),
        sa.Column(
            "confirm_hash",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the token sent to the new address",
        ),
        sa.Column(
            "stop_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token sent to the old address"
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        stamped(),
        *belongs("address_change"),
        within("address_change", "applicant_id", "applicant"),
        sa.UniqueConstraint(
            "organisation_id", "applicant_id", name=op.f("uq_address_change_organisation_id_applicant_id")
        ),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_address_change_confirm_hash")),
        sa.UniqueConstraint("stop_hash", name=op.f("uq_address_change_stop_hash")),
    )


def tombstones() -> None:
    op.create_table(
        "tombstone",
        *owned(),
        sa.Column(
            "certificate",
            sa.String(length=24),
            nullable=False,
            comment="Code that the person keeps, one for everything that went at once",
        ),
        sa.Column("sitting_id", sa.Uuid(), nullable=True, comment="The id it had; events still name it"),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("questionnaire", sa.String(length=140), nullable=False, comment="Name, version and form"),
        sa.Column("reason", sa.String(length=20), nullable=False, comment="asked by the person, or retention"),
        sa.Column(
            "answers_hmac",
            sa.String(length=64),
            nullable=True,
            comment="Keyed hash of the canonical answers; without the site's secret it can be tried on nothing",
        ),
        sa.Column(
            "scores",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), "postgresql"
            ),
            nullable=False,
            comment="For each score: model version, hash of its artefact, keyed hash of its inputs, time",
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        stamped(),
        sa.CheckConstraint("reason IN ('asked', 'retention')", name=op.f("ck_tombstone_reason_known")),
        *belongs("tombstone"),
    )
    op.create_index("ix_tombstone_certificate", "tombstone", ["certificate"])
    op.create_index("ix_tombstone_sitting", "tombstone", ["organisation_id", "sitting_id"])


def owned() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column(
            "organisation_id",
            sa.Uuid(),
            nullable=False,
            comment="Whose row this is; every query is bounded by it",
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
    )


def stamped() -> sa.Column:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)")


def belongs(table: str) -> tuple[sa.Constraint, sa.Constraint]:
    return (
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
    )


def within(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table("tombstone")
    op.drop_table("address_change")
    op.drop_table("withdrawal")
    op.drop_table("review_request")
