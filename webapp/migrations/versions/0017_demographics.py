"""Voluntary demographics, kept apart, and audit packs

Revision 0017.
Follows 0016.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    make_answers()
    make_blocks()
    make_reports()
    make_packs()


def downgrade() -> None:
    for table in ("audit_pack", "group_report", "group_block", "demographic_answer"):
        op.drop_table(table)


def owned(table: str) -> list[Any]:
    return [
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
    ]


def stamped() -> Any:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)")


def refers(table: str, column: str, to: str) -> Any:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{to}.organisation_id", f"{to}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
    )


def scoped(table: str) -> list[Any]:
    return [
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        refers(table, "vacancy_id", "vacancy"),
        refers(table, "made_by", "user_account"),
        sa.UniqueConstraint("organisation_id", "job_id", name=op.f(f"uq_{table}_organisation_id_job_id")),
        sa.CheckConstraint("scope IN ('vacancy', 'year', 'all')", name=op.f(f"ck_{table}_scope_known")),
    ]


def make_answers() -> None:
    op.create_table(
        "demographic_answer",
        *owned("demographic_answer"),
        sa.Column("attribute", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        # Rows lie in the order of their keyed hash, not in the order in which people came.
        sqlite_with_rowid=False,
    )
    op.create_index("ix_demographic_answer_attribute", "demographic_answer", ["organisation_id", "attribute"])


def make_blocks() -> None:
    op.create_table(
        "group_block",
        *owned("group_block"),
        sa.Column(
            "unit", sa.String(length=50), nullable=False, comment="vacancy:ID, or small:YEAR for small closed vacancies"
        ),
        sa.Column("attribute", sa.String(length=20), nullable=False),
        sa.Column("vacancies", JSON, nullable=False, comment="Ids of the vacancies that it holds"),
        sa.Column("people", sa.Integer(), nullable=False, comment="How many were counted, those erased since included"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        stamped(),
        sa.UniqueConstraint(
            "organisation_id", "unit", "attribute", name=op.f("uq_group_block_organisation_id_unit_attribute")
        ),
    )


def make_reports() -> None:
    op.create_table(
        "group_report",
        *owned("group_report"),
        *scoped("group_report"),
        sa.Column("year", sa.Integer(), nullable=True, comment="In which the vacancies were opened"),
        sa.Column("figures", JSON, nullable=False, comment="Counts of ten people and more alone"),
        stamped(),
    )
    op.create_index("ix_group_report_time", "group_report", ["organisation_id", "created_at"])


def make_packs() -> None:
    op.create_table(
        "audit_pack",
        *owned("audit_pack"),
        *scoped("audit_pack"),
        sa.Column("number", sa.Integer(), nullable=False, comment="Counts within the organisation, for people"),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=False, comment="Tagged PDF"),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False, comment="ZIP of tables as CSV and JSON"),
        sa.Column("files_sha256", sa.String(length=64), nullable=False),
        sa.Column("summary", JSON, nullable=False, comment="Pages, tables, sizes, dates of the data"),
        stamped(),
        refers("audit_pack", "model_version_id", "model_version"),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_audit_pack_organisation_id_number")),
    )
