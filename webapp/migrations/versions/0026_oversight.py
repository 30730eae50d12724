"""Oversight, notices, messages

Revision 0026.
Follows 0025.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
KINDS = "'invitation', 'reminder', 'new_link', 'receipt', 'confirmation'"
TABLES = (
    *("vacancy_place", "vacancy_notice", "sampled_person", "review_sample"),
    *("message", "message_sending", "message_template_version", "message_template"),
)


def upgrade() -> None:
    allow_mails(f"{KINDS}, 'message'")
    make_templates()
    make_messages()
    make_samples()
    make_notices()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DELETE FROM mail WHERE kind = 'message'")
    allow_mails(KINDS)


def allow_mails(kinds: str) -> None:
    with op.batch_alter_table("mail") as table:
        table.drop_constraint(op.f("ck_mail_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_mail_kind_known"), f"kind IN ({kinds})")


def make_templates() -> None:
    op.create_table(
        "message_template",
        *owned(),
        column("key", sa.String(length=40), False, comment="The purpose, where it is the standing one of it"),
        column("purpose", sa.String(length=20), False),
        column("name", sa.String(length=120), False, comment="Own name; empty: called by its purpose"),
        column("retired_at", sa.DateTime(timezone=True)),
        created_at(),
        *owned_constraints("message_template"),
        unique("message_template", "key"),
        check("message_template", "purpose_known", "purpose IN ('interview', 'declined', 'offer', 'held', 'free')"),
    )
    op.create_table(
        "message_template_version",
        *owned(),
        column("template_id", sa.Uuid(), False),
        column("number", sa.Integer(), False),
        column("texts", JSON, False, comment="By language: subject and text, with placeholders"),
        column("created_by", sa.Uuid(), comment="Null: as the program brings it"),
        created_at(),
        *owned_constraints("message_template_version"),
        reference("message_template_version", "template_id", "message_template"),
        reference("message_template_version", "created_by", "user_account"),
        unique("message_template_version", "template_id", "number"),
    )


def make_messages() -> None:
    op.create_table(
        "message_sending",
        *owned(),
        column("vacancy_id", sa.Uuid(), False),
        column("token", sa.String(length=64), False, comment="Of the form: the same form sent twice is one sending"),
        column("purpose", sa.String(length=20), False),
        column("template_version_id", sa.Uuid(), comment="Null: written freely"),
        column("created_by", sa.Uuid()),
        column(
            "held_until",
            sa.String(length=10),
            False,
            comment="Some minutes, or the day in which decisions go back",
        ),
        column(
            "due_at",
            sa.DateTime(timezone=True),
            False,
            comment="Before it nothing goes out and all can be taken back",
        ),
        column("decision_batch", sa.Uuid(), comment="The decisions that it tells; undone with them"),
        column("people", sa.Integer(), False),
        created_at(),
        *owned_constraints("message_sending"),
        reference("message_sending", "vacancy_id", "vacancy"),
        reference("message_sending", "template_version_id", "message_template_version"),
        reference("message_sending", "created_by", "user_account"),
        unique("message_sending", "token"),
        check("message_sending", "held_until_known", "held_until IN ('grace', 'day')"),
    )
    op.create_table(
        "message",
        *owned(),
        column("applicant_id", sa.Uuid(), False),
        column("sending_id", sa.Uuid(), False),
        column("language", sa.String(length=2), False),
        column("subject", sa.String(length=300), False),
        column("text", sa.Text(), False),
        column("stopped_at", sa.DateTime(timezone=True), comment="When it was taken back before it went out"),
        column("stopped_why", sa.String(length=20), False, comment="withdrawn, undone"),
        created_at(),
        *owned_constraints("message"),
        reference("message", "applicant_id", "applicant", ondelete="CASCADE"),
        reference("message", "sending_id", "message_sending"),
        unique("message", "sending_id", "applicant_id"),
    )
    op.create_index("ix_message_applicant", "message", ["organisation_id", "applicant_id"])


def make_samples() -> None:
    op.create_table(
        "review_sample",
        *owned(),
        column("vacancy_id", sa.Uuid(), False),
        column("model_version_id", sa.Uuid(), False),
        column("cut", sa.Integer(), False, comment="How many places lie above the cut"),
        column("cut_from", sa.String(length=10), False, comment="The recruiter's cut line, or the number to be hired"),
        column("seed", sa.BigInteger(), False, comment="Draws the same people again from the same list"),
        column("list_seq", sa.BigInteger(), False, comment="The list's batch at which it was drawn"),
        column("pool", sa.Integer(), False, comment="How many people stood below the cut, not chosen"),
        column("rule", JSON, False, comment="The company's rule of size as it was"),
        column("drawn_by", sa.Uuid()),
        created_at(),
        *owned_constraints("review_sample"),
        reference("review_sample", "vacancy_id", "vacancy"),
        reference("review_sample", "model_version_id", "model_version"),
        reference("review_sample", "drawn_by", "user_account"),
        unique("review_sample", "vacancy_id", "model_version_id", "cut"),
        check("review_sample", "cut_from_known", "cut_from IN ('line', 'target')"),
    )
    op.create_table(
        "sampled_person",
        *owned(),
        column("sample_id", sa.Uuid(), False),
        column("applicant_id", sa.Uuid(), False),
        column("number", sa.Integer(), False, comment="In which order they were drawn"),
        column("place", sa.Integer(), False, comment="On the list when they were drawn"),
        column("verdict", sa.String(length=10), comment="agree, again, changed; null: nobody looked yet"),
        column("note", sa.Text(), False),
        column("reviewed_by", sa.Uuid()),
        column("reviewed_at", sa.DateTime(timezone=True)),
        created_at(),
        *owned_constraints("sampled_person"),
        reference("sampled_person", "sample_id", "review_sample"),
        reference("sampled_person", "applicant_id", "applicant", ondelete="CASCADE"),
        reference("sampled_person", "reviewed_by", "user_account"),
        unique("sampled_person", "sample_id", "applicant_id"),
        check("sampled_person", "verdict_known", "verdict IN ('agree', 'again', 'changed')"),
    )
    op.create_index("ix_sampled_person_applicant", "sampled_person", ["organisation_id", "applicant_id"])


def make_notices() -> None:
    op.create_table(
        "vacancy_notice",
        *owned(),
        column("vacancy_id", sa.Uuid(), False),
        column("given_on", sa.Date(), False),
        column("how", sa.String(length=20), False),
        column("version", sa.String(length=80), False, comment="Which text was given"),
        column("place", sa.String(length=40), False, comment="For which place; empty: for all"),
        column("note", sa.String(length=500), False),
        column("recorded_by", sa.Uuid()),
        column("taken_back_at", sa.DateTime(timezone=True), comment="It was recorded by mistake"),
        created_at(),
        *owned_constraints("vacancy_notice"),
        reference("vacancy_notice", "vacancy_id", "vacancy"),
        reference("vacancy_notice", "recorded_by", "user_account"),
        check("vacancy_notice", "how_known", "how IN ('advertisement', 'invitation', 'page', 'other')"),
    )
    op.create_index("ix_vacancy_notice_vacancy", "vacancy_notice", ["organisation_id", "vacancy_id"])
    op.create_table(
        "vacancy_place",
        *owned(),
        column("vacancy_id", sa.Uuid(), False),
        column("place", sa.String(length=40), False, comment="As the company's list of places calls it"),
        created_at(),
        *owned_constraints("vacancy_place"),
        reference("vacancy_place", "vacancy_id", "vacancy"),
        unique("vacancy_place", "vacancy_id", "place"),
    )


def column(name: str, kind: Any, nullable: bool = True, **options: Any) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable, **options)


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
    name = "_".join(("uq", table, "organisation_id", *columns))
    return sa.UniqueConstraint("organisation_id", *columns, name=op.f(name))


def check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
