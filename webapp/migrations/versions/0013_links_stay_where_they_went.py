"""A link of the staff stays at its address, and counts stay with the units of the day on which people were asked

Revision 0013.
Follows 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UNIT_OF = """
UPDATE {table} SET unit_name = COALESCE((
    SELECT unit.name FROM staff_member
    JOIN unit ON unit.organisation_id = staff_member.organisation_id AND unit.id = staff_member.unit_id
    WHERE staff_member.organisation_id = {table}.organisation_id AND staff_member.id = {table}.staff_member_id
), '')
"""
ADDRESS_OF = """
UPDATE staff_invitation SET email = COALESCE((
    SELECT staff_member.email FROM staff_member
    WHERE staff_member.organisation_id = staff_invitation.organisation_id
    AND staff_member.id = staff_invitation.staff_member_id
), '')
"""


def upgrade() -> None:
    unit = "As it was when this person was asked: counts do not follow who moves"
    with op.batch_alter_table("staff_invitation") as table:
        table.add_column(
            sa.Column(
                "email",
                sa.String(length=254),
                nullable=False,
                server_default="",
                comment="The address for which the link was made",
            )
        )
        table.add_column(sa.Column("unit_name", sa.String(length=200), nullable=False, server_default="", comment=unit))
    with op.batch_alter_table("round_rater") as table:
        table.add_column(sa.Column("unit_name", sa.String(length=200), nullable=False, server_default="", comment=unit))
    op.execute(ADDRESS_OF)
    for name in ("staff_invitation", "round_rater"):
        op.execute(UNIT_OF.format(table=name))


def downgrade() -> None:
    with op.batch_alter_table("round_rater") as table:
        table.drop_column("unit_name")
    with op.batch_alter_table("staff_invitation") as table:
        table.drop_column("unit_name")
        table.drop_column("email")
