"""The list engine: lists that were scored again, people counted at a moment, and an index to count them by

Revision 0028.
Follows 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

WHOSE = "Whose row this is; every query is bounded by it"
RENEWED = "Addresses of pages as of an earlier batch lead to the top"
COUNTED = "The moment at which the numbers are exact"
ASKED = "When the worker was asked to bring the lists up"
NUMBERS = {"invited": "People in this state, and no later one", "started": None, "done": None, "withdrawn": None}
HERE = ["organisation_id", "vacancy_id"]


def upgrade() -> None:
    with op.batch_alter_table("list_state") as table:
        table.add_column(sa.Column("renewed_seq", sa.BigInteger(), nullable=False, server_default="0", comment=RENEWED))
    op.create_index("ix_applicant_state", "applicant", [*HERE, "state"])
    op.create_table(
        "vacancy_tally",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False, comment=comment) for name, comment in NUMBERS.items()),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True, comment=COUNTED),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True, comment=ASKED),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_vacancy_tally_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            HERE,
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_vacancy_tally_organisation_id_vacancy_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_vacancy_tally")),
        sa.UniqueConstraint(*HERE, name=op.f("uq_vacancy_tally_organisation_id_vacancy_id")),
    )


def downgrade() -> None:
    op.drop_table("vacancy_tally")
    op.drop_index("ix_applicant_state", "applicant")
    with op.batch_alter_table("list_state") as table:
        table.drop_column("renewed_seq")
