"""Who applies at a public link waits for the worker, like who asks for a new link

Revision 0012.
Follows 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("link_request") as table:
        table.add_column(
            sa.Column("vacancy_id", sa.Uuid(), nullable=True, comment="For which somebody applies; null: a lost link")
        )
        table.add_column(
            sa.Column(
                "name", sa.String(length=200), nullable=False, server_default="", comment="As whoever applies typed it"
            )
        )
        table.add_column(sa.Column("language", sa.String(length=2), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_link_request_organisation_id_vacancy_id"),
            "vacancy",
            ["organisation_id", "vacancy_id"],
            ["organisation_id", "id"],
        )


def downgrade() -> None:
    op.execute("DELETE FROM link_request WHERE vacancy_id IS NOT NULL")
    with op.batch_alter_table("link_request") as table:
        table.drop_constraint(op.f("fk_link_request_organisation_id_vacancy_id"), type_="foreignkey")
        for name in ("language", "name", "vacancy_id"):
            table.drop_column(name)
