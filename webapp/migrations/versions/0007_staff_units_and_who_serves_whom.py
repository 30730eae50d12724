"""Staff, units and who serves whom

Revision 0007.
Follows 0006.
"""

import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    change_units()
    change_staff()
    allow_imports("'staff', 'answers', 'ratings', 'matrix'")
    make_staff_history()
    make_hire()
    make_service_rule()
    make_service_link()
    make_staff_invitation()


def downgrade() -> None:
    for name in ("staff_invitation", "service_link", "service_rule", "hire", "staff_history"):
        op.drop_table(name)
    op.execute("DELETE FROM import_batch WHERE kind = 'matrix'")
    allow_imports("'staff', 'answers', 'ratings'")
    op.drop_index("ix_staff_member_unit", table_name="staff_member")
    op.drop_index("ix_staff_member_name", table_name="staff_member")
    with op.batch_alter_table("staff_member") as table:
        table.drop_column("name_folded")
    with op.batch_alter_table("unit") as table:
        table.drop_constraint(op.f("ck_unit_merged_is_closed"), type_="check")
        table.drop_constraint(op.f("fk_unit_organisation_id_merged_into_id"), type_="foreignkey")
        table.drop_column("merged_into_id")
        table.drop_column("closed_at")


def change_units() -> None:
    with op.batch_alter_table("unit") as table:
        table.add_column(
            sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="Nobody new comes here since")
        )
        table.add_column(
            sa.Column("merged_into_id", sa.Uuid(), nullable=True, comment="The unit that its people went to")
        )
        table.create_foreign_key(
            op.f("fk_unit_organisation_id_merged_into_id"),
            "unit",
            ["organisation_id", "merged_into_id"],
            ["organisation_id", "id"],
        )
        table.create_check_constraint(
            op.f("ck_unit_merged_is_closed"), "merged_into_id IS NULL OR closed_at IS NOT NULL"
        )


def change_staff() -> None:
    with op.batch_alter_table("staff_member") as table:
        table.add_column(
            sa.Column(
                "name_folded",
                sa.String(length=200),
                nullable=False,
                server_default="",
                comment="The name as it is searched",
            )
        )
    fold_names()
    with op.batch_alter_table("staff_member") as table:
        table.alter_column(
            "name_folded", server_default=None, existing_type=sa.String(length=200), existing_nullable=False
        )
    op.create_index("ix_staff_member_name", "staff_member", ["organisation_id", "name_folded", "id"])
    op.create_index("ix_staff_member_unit", "staff_member", ["organisation_id", "unit_id"])


def fold_names() -> None:
    member = sa.table(
        "staff_member",
        sa.column("organisation_id", sa.Uuid()),
        sa.column("id", sa.Uuid()),
        sa.column("name", sa.String()),
        sa.column("name_folded", sa.String()),
    )
    rows = op.get_bind().execute(sa.select(member.c.organisation_id, member.c.id, member.c.name)).all()
    for owner, key, name in rows:
        op.get_bind().execute(
            member.update()
            .where(member.c.organisation_id == owner, member.c.id == key)
            .values(name_folded=folded(name))
        )


def folded(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))[:200]


def allow_imports(kinds: str) -> None:
    with op.batch_alter_table("import_batch") as table:
        table.drop_constraint(op.f("ck_import_batch_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_import_batch_kind_known"), f"kind IN ({kinds})")


def make_staff_history() -> None:
    op.create_table(
        "staff_history",
        *owned(),
        sa.Column("staff_member_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column(
            "what", sa.String(length=40), nullable=False, comment="added, name, unit, left, returned, merged ..."
        ),
        sa.Column("before", sa.String(length=300), nullable=False),
        sa.Column("after", sa.String(length=300), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True, comment="Null: the person, or the system"),
        sa.Column("batch_id", sa.Uuid(), nullable=True, comment="The file that it came with"),
        created_at(),
        *owned_constraints("staff_history"),
        reference("staff_history", "staff_member_id", "staff_member", ondelete="CASCADE"),
        reference("staff_history", "unit_id", "unit"),
        reference("staff_history", "user_id", "user_account"),
        reference("staff_history", "batch_id", "import_batch"),
        sa.CheckConstraint("(staff_member_id IS NULL) <> (unit_id IS NULL)", name=op.f("ck_staff_history_one_subject")),
    )
    op.create_index("ix_staff_history_member", "staff_history", ["organisation_id", "staff_member_id", "id"])
    op.create_index("ix_staff_history_unit", "staff_history", ["organisation_id", "unit_id", "id"])


def make_hire() -> None:
    op.create_table(
        "hire",
        *owned(),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("hired_on", sa.String(length=10), nullable=False, comment="ISO date"),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        created_at(),
        *owned_constraints("hire"),
        reference("hire", "applicant_id", "applicant", ondelete="CASCADE"),
        reference("hire", "staff_member_id", "staff_member", ondelete="CASCADE"),
        reference("hire", "user_id", "user_account"),
        unique("hire", "organisation_id", "applicant_id"),
        unique("hire", "organisation_id", "staff_member_id"),
    )


def make_service_rule() -> None:
    op.create_table(
        "service_rule",
        *owned(),
        sa.Column("performer_unit_id", sa.Uuid(), nullable=False),
        sa.Column("customer_unit_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False, comment="When its pairs were made last"),
        created_at(),
        *owned_constraints("service_rule"),
        reference("service_rule", "performer_unit_id", "unit"),
        reference("service_rule", "customer_unit_id", "unit"),
        reference("service_rule", "user_id", "user_account"),
        unique("service_rule", "organisation_id", "performer_unit_id", "customer_unit_id"),
    )


def make_service_link() -> None:
    op.create_table(
        "service_link",
        *owned(),
        sa.Column("performer_id", sa.Uuid(), nullable=False, comment="Who serves, and is rated"),
        sa.Column("customer_id", sa.Uuid(), nullable=False, comment="Who is served, and rates"),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("excluded", sa.Boolean(), nullable=False, comment="An exception: no rule makes this pair"),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        created_at(),
        *owned_constraints("service_link"),
        reference("service_link", "performer_id", "staff_member", ondelete="CASCADE"),
        reference("service_link", "customer_id", "staff_member", ondelete="CASCADE"),
        reference("service_link", "batch_id", "import_batch"),
        unique("service_link", "organisation_id", "performer_id", "customer_id"),
        sa.CheckConstraint("performer_id <> customer_id", name=op.f("ck_service_link_not_oneself")),
        sa.CheckConstraint("origin IN ('file', 'rule', 'hand')", name=op.f("ck_service_link_origin_known")),
        sa.CheckConstraint("NOT excluded OR origin = 'hand'", name=op.f("ck_service_link_excluded_by_hand")),
    )
    op.create_index("ix_service_link_customer", "service_link", ["organisation_id", "customer_id"])


def make_staff_invitation() -> None:
    op.create_table(
        "staff_invitation",
        *owned(),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column(
            "serial",
            sa.Integer(),
            nullable=False,
            comment="Goes up with each new link, so that the old one ends",
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sitting_id", sa.Uuid(), nullable=True),
        created_at(),
        *owned_constraints("staff_invitation"),
        reference("staff_invitation", "staff_member_id", "staff_member", ondelete="CASCADE"),
        reference("staff_invitation", "questionnaire_id", "questionnaire_version"),
        reference("staff_invitation", "sitting_id", "sitting"),
        unique("staff_invitation", "organisation_id", "staff_member_id", "questionnaire_id", "form"),
        unique("staff_invitation", "token_hash"),
        unique("staff_invitation", "organisation_id", "sitting_id"),
    )


def owned() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
    )


def created_at() -> sa.Column:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)")


def owned_constraints(table: str) -> tuple[sa.PrimaryKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
    )


def reference(table: str, column: str, target: str, **options: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{target}.organisation_id", f"{target}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
        **options,
    )


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))
