"""Blind hiring and funnel times

Revision 0023.
Follows 0022.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
WHOSE = "Whose row this is; every query is bounded by it"
SINCE = "Since when names are hidden: what was written before may name somebody"
AGAIN = "When such a decision was undone and the name hidden again: words from before may hold it"
SEEN = "How many results had stood beside their names when these were hidden"


def upgrade() -> None:
    with op.batch_alter_table("vacancy") as table:
        table.add_column(sa.Column("blinded_at", sa.DateTime(timezone=True), nullable=True, comment=SINCE))
    with op.batch_alter_table("applicant") as table:
        table.add_column(sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True, comment=AGAIN))
    _changes()
    _funnels()
    _comment("Random: equal scores stand in its order")


def _comment(comment: str) -> None:
    """SQLite keeps no comments."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("score", "id", existing_type=sa.Uuid(), existing_nullable=False, comment=comment)


def _changes() -> None:
    op.create_table(
        "blind_change",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "change", sa.String(length=20), nullable=False, comment="on, off: by a recruiter; required, released: by HR"
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why the names may be seen"),
        sa.Column("seen_before", sa.Integer(), nullable=False, comment=SEEN),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "change IN ('on', 'off', 'required', 'released')", name=op.f("ck_blind_change_change_known")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_blind_change_organisation_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_blind_change_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_blind_change_organisation_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_blind_change")),
    )
    op.create_index("ix_blind_change_vacancy", "blind_change", ["organisation_id", "vacancy_id", "created_at"])


def _funnels() -> None:
    op.create_table(
        "funnel_kept",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False, comment="When it was counted"),
        sa.Column("figures", JSON, nullable=False, comment="Numbers of people and of days, by stage"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_funnel_kept_organisation_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_funnel_kept_organisation_id_vacancy_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_funnel_kept")),
        sa.UniqueConstraint("organisation_id", "vacancy_id", name=op.f("uq_funnel_kept_organisation_id_vacancy_id")),
    )


def downgrade() -> None:
    _comment("Version-7 UUID")
    op.drop_table("funnel_kept")
    op.drop_index("ix_blind_change_vacancy", "blind_change")
    op.drop_table("blind_change")
    with op.batch_alter_table("applicant") as table:
        table.drop_column("hidden_at")
    with op.batch_alter_table("vacancy") as table:
        table.drop_column("blinded_at")
