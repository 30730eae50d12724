"""Stages, reasons, decisions

Revision 0022.
Follows 0021.
"""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
import uuid_utils.compat
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
SPOKEN = ("en", "ru", "lt")
STAGES = (
    (0, "new", False, ("New", "Новые", "Nauji")),
    (1, "open", False, ("Shortlisted", "Отобраны", "Atrinkti")),
    (2, "open", True, ("Interview", "Собеседование", "Pokalbis")),
    (3, "open", True, ("Offer", "Предложение", "Pasiūlymas")),
    (4, "hired", True, ("Hired", "Приняты", "Priimti")),
    (5, "declined", True, ("Not chosen", "Не выбраны", "Nepasirinkti")),
)
REASONS = (
    (
        "open",
        (
            "The result and the application fit the job",
            "Результат и заявка подходят к работе",
            "Rezultatas ir paraiška tinka darbui",
        ),
        False,
    ),
    ("open", ("Has done such work before", "Уже делал(а) такую работу", "Jau dirbo tokį darbą"), False),
    (
        "open",
        ("Speaks the languages that we need", "Говорит на нужных нам языках", "Kalba kalbomis, kurių mums reikia"),
        False,
    ),
    ("open", ("Another reason", "Другая причина", "Kita priežastis"), True),
    ("hired", ("Convinced us in the interview", "Убедил(а) на собеседовании", "Įtikino per pokalbį"), False),
    ("hired", ("Accepted our offer", "Принял(а) наше предложение", "Priėmė mūsų pasiūlymą"), False),
    ("hired", ("Another reason", "Другая причина", "Kita priežastis"), True),
    ("declined", ("Others fit the job better", "Другие подходят лучше", "Kiti labiau tinka šiam darbui"), False),
    (
        "declined",
        (
            "Lacks what the job demands by law or by the advertisement",
            "Нет того, чего работа требует по закону или объявлению",
            "Trūksta to, ko darbui reikia pagal įstatymą ar skelbimą",
        ),
        False,
    ),
    (
        "declined",
        (
            "Cannot work at the place or the hours",
            "Не подходит место или время работы",
            "Netinka darbo vieta ar laikas",
        ),
        False,
    ),
    ("declined", ("Turned our offer down", "Отказался(-ась) от предложения", "Atsisakė mūsų pasiūlymo"), False),
    ("declined", ("Another reason", "Другая причина", "Kita priežastis"), True),
    ("new", ("Was moved by mistake", "Перемещён(а) по ошибке", "Perkelta per klaidą"), False),
    ("new", ("Another reason", "Другая причина", "Kita priežastis"), True),
)


def upgrade() -> None:
    _stages()
    _batches()
    _decisions()
    _fill()


def _stages() -> None:
    op.create_table(
        "stage",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="Never used again for another stage"),
        sa.Column("position", sa.SmallInteger(), nullable=False, comment="In which order they stand"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="new, open, hired or declined"),
        sa.Column("names", JSON, nullable=False, comment="By language"),
        sa.Column(
            "reveals",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="A decision into it shows the name where names are hidden",
        ),
        sa.Column(
            "retired_at", sa.DateTime(timezone=True), nullable=True, comment="Since when nobody can be moved there"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("(number = 0) = (kind = 'new')", name=op.f("ck_stage_new_is_zero")),
        sa.CheckConstraint("kind IN ('new', 'open', 'hired', 'declined')", name=op.f("ck_stage_kind_known")),
        sa.CheckConstraint("number BETWEEN 0 AND 4000", name=op.f("ck_stage_number_fits")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_stage_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_stage")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_stage_organisation_id_number")),
    )
    op.create_table(
        "decision_reason",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="For which kind of stage"),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("names", JSON, nullable=False, comment="By language"),
        sa.Column(
            "needs_text",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Says nothing by itself: words have to stand beside it",
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("kind IN ('new', 'open', 'hired', 'declined')", name=op.f("ck_decision_reason_kind_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_decision_reason_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_decision_reason")),
    )
    with op.batch_alter_table("decision_reason", schema=None) as batch_op:
        batch_op.create_index("ix_decision_reason_kind", ["organisation_id", "kind", "position"], unique=False)


def _batches() -> None:
    op.create_table(
        "decision_batch",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False, comment="Who decides; nobody else and nothing else can"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("to_stage", sa.SmallInteger(), nullable=False),
        sa.Column("reason_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False, comment="The reason in own words"),
        sa.Column(
            "tie_reason", sa.Text(), nullable=False, comment="Why these, of those who cannot be told apart from them"
        ),
        sa.Column("people", sa.Integer(), nullable=False, comment="How many the decision is about"),
        sa.Column("seen", JSON, nullable=False, comment="What the decider was shown: numbers only, nobody is named"),
        sa.Column("job_id", sa.Uuid(), nullable=True, comment="The worker's job, where they are many"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(state = 'draft') = (decided_at IS NULL)", name=op.f("ck_decision_batch_decided_with_time")
        ),
        sa.CheckConstraint(
            "state <> 'undone' OR undone_at IS NOT NULL", name=op.f("ck_decision_batch_undone_with_time")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'running', 'done', 'undone')", name=op.f("ck_decision_batch_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "job_id"],
            ["job.organisation_id", "job.id"],
            name=op.f("fk_decision_batch_organisation_id_job_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "reason_id"],
            ["decision_reason.organisation_id", "decision_reason.id"],
            name=op.f("fk_decision_batch_organisation_id_reason_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "undone_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_decision_batch_organisation_id_undone_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_decision_batch_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_decision_batch_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_decision_batch_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_decision_batch")),
    )
    with op.batch_alter_table("decision_batch", schema=None) as batch_op:
        batch_op.create_index("ix_decision_batch_user", ["organisation_id", "user_id", "decided_at"], unique=False)
        batch_op.create_index(
            "ix_decision_batch_vacancy", ["organisation_id", "vacancy_id", "decided_at"], unique=False
        )
    op.create_table(
        "decision_choice",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("from_stage", sa.SmallInteger(), nullable=False),
        sa.Column("finding", JSON, nullable=False, comment="Place, tie group, flags, as seen"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name=op.f("fk_decision_choice_organisation_id_applicant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "batch_id"],
            ["decision_batch.organisation_id", "decision_batch.id"],
            name=op.f("fk_decision_choice_organisation_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_decision_choice_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_decision_choice")),
        sa.UniqueConstraint(
            "organisation_id",
            "batch_id",
            "applicant_id",
            name=op.f("uq_decision_choice_organisation_id_batch_id_applicant_id"),
        ),
    )
    with op.batch_alter_table("decision_choice", schema=None) as batch_op:
        batch_op.create_index("ix_decision_choice_applicant", ["organisation_id", "applicant_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("from_stage", sa.SmallInteger(), nullable=False),
        sa.Column("to_stage", sa.SmallInteger(), nullable=False),
        sa.Column("reason_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False, comment="The reason in own words"),
        sa.Column("tie_reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "place",
            sa.Integer(),
            nullable=True,
            comment="As the decider saw it; null: without a place, or scores stopped",
        ),
        sa.Column("group_first", sa.Integer(), nullable=True, comment="First place of the tie group"),
        sa.Column("group_last", sa.Integer(), nullable=True, comment="Last place of the tie group"),
        sa.Column("ranked", sa.Integer(), nullable=True, comment="How many had a place"),
        sa.Column("model_number", sa.Integer(), nullable=True, comment="By which model"),
        sa.Column("flags", JSON, nullable=False, comment="As the decider saw them"),
        sa.Column(
            "in_split_tie",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Others of the same tie group were left out",
        ),
        sa.Column(
            "revealed",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="This decision showed the name on a blind vacancy",
        ),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_decision_undone_by_somebody")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name=op.f("fk_decision_organisation_id_applicant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "batch_id"],
            ["decision_batch.organisation_id", "decision_batch.id"],
            name=op.f("fk_decision_organisation_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "reason_id"],
            ["decision_reason.organisation_id", "decision_reason.id"],
            name=op.f("fk_decision_organisation_id_reason_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "undone_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_decision_organisation_id_undone_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_decision_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_decision_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_decision_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_decision")),
        sa.UniqueConstraint(
            "organisation_id",
            "batch_id",
            "applicant_id",
            name=op.f("uq_decision_organisation_id_batch_id_applicant_id"),
        ),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_applicant", ["organisation_id", "applicant_id", "decided_at"], unique=False)
        batch_op.create_index("ix_decision_user", ["organisation_id", "user_id", "decided_at"], unique=False)
        batch_op.create_index("ix_decision_vacancy", ["organisation_id", "vacancy_id", "decided_at"], unique=False)


def _fill() -> None:
    """Every company that is there begins with the same stages and reasons as a new one."""
    connection = op.get_bind()
    owned = {"organisation_id": sa.Uuid(), "id": sa.Uuid(), "created_at": sa.DateTime(timezone=True)}
    said = owned | {"position": sa.SmallInteger(), "kind": sa.String(), "names": JSON}
    stage = _table("stage", said | {"number": sa.SmallInteger(), "reveals": sa.Boolean()})
    reason = _table("decision_reason", said | {"needs_text": sa.Boolean()})
    organisation = _table("organisation", {"id": sa.Uuid()})
    for owner in connection.execute(sa.select(organisation.c.id)).scalars().all():
        connection.execute(stage.insert(), [_stage(owner, *each) for each in STAGES])
        connection.execute(reason.insert(), [_reason(owner, at, *each) for at, each in enumerate(REASONS)])


def _table(name: str, columns: dict[str, Any]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, kind) for column, kind in columns.items()))


def _stage(owner: uuid.UUID, number: int, kind: str, reveals: bool, names: tuple[str, ...]) -> dict[str, Any]:
    return _row(owner, number, kind, names) | {"number": number, "reveals": reveals}


def _reason(owner: uuid.UUID, position: int, kind: str, names: tuple[str, ...], needs_text: bool) -> dict[str, Any]:
    return _row(owner, position, kind, names) | {"needs_text": needs_text}


def _row(owner: uuid.UUID, position: int, kind: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "organisation_id": owner,
        "id": uuid_utils.compat.uuid7(),
        "created_at": dt.datetime.now(dt.UTC),
        "position": position,
        "kind": kind,
        "names": dict(zip(SPOKEN, names, strict=True)),
    }


def downgrade() -> None:
    for name in ("decision", "decision_choice", "decision_batch", "decision_reason", "stage"):
        op.drop_table(name)
