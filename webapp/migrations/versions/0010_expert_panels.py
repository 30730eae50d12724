"""Expert panels

Revision 0010.
Follows 0009.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def json() -> Any:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "expert_panel",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False, comment="The version that is rated"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column(
            "closes_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="From this moment by the server's clock nothing is taken",
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("languages", json(), nullable=False, comment="In which the questionnaire is written"),
        sa.Column(
            "widest_spread",
            sa.Double(),
            nullable=False,
            comment="Set before anybody is asked; wider options are dropped",
        ),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", json(), nullable=False, comment="As reckoned at closing; nobody is named"),
        sa.Column("published_id", sa.Uuid(), nullable=True, comment="The version whose key is this panel's"),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_expert_panel_closed_with_time")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_expert_panel_state_known")),
        sa.CheckConstraint(
            "(published_id IS NULL) = (published_at IS NULL)", name=op.f("ck_expert_panel_published_with_time")
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR closed_at IS NOT NULL", name=op.f("ck_expert_panel_closed_before_published")
        ),
        sa.CheckConstraint("widest_spread > 0", name=op.f("ck_expert_panel_some_spread")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "created_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_expert_panel_organisation_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "published_id"],
            ["questionnaire_version.organisation_id", "questionnaire_version.id"],
            name=op.f("fk_expert_panel_organisation_id_published_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "questionnaire_id"],
            ["questionnaire_version.organisation_id", "questionnaire_version.id"],
            name=op.f("fk_expert_panel_organisation_id_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_expert_panel_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_expert_panel")),
    )
    op.create_index("ix_expert_panel_state", "expert_panel", ["organisation_id", "state"], unique=False)
    op.create_table(
        "panel_expert",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "email", sa.String(length=254), nullable=True, comment="Forgotten at closing: no mail goes there any more"
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False, comment="From which the link is made"),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("seed", sa.Integer(), nullable=False, comment="In which order this expert sees the options"),
        sa.Column("expert_code", sa.Uuid(), nullable=True, comment="Under which the ratings are; forgotten at closing"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "refused_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="The mail server refused the address for good",
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True), nullable=True, comment="Says to be done; no more reminders"
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="HR took the invitation back; the link has ended",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "panel_id"],
            ["expert_panel.organisation_id", "expert_panel.id"],
            name=op.f("fk_panel_expert_organisation_id_panel_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_panel_expert_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_panel_expert")),
        sa.UniqueConstraint(
            "organisation_id", "panel_id", "email", name=op.f("uq_panel_expert_organisation_id_panel_id_email")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_panel_expert_token_hash")),
    )
    op.create_table(
        "panel_rating",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("expert_code", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=60), nullable=False),
        sa.Column("option_id", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("ck_panel_rating_value_on_scale")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "panel_id"],
            ["expert_panel.organisation_id", "expert_panel.id"],
            name=op.f("fk_panel_rating_organisation_id_panel_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_panel_rating_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_panel_rating")),
        sa.UniqueConstraint(
            "organisation_id",
            "panel_id",
            "expert_code",
            "item_id",
            "option_id",
            name=op.f("uq_panel_rating_organisation_id_panel_id_expert_code_item_id_option_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("panel_rating")
    op.drop_table("panel_expert")
    op.drop_index("ix_expert_panel_state", table_name="expert_panel")
    op.drop_table("expert_panel")
