"""Saved views and cut lines

Revision 0025.
Follows 0024.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
WHOSE = "Whose row this is; every query is bounded by it"


def upgrade() -> None:
    op.create_table(
        "saved_view",
        *_owned(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=True, comment="Null: for every vacancy"),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("args", JSON, nullable=False, comment="As the list's address says it, without search"),
        sa.Column("is_default", sa.Boolean(), nullable=False, comment="The list opens with it"),
        _made(),
        _company("saved_view"),
        _within("saved_view", "user_id", "user_account"),
        _within("saved_view", "vacancy_id", "vacancy"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint(
            "organisation_id",
            "user_id",
            "vacancy_id",
            "name",
            name=op.f("uq_saved_view_organisation_id_user_id_vacancy_id_name"),
        ),
    )
    op.create_table(
        "cut_line",
        *_owned(),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _made(),
        _company("cut_line"),
        _within("cut_line", "vacancy_id", "vacancy"),
        _within("cut_line", "model_version_id", "model_version"),
        _within("cut_line", "set_by", "user_account"),
        sa.CheckConstraint("people > 0", name=op.f("ck_cut_line_people_positive")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_cut_line")),
        sa.UniqueConstraint(
            "organisation_id",
            "vacancy_id",
            "model_version_id",
            name=op.f("uq_cut_line_organisation_id_vacancy_id_model_version_id"),
        ),
    )


def _owned() -> list[sa.Column]:
    return [
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
    ]


def _made() -> sa.Column:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)")


def _company(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id"))


def _within(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table("cut_line")
    op.drop_table("saved_view")
