"""A mark of a list's numbers, drawn anew when one of them changes

Revision 0029.
Follows 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

MARK = "Drawn by lot whenever one of the list's numbers changes; 0: not yet"


def upgrade() -> None:
    with op.batch_alter_table("list_state") as table:
        table.add_column(sa.Column("mark", sa.BigInteger(), nullable=False, server_default="0", comment=MARK))


def downgrade() -> None:
    with op.batch_alter_table("list_state") as table:
        table.drop_column("mark")
