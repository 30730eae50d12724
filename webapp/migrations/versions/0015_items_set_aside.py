"""Item statistics, and items set aside in one language

Revision 0015.
Follows 0014.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STANDS = sa.text("back_at IS NULL")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("sitting") as table:
        table.add_column(
            sa.Column(
                "not_asked",
                JSON,
                nullable=False,
                server_default="[]",
                comment="Questions that were set aside when it began",
            )
        )
    with op.batch_alter_table("score") as table:
        table.add_column(
            sa.Column(
                "left_out",
                JSON,
                nullable=False,
                server_default="[]",
                comment="Questions that did not count, in order of their names",
            )
        )
    _items()
    _changes()
    _figures()


def _items() -> None:
    op.create_table(
        "item_set_aside",
        *_owned(),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "reason",
            sa.String(length=40),
            nullable=False,
            comment="translation, outdated, known, unclear, fairness, other",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="In somebody's own words; about the question only"),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column(
            "set_at", sa.DateTime(timezone=True), nullable=False, comment="Sittings begun from here on are not asked it"
        ),
        sa.Column("back_by", sa.Uuid(), nullable=True),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_note", sa.Text(), nullable=False),
        _made(),
        sa.CheckConstraint("(back_at IS NULL) = (back_by IS NULL)", name=op.f("ck_item_set_aside_back_by_somebody")),
        *_keys("item_set_aside"),
        _within("item_set_aside", "questionnaire_id", "questionnaire_version"),
        _within("item_set_aside", "set_by", "user_account"),
        _within("item_set_aside", "back_by", "user_account"),
    )
    op.create_index(
        "uq_item_set_aside_stands",
        "item_set_aside",
        ["organisation_id", "questionnaire_id", "item_id", "language"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def _changes() -> None:
    op.create_table(
        "score_change",
        *_owned(),
        sa.Column("set_aside_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("score_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column(
            "before", JSON, nullable=False, comment="The score's figures, flags and items left out, as they were"
        ),
        sa.Column("after", JSON, nullable=False),
        sa.Column(
            "applied_at", sa.DateTime(timezone=True), nullable=True, comment="Null: worked out, and not on any page yet"
        ),
        _made(),
        sa.CheckConstraint("direction IN ('set_aside', 'brought_back')", name=op.f("ck_score_change_direction_known")),
        *_keys("score_change"),
        *(
            _within("score_change", column, table)
            for column, table in (
                ("set_aside_id", "item_set_aside"),
                ("job_id", "job"),
                ("score_id", "score"),
                ("applicant_id", "applicant"),
            )
        ),
        sa.UniqueConstraint(
            "organisation_id", "job_id", "score_id", name=op.f("uq_score_change_organisation_id_job_id_score_id")
        ),
    )
    for name in ("applicant", "set_aside", "score"):
        op.create_index(f"ix_score_change_{name}", "score_change", ["organisation_id", f"{name}_id"])


def _figures() -> None:
    op.create_table(
        "item_figures",
        *_owned(),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.String(length=100), nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column(
            "staff", sa.Integer(), nullable=False, comment="Sittings of the staff that the form's figures rest on"
        ),
        sa.Column(
            "applicants",
            sa.Integer(),
            nullable=False,
            comment="Sittings of applicants that the form's figures rest on",
        ),
        _made(),
        *_keys("item_figures"),
        _within("item_figures", "questionnaire_id", "questionnaire_version"),
        sa.UniqueConstraint(
            "organisation_id",
            "questionnaire_id",
            "form",
            "item_id",
            name=op.f("uq_item_figures_organisation_id_questionnaire_id_form_item_id"),
        ),
    )


def _owned() -> list[sa.Column]:
    return [
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
    ]


def _made() -> sa.Column:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)")


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
    ]


def _within(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
    )


def downgrade() -> None:
    for name in ("item_figures", "score_change", "item_set_aside"):
        op.drop_table(name)
    with op.batch_alter_table("score") as table:
        table.drop_column("left_out")
    with op.batch_alter_table("sitting") as table:
        table.drop_column("not_asked")
