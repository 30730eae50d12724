"""Notes on applicants

Revision 0024.
Follows 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WHOSE = "Whose row this is; every query is bounded by it"
MADE = "When the row was made (UTC)"


def upgrade() -> None:
    op.create_table(
        "applicant_note",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="Who wrote it"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True, comment="The author, or somebody of HR"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment=MADE),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by IS NULL)", name=op.f("ck_applicant_note_removed_by_somebody")
        ),
        sa.CheckConstraint("removed_at IS NULL OR text = ''", name=op.f("ck_applicant_note_removed_has_no_words")),
        *_references("applicant_note", "removed_by"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_applicant_note")),
    )
    op.create_index("ix_applicant_note_applicant", "applicant_note", ["organisation_id", "applicant_id", "created_at"])
    op.create_table(
        "looked_at",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment=MADE),
        *_references("looked_at"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_looked_at")),
        sa.UniqueConstraint(
            "organisation_id",
            "applicant_id",
            "user_id",
            name=op.f("uq_looked_at_organisation_id_applicant_id_user_id"),
        ),
    )


def _references(table: str, *users: str) -> list[sa.ForeignKeyConstraint]:
    """To the organisation, to the applicant with whom the row goes, and to people who work here."""
    own = [sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))]
    about = sa.ForeignKeyConstraint(
        ["organisation_id", "applicant_id"],
        ["applicant.organisation_id", "applicant.id"],
        name=op.f(f"fk_{table}_organisation_id_applicant_id"),
        ondelete="CASCADE",
    )
    people = [
        sa.ForeignKeyConstraint(
            ["organisation_id", column],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f(f"fk_{table}_organisation_id_{column}"),
        )
        for column in ("user_id", *users)
    ]
    return [*own, about, *people]


def downgrade() -> None:
    op.drop_table("looked_at")
    op.drop_index("ix_applicant_note_applicant", table_name="applicant_note")
    op.drop_table("applicant_note")
