"""Saves

Revision 0006.
Follows 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answer_revision") as table:
        table.add_column(
            sa.Column(
                "away_count",
                sa.Integer(),
                nullable=True,
                comment="How often the page lost the focus; for quality only",
            )
        )
        table.add_column(
            sa.Column(
                "away_seconds",
                sa.Double(),
                nullable=True,
                comment="How long the page was without focus; for quality only",
            )
        )
        table.add_column(
            sa.Column(
                "save_key",
                sa.Uuid(),
                nullable=True,
                comment="The browser's name for this save: sent twice, kept once",
            )
        )
    op.create_index(op.f("ix_sitting_receipt_code"), "sitting", ["receipt_code"])


def downgrade() -> None:
    op.drop_index(op.f("ix_sitting_receipt_code"), table_name="sitting")
    with op.batch_alter_table("answer_revision") as table:
        for name in ("save_key", "away_seconds", "away_count"):
            table.drop_column(name)
