"""Loyalty monitor and staff voice

Revision 0011.
Follows 0010.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def json() -> Any:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "voice_box",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column(
            "taking", sa.Boolean(), nullable=False, comment="Whether new notes are taken; the board is there anyway"
        ),
        sa.Column(
            "answer_days", sa.Integer(), nullable=False, comment="So many days a new note waits before it is overdue"
        ),
        sa.Column(
            "link_id", sa.Uuid(), nullable=False, comment="From which the shared link is made; another ends the old one"
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("answer_days >= 1 AND answer_days <= 60", name=op.f("ck_voice_box_days_known")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_voice_box_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_voice_box")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_voice_box_organisation_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_voice_box_token_hash")),
    )
    op.create_table(
        "monitor",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column(
            "closes_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="From this moment by the server's clock nothing is taken",
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("questionnaire", sa.String(length=140), nullable=False, comment="Name and version"),
        sa.Column("definition", sa.Text(), nullable=False, comment="The YAML text, whole, at opening"),
        sa.Column(
            "groups",
            json(),
            nullable=False,
            comment="At opening: the unit, or small units together, and how many were asked",
        ),
        sa.Column("reminder_days", json(), nullable=False, comment="So many days before closing"),
        sa.Column("reminders_done", json(), nullable=False, comment="Days whose reminder has been queued"),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ballots_about", sa.Integer(), nullable=True, comment="At closing: how many counted, rounded"),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_monitor_closed_with_time")),
        sa.CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name=op.f("ck_monitor_opened_with_time")),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_monitor_state_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "created_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_monitor_organisation_id_created_by"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_monitor_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_monitor")),
        sa.UniqueConstraint("organisation_id", "year", name=op.f("uq_monitor_organisation_id_year")),
    )
    op.create_index("ix_monitor_state", "monitor", ["state", "closes_at"], unique=False)
    op.create_table(
        "monitor_ballot",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("monitor_id", sa.Uuid(), nullable=False),
        sa.Column("group_number", sa.Integer(), nullable=False),
        sa.Column("answers", json(), nullable=False, comment="Points of the scale by statement; left out: none"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "monitor_id"],
            ["monitor.organisation_id", "monitor.id"],
            name=op.f("fk_monitor_ballot_organisation_id_monitor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_monitor_ballot_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_monitor_ballot")),
    )
    op.create_index("ix_monitor_ballot_monitor", "monitor_ballot", ["organisation_id", "monitor_id"], unique=False)
    op.create_table(
        "monitor_figure",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("monitor_id", sa.Uuid(), nullable=False),
        sa.Column("group_number", sa.Integer(), nullable=False, comment="0: the whole company"),
        sa.Column(
            "group_name", sa.String(length=200), nullable=False, comment="Empty: small units together, or everybody"
        ),
        sa.Column("unit_id", sa.Uuid(), nullable=True, comment="Where the group is one unit"),
        sa.Column("measure", sa.String(length=40), nullable=False, comment="all, or one of the questionnaire's levels"),
        sa.Column("mean", sa.Double(), nullable=True, comment="From 1 to 5, rounded; higher is better"),
        sa.Column(
            "withheld",
            sa.String(length=20),
            nullable=False,
            comment="few ballots, or protects: single ones could be worked out; never why exactly",
        ),
        sa.CheckConstraint("(mean IS NULL) = (withheld <> '')", name=op.f("ck_monitor_figure_mean_or_reason")),
        sa.CheckConstraint("withheld IN ('', 'few', 'protects')", name=op.f("ck_monitor_figure_withheld_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "monitor_id"],
            ["monitor.organisation_id", "monitor.id"],
            name=op.f("fk_monitor_figure_organisation_id_monitor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_monitor_figure_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_monitor_figure_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_monitor_figure")),
        sa.UniqueConstraint(
            "organisation_id",
            "monitor_id",
            "group_number",
            "measure",
            name=op.f("uq_monitor_figure_organisation_id_monitor_id_group_number_measure"),
        ),
    )
    op.create_table(
        "monitor_ticket",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("monitor_id", sa.Uuid(), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column("group_number", sa.Integer(), nullable=False, comment="In which group the ballot counts"),
        sa.Column(
            "link_id", sa.Uuid(), nullable=False, comment="From which the link is made; another one ends the old link"
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("email", sa.String(length=254), nullable=False, comment="The address for which the link was made"),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column(
            "used", sa.Boolean(), nullable=False, comment="Has given its ballot, no time kept; forgotten at closing"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "monitor_id"],
            ["monitor.organisation_id", "monitor.id"],
            name=op.f("fk_monitor_ticket_organisation_id_monitor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "staff_member_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_monitor_ticket_organisation_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_monitor_ticket_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_monitor_ticket")),
        sa.UniqueConstraint(
            "organisation_id",
            "monitor_id",
            "staff_member_id",
            name=op.f("uq_monitor_ticket_organisation_id_monitor_id_staff_member_id"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_monitor_ticket_token_hash")),
    )
    op.create_table(
        "voice_link",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "link_id", sa.Uuid(), nullable=False, comment="From which the link is made; another one ends the old link"
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("email", sa.String(length=254), nullable=False, comment="The address for which the link was made"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "staff_member_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_voice_link_organisation_id_staff_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_voice_link_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_voice_link")),
        sa.UniqueConstraint(
            "organisation_id", "staff_member_id", name=op.f("uq_voice_link_organisation_id_staff_member_id")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_voice_link_token_hash")),
    )
    op.create_table(
        "voice_note",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("staff_member_id", sa.Uuid(), nullable=True, comment="Null: an anonymous note"),
        sa.Column("name_shown", sa.Boolean(), nullable=False, comment="Whether all of the staff may read the name"),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False, comment="The day (UTC); no time is kept"),
        sa.Column(
            "due_on", sa.Date(), nullable=False, comment="The last day in time; later it is overdue for all to see"
        ),
        sa.Column("first_due_on", sa.Date(), nullable=False, comment="As it was before anybody moved it"),
        sa.Column("owner_id", sa.Uuid(), nullable=True, comment="Who sees to it"),
        sa.Column("answer", sa.Text(), nullable=False, comment="A draft until it is published"),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True, comment="When a published answer was changed last"),
        sa.Column("withheld_reason", sa.Text(), nullable=False, comment="All of the staff read it"),
        sa.Column("withheld_on", sa.Date(), nullable=True),
        sa.Column("withheld_by", sa.Uuid(), nullable=True),
        sa.Column("taken_back_on", sa.Date(), nullable=True, comment="By its author, who was known"),
        sa.CheckConstraint("(taken_back_on IS NULL) = (text <> '')", name=op.f("ck_voice_note_text_until_taken_back")),
        sa.CheckConstraint(
            "(withheld_on IS NULL) = (withheld_reason = '')", name=op.f("ck_voice_note_withheld_with_reason")
        ),
        sa.CheckConstraint("published_on IS NULL OR answer <> ''", name=op.f("ck_voice_note_published_in_words")),
        sa.CheckConstraint(
            "topic IN ('work', 'tools', 'team', 'management', 'pay', 'customers', 'safety', 'other')",
            name=op.f("ck_voice_note_topic_known"),
        ),
        sa.CheckConstraint("due_on >= received_on", name=op.f("ck_voice_note_due_after_receipt")),
        sa.CheckConstraint(
            "staff_member_id IS NOT NULL OR NOT name_shown", name=op.f("ck_voice_note_nobody_has_no_name")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "owner_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_voice_note_organisation_id_owner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "published_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_voice_note_organisation_id_published_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "staff_member_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_voice_note_organisation_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "withheld_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_voice_note_organisation_id_withheld_by"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_voice_note_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_voice_note")),
    )
    op.create_index("ix_voice_note_author", "voice_note", ["organisation_id", "staff_member_id"], unique=False)
    op.create_index("ix_voice_note_due", "voice_note", ["organisation_id", "due_on"], unique=False)
    op.create_index("ix_voice_note_owner", "voice_note", ["organisation_id", "owner_id"], unique=False)


def downgrade() -> None:
    op.drop_table("voice_note")
    op.drop_table("voice_link")
    op.drop_table("monitor_ticket")
    op.drop_table("monitor_figure")
    op.drop_table("monitor_ballot")
    op.drop_table("monitor")
    op.drop_table("voice_box")
