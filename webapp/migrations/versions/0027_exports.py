"""Exports and re-scoring in chunks

Revision 0027.
Follows 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WHOSE = "Whose row this is; every query is bounded by it"
MADE = "When the row was made (UTC)"


def upgrade() -> None:
    _chunks()
    _exports()
    _parts()


def _chunks() -> None:
    op.create_table(
        "rescoring_chunk",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="Counts within the run"),
        sa.Column(
            "first_id",
            sa.Uuid(),
            nullable=False,
            comment="The first applicant's id; nobody need be there any more",
        ),
        sa.Column("end_id", sa.Uuid(), nullable=False, comment="Up to this one, which is the next chunk's first"),
        sa.Column("taken_by", sa.String(length=40), nullable=True, comment="The lane that works on it"),
        sa.Column(
            "taken_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Another lane may take it some time after this",
        ),
        sa.Column(
            "done_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Written in the transaction that writes the scores",
        ),
        sa.Column("scored", sa.Integer(), nullable=False, comment="How many scores were written"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment=MADE),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_rescoring_chunk_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "job_id"],
            ["job.organisation_id", "job.id"],
            name=op.f("fk_rescoring_chunk_organisation_id_job_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rescoring_chunk")),
        sa.UniqueConstraint(
            "organisation_id", "job_id", "number", name=op.f("uq_rescoring_chunk_organisation_id_job_id_number")
        ),
    )
    op.create_index("ix_rescoring_chunk_open", "rescoring_chunk", ["organisation_id", "job_id", "done_at", "number"])


def _exports() -> None:
    op.create_table(
        "list_export",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column(
            "file_name",
            sa.String(length=120),
            nullable=False,
            comment="Letters, figures and hyphens; nobody's name",
        ),
        sa.Column("names_hidden", sa.Boolean(), nullable=False, comment="No names are in it"),
        sa.Column("with_scores", sa.Boolean(), nullable=False, comment="Results are in it"),
        sa.Column("people", sa.Integer(), nullable=False, comment="Rows in the file"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="Bytes"),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True, comment="Null: parts are still being written"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="Then it is deleted"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment=MADE),
        sa.CheckConstraint("kind IN ('csv', 'xlsx', 'pdf')", name=op.f("ck_list_export_kind_known")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_list_export_organisation_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "job_id"],
            ["job.organisation_id", "job.id"],
            name=op.f("fk_list_export_organisation_id_job_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_list_export_organisation_id_vacancy_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_list_export")),
        sa.UniqueConstraint("organisation_id", "job_id", name=op.f("uq_list_export_organisation_id_job_id")),
    )
    op.create_index("ix_list_export_vacancy", "list_export", ["organisation_id", "vacancy_id"])
    op.create_index("ix_list_export_expires", "list_export", ["expires_at"])


def _parts() -> None:
    op.create_table(
        "list_export_part",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_list_export_part_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "export_id"],
            ["list_export.organisation_id", "list_export.id"],
            name=op.f("fk_list_export_part_organisation_id_export_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_list_export_part")),
        sa.UniqueConstraint(
            "organisation_id",
            "export_id",
            "number",
            name=op.f("uq_list_export_part_organisation_id_export_id_number"),
        ),
    )


def downgrade() -> None:
    for table in ("list_export_part", "list_export", "rescoring_chunk"):
        op.drop_table(table)
