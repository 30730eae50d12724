"""Rating rounds

Revision 0008.
Follows 0007.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def json() -> Any:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "competence",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column(
            "code", sa.String(length=100), nullable=False, comment="Stays when the name changes, so that figures go on"
        ),
        sa.Column(
            "texts",
            json(),
            nullable=False,
            comment="Names, descriptions, indicators and anchors by language, and the scale",
        ),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True, comment="Not offered to new rounds since"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_competence_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_competence")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_competence_organisation_id_code")),
    )
    op.create_table(
        "rating_round",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=20),
            nullable=False,
            comment="regular: the quarter's; extra: beside it. Two of a kind never overlap",
        ),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "closes_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="From this moment by the server's clock nothing is taken",
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "released_at", sa.DateTime(timezone=True), nullable=True, comment="When the figures were released, once"
        ),
        sa.Column("competence_codes", json(), nullable=False, comment="What HR chose, until it opens"),
        sa.Column("competences", json(), nullable=False, comment="Texts and scales as they were at opening"),
        sa.Column("languages", json(), nullable=False, comment="In which every competence is written"),
        sa.Column("reminder_days", json(), nullable=False, comment="So many days before closing"),
        sa.Column("reminders_done", json(), nullable=False, comment="Days whose reminder has been queued"),
        sa.Column(
            "reminded_at", sa.DateTime(timezone=True), nullable=True, comment="The last reminder, by hand or by itself"
        ),
        sa.Column("repeat_months", sa.Integer(), nullable=False, comment="0: once; 3: every quarter"),
        sa.Column("follows_id", sa.Uuid(), nullable=True, comment="The round from which the schedule made this one"),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column(
            "key_salt",
            sa.LargeBinary(),
            nullable=True,
            comment="With the site's secret it makes raters' keys; destroyed at closing",
        ),
        sa.Column(
            "turnout", json(), nullable=False, comment="Counts at closing, of units of three and more; nobody is named"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL)", name=op.f("ck_rating_round_released_with_time")
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'released')) = (closed_at IS NOT NULL)", name=op.f("ck_rating_round_closed_with_time")
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'planned')) = (opened_at IS NULL)", name=op.f("ck_rating_round_opened_with_time")
        ),
        sa.CheckConstraint("kind IN ('regular', 'extra')", name=op.f("ck_rating_round_kind_known")),
        sa.CheckConstraint(
            "state IN ('draft', 'planned', 'open', 'closed', 'released')", name=op.f("ck_rating_round_state_known")
        ),
        sa.CheckConstraint("closed_at IS NULL OR key_salt IS NULL", name=op.f("ck_rating_round_no_key_after_closing")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_rating_round_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "created_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_rating_round_organisation_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "follows_id"],
            ["rating_round.organisation_id", "rating_round.id"],
            name=op.f("fk_rating_round_organisation_id_follows_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_rating_round_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rating_round")),
        sa.UniqueConstraint("organisation_id", "follows_id", name=op.f("uq_rating_round_organisation_id_follows_id")),
    )
    op.create_index("ix_rating_round_state", "rating_round", ["organisation_id", "state"], unique=False)
    op.create_table(
        "collected_rating",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("performer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "rater_key",
            sa.String(length=32),
            nullable=False,
            comment="HMAC of the rater under a key that closing destroys",
        ),
        sa.Column("competence", sa.String(length=100), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("not_observed", sa.Boolean(), nullable=False),
        sa.Column("saved_on", sa.Date(), nullable=False),
        sa.CheckConstraint("(value IS NULL) = not_observed", name=op.f("ck_collected_rating_value_or_not_observed")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "performer_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_collected_rating_organisation_id_performer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rating_round.organisation_id", "rating_round.id"],
            name=op.f("fk_collected_rating_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_collected_rating_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_collected_rating")),
        sa.UniqueConstraint(
            "organisation_id",
            "round_id",
            "rater_key",
            "performer_id",
            "competence",
            name=op.f("uq_collected_rating_organisation_id_round_id_rater_key_performer_id_competence"),
        ),
    )
    op.create_table(
        "round_pair",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("rater_id", sa.Uuid(), nullable=False),
        sa.Column("performer_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("rater_id <> performer_id", name=op.f("ck_round_pair_not_oneself")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "performer_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_round_pair_organisation_id_performer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "rater_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_round_pair_organisation_id_rater_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rating_round.organisation_id", "rating_round.id"],
            name=op.f("fk_round_pair_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_round_pair_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_round_pair")),
        sa.UniqueConstraint(
            "organisation_id",
            "round_id",
            "rater_id",
            "performer_id",
            name=op.f("uq_round_pair_organisation_id_round_id_rater_id_performer_id"),
        ),
    )
    op.create_index(
        "ix_round_pair_performer", "round_pair", ["organisation_id", "round_id", "performer_id"], unique=False
    )
    op.create_table(
        "round_rater",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("staff_member_id", sa.Uuid(), nullable=False),
        sa.Column(
            "link_id", sa.Uuid(), nullable=False, comment="From which the link is made; another one ends the old link"
        ),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column(
            "email",
            sa.String(length=254),
            nullable=False,
            comment="As it was when the link was made: a later change never carries the link along",
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered", sa.Boolean(), nullable=False, comment="Has begun; forgotten at closing"),
        sa.Column("finished", sa.Boolean(), nullable=False, comment="Says to be done; forgotten at closing"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "round_id"],
            ["rating_round.organisation_id", "rating_round.id"],
            name=op.f("fk_round_rater_organisation_id_round_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "staff_member_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_round_rater_organisation_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_round_rater_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_round_rater")),
        sa.UniqueConstraint(
            "organisation_id",
            "round_id",
            "staff_member_id",
            name=op.f("uq_round_rater_organisation_id_round_id_staff_member_id"),
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_round_rater_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("round_rater")
    op.drop_index("ix_round_pair_performer", table_name="round_pair")
    op.drop_table("round_pair")
    op.drop_table("collected_rating")
    op.drop_index("ix_rating_round_state", table_name="rating_round")
    op.drop_table("rating_round")
    op.drop_table("competence")
