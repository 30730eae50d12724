"""When each stage of a run began

Revision 0019.
Follows 0018.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job") as table:
        table.add_column(
            sa.Column(
                "began",
                sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
                nullable=False,
                server_default="{}",
                comment="By stage: when it began (ISO 8601, UTC)",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("job") as table:
        table.drop_column("began")
