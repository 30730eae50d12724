"""A vacancy may open on a later day than it is made

Revision 0020.
Follows 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COMMENT = "Before this moment nobody begins; null: open at once"


def upgrade() -> None:
    with op.batch_alter_table("vacancy") as table:
        table.add_column(sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True, comment=COMMENT))


def downgrade() -> None:
    # Whoever was to wait may begin: the older site knows no waiting.
    with op.batch_alter_table("vacancy") as table:
        table.drop_column("opens_at")
