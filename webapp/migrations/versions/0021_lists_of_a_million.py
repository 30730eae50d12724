"""Lists of a million: who is on a list since when, and counts by stretches of scores

Revision 0021.
Follows 0020.
"""

import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
LIST = ["organisation_id", "vacancy_id", "model_version_id"]
WHOSE = "Whose row this is; every query is bounded by it"
NAMED = ["organisation_id", "vacancy_id"]
BEGUN = {"name": "name_folded", "name_turned": "name_turned", "address": "email"}
WAITING = sa.text("listed_seq IS NULL")
CALLED = "What the person is called where names are hidden, and in addresses"
REVEALED = "When a recorded decision showed the name on a blind vacancy"
BLIND = {
    "blind": "Nobody's name is shown to recruiters until a decision is recorded",
    "blind_required": "HR holds it blind; a recruiter cannot change it",
}
SEQ = "The batch in which it came onto the list; null: still to come; 0: has no place there"


def upgrade() -> None:
    with op.batch_alter_table("applicant") as table:
        table.add_column(
            sa.Column(
                "stage", sa.SmallInteger(), nullable=False, server_default="0", comment="Number of the company's stage"
            )
        )
        table.add_column(
            sa.Column(
                "name_turned",
                sa.String(length=200),
                nullable=False,
                server_default="",
                comment="The same with its last word first",
            )
        )
        table.add_column(sa.Column("code", sa.String(length=12), nullable=True, comment=CALLED))
        table.add_column(sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True, comment=REVEALED))
        for index, column in BEGUN.items():
            table.create_index(
                f"ix_applicant_{index}", [*NAMED, column], postgresql_ops={column: "varchar_pattern_ops"}
            )
    _name_people()
    with op.batch_alter_table("applicant") as table:
        table.alter_column("code", existing_type=sa.String(length=12), nullable=False)
        table.create_unique_constraint(op.f("uq_applicant_organisation_id_vacancy_id_code"), [*NAMED, "code"])
    with op.batch_alter_table("vacancy") as table:
        for name, comment in BLIND.items():
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false(), comment=comment))
    with op.batch_alter_table("score") as table:
        table.add_column(sa.Column("listed_seq", sa.BigInteger(), nullable=True, comment=SEQ))
        table.add_column(
            sa.Column("cell", sa.SmallInteger(), nullable=True, comment="Stage, language and flags in one number")
        )
        table.add_column(sa.Column("done_at", sa.DateTime(timezone=True), nullable=True, comment="Answers were sent"))
        table.drop_index("ix_score_list")
        table.create_index("ix_score_list", [*LIST, "score", "id", "listed_seq", "cell"])
        table.create_index("ix_score_cell", [*LIST, "cell", "score", "id", "listed_seq"])
        table.create_index("ix_score_day", [*LIST, "done_at", "cell", "score", "id", "listed_seq"])
        table.create_index("ix_score_seq", [*LIST, "listed_seq", "score", "cell"])
        table.create_index("ix_score_person", [*LIST, "applicant_id"])
        table.create_index("ix_score_waiting", [*LIST], sqlite_where=WAITING, postgresql_where=WAITING)
    _lists()


def _name_people() -> None:
    """Names with their last word first, so that people are found by the beginning of either; and a code for each."""
    applicant = sa.table("applicant", *(sa.column(name) for name in ("id", "name_folded", "name_turned", "code")))
    connection = op.get_bind()
    rows = connection.execute(sa.select(applicant.c.id, applicant.c.name_folded)).all()
    named = [{"row": number, "turned": _turned(folded), "drawn": _drawn()} for number, folded in rows]
    if named:
        statement = sa.update(applicant).where(applicant.c.id == sa.bindparam("row"))
        values: dict[str, Any] = {"name_turned": sa.bindparam("turned"), "code": sa.bindparam("drawn")}
        connection.execute(statement.values(**values), named)


def _turned(folded: str) -> str:
    words = folded.split()
    return " ".join(words[-1:] + words[:-1])


def _drawn() -> str:
    return "".join(secrets.choice("BCDFGHJKMNPQRSTVWXZ23456789") for _ in range(9))


def _lists() -> None:
    op.create_table(
        "list_state",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, comment="The newest batch that came onto the list"),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True, comment="When it came"),
        sa.Column("edges", JSON, nullable=False, comment="Falling scores that part the list into stretches"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_list_state_organisation_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_list_state_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_list_state_organisation_id_model_version_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_list_state")),
        sa.UniqueConstraint(*LIST, name=op.f("uq_list_state_organisation_id_vacancy_id_model_version_id")),
    )
    op.create_table(
        "list_count",
        sa.Column("organisation_id", sa.Uuid(), nullable=False, comment=WHOSE),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("stretch", sa.Integer(), nullable=False, comment="Which stretch of scores, 0 the highest"),
        sa.Column("cell", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="How many people are there"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_list_count_organisation_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "list_id"],
            ["list_state.organisation_id", "list_state.id"],
            name=op.f("fk_list_count_organisation_id_list_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_list_count")),
        sa.UniqueConstraint(
            "organisation_id",
            "list_id",
            "stretch",
            "cell",
            name=op.f("uq_list_count_organisation_id_list_id_stretch_cell"),
        ),
    )


def downgrade() -> None:
    op.drop_table("list_count")
    op.drop_table("list_state")
    with op.batch_alter_table("score") as table:
        for name in ("waiting", "person", "seq", "day", "cell", "list"):
            table.drop_index(f"ix_score_{name}")
        for name in ("done_at", "cell", "listed_seq"):
            table.drop_column(name)
        table.create_index("ix_score_list", [*LIST, "score", "id"])
    with op.batch_alter_table("vacancy") as table:
        for name in reversed(BLIND):
            table.drop_column(name)
    with op.batch_alter_table("applicant") as table:
        table.drop_constraint(op.f("uq_applicant_organisation_id_vacancy_id_code"), type_="unique")
        for index in reversed(BEGUN):
            table.drop_index(f"ix_applicant_{index}")
        for name in ("revealed_at", "code", "name_turned"):
            table.drop_column(name)
        table.drop_column("stage")
