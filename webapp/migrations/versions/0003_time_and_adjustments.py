"""Time and adjustments

Revision 0003.
Follows 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
TIMED = sa.text("deadline_at IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_sitting_deadline", "sitting", ["deadline_at"], postgresql_where=TIMED, sqlite_where=TIMED)
    create_clock()
    create_credit()
    create_requests()
    create_adjustments()
    create_beat()


def downgrade() -> None:
    for table in ("server_beat", "adjustment", "adjustment_request", "sitting_credit", "sitting_clock"):
        op.drop_table(table)
    op.drop_index("ix_sitting_deadline", table_name="sitting")


def owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f(f"pk_{table}")),
    ]


def within(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{other}.organisation_id", f"{other}.id"],
        name=op.f(f"fk_{table}_organisation_id_{column}"),
    )


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def number(name: str, comment: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, comment=comment)


def moment(name: str, comment: str | None = None, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, comment=comment)


def create_clock() -> None:
    op.create_table(
        "sitting_clock",
        *owned("sitting_clock"),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        moment("started_at", "When the candidate started the clock", nullable=False),
        number("allowance_seconds", "What the questionnaire allows everybody"),
        sa.Column("factor", sa.Double(), nullable=True, comment="The person's own; null: untimed"),
        number("extra_seconds", "Given by hand; less than 0 where time was taken back"),
        number("credited_seconds", "For the candidate's own outages, within the budget"),
        number("budget_seconds", "The most that own outages can bring"),
        number("server_seconds", "For outages of ours; no budget"),
        number("rested_seconds", "Breaks, the present one with its whole length"),
        number("breaks_taken"),
        moment("break_started_at"),
        moment("break_ends_at", "The break ends here by itself"),
        moment("last_beat_at", "A sign of life, written about once a minute", nullable=False),
        sa.Column("by_script", sa.Boolean(), nullable=False, comment="The browser sends signs of life by itself"),
        sa.Column("submitted_by", sa.String(length=20), nullable=True, comment="candidate or time, once it was sent"),
        within("sitting_clock", "sitting_id", "sitting"),
        check("sitting_clock", "submitted_by_known", "submitted_by IN ('candidate', 'time')"),
        sa.UniqueConstraint("organisation_id", "sitting_id", name=op.f("uq_sitting_clock_organisation_id_sitting_id")),
    )


def create_credit() -> None:
    op.create_table(
        "sitting_credit",
        *owned("sitting_credit"),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        number("seconds"),
        number("gap_seconds", "How long the outage was; more than credited: budget spent"),
        sa.Column("reason", sa.String(length=300), nullable=False, comment="Why somebody gave it by hand"),
        sa.Column("user_id", sa.Uuid(), nullable=True, comment="Null: the site itself"),
        within("sitting_credit", "sitting_id", "sitting"),
        within("sitting_credit", "user_id", "user_account"),
        check("sitting_credit", "kind_known", "kind IN ('outage', 'server', 'break', 'extension', 'reopening')"),
    )
    op.create_index("ix_sitting_credit_sitting", "sitting_credit", ["organisation_id", "sitting_id"])


def create_requests() -> None:
    op.create_table(
        "adjustment_request",
        *owned("adjustment_request"),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", JSON, nullable=False, comment="Codes: time, untimed, breaks, other"),
        sa.Column("words", sa.String(length=500), nullable=False, comment="The person's own; no reason is asked for"),
        sa.Column("state", sa.String(length=20), nullable=False),
        moment("answered_at"),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False, comment="What the applicant is told"),
        within("adjustment_request", "applicant_id", "applicant"),
        within("adjustment_request", "answered_by", "user_account"),
        check("adjustment_request", "state_known", "state IN ('open', 'granted', 'declined', 'withdrawn')"),
        check(
            "adjustment_request",
            "answered_with_time",
            "(state IN ('granted', 'declined')) = (answered_at IS NOT NULL)",
        ),
    )
    op.create_index("ix_adjustment_request_applicant", "adjustment_request", ["organisation_id", "applicant_id"])
    op.create_index("ix_adjustment_request_state", "adjustment_request", ["organisation_id", "state"])


def create_adjustments() -> None:
    op.create_table(
        "adjustment",
        *owned("adjustment"),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=True, comment="1.25, 1.5, 2; null: untimed"),
        number("breaks"),
        number("break_minutes"),
        sa.Column("reason", sa.String(length=300), nullable=False, comment="For the adjustments role alone"),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        moment("revoked_at"),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        within("adjustment", "applicant_id", "applicant"),
        within("adjustment", "granted_by", "user_account"),
        within("adjustment", "revoked_by", "user_account"),
        check("adjustment", "factor_no_less", "factor IS NULL OR factor >= 1"),
        check("adjustment", "breaks_no_less", "breaks >= 0 AND break_minutes >= 0"),
    )
    op.create_index("ix_adjustment_applicant", "adjustment", ["organisation_id", "applicant_id"])


def create_beat() -> None:
    beat = op.create_table(
        "server_beat",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        moment("at"),
        sa.Column("boot_id", sa.String(length=40), nullable=False, comment="Which start of which machine"),
        sa.Column(
            "clock_offset", sa.Double(), nullable=False, comment="The site's time minus the machine's running time"
        ),
        sa.Column(
            "jumped_seconds", sa.Double(), nullable=False, comment="How far the system's clock stands off, as noted"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_beat")),
    )
    op.bulk_insert(beat, [{"id": 1, "boot_id": "", "clock_offset": 0.0, "jumped_seconds": 0.0}])
