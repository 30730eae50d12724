"""The first tables

Revision 0001.
Follows nothing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False, comment="Default language of mails and pages"),
        sa.Column("country", sa.String(length=2), nullable=False, comment="ISO 3166 code: which notice is shown"),
        sa.Column("contact_email", sa.String(length=254), nullable=False, comment="Whom a candidate may write to"),
        sa.Column("simulated", sa.Boolean(), nullable=False, comment="A demo company: every page says so"),
        sa.Column(
            "settings",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
            comment="Policies, by name",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "event",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False, comment="noun.verb, e.g. model.promoted"),
        sa.Column("user_id", sa.Uuid(), nullable=True, comment="Null: the candidate or the system"),
        sa.Column("subject", sa.String(length=40), nullable=False, comment="The table of what it happened to"),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column(
            "detail",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
            comment="No personal data",
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_event_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_time", ["organisation_id", "at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("topic", sa.String(length=40), nullable=False, comment="mail.invitation, job.train, job.rescore ..."),
        sa.Column(
            "payload",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
            comment="Ids only: no token, no address",
        ),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_outbox_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_waiting", ["dispatched_at", "created_at"], unique=False)

    op.create_table(
        "questionnaire_version",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False, comment="The YAML text, whole"),
        sa.Column("scoring_identity", sa.String(length=64), nullable=False),
        sa.Column("texts_identity", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_questionnaire_version_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_questionnaire_version")),
        sa.UniqueConstraint(
            "organisation_id", "name", "version", name=op.f("uq_questionnaire_version_organisation_id_name_version")
        ),
    )
    op.create_table(
        "unit",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_unit_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_unit_organisation_id_name")),
    )
    op.create_table(
        "user_account",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("email", sa.String(length=254), nullable=False, comment="Lower case; unique over all organisations"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=False, comment="argon2id"),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_serial", sa.Integer(), nullable=False, comment="Raised to end every open session"),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_user_account_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "import_batch",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True, comment="Kept between preview and import, then dropped"),
        sa.Column(
            "options",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
            comment="Scale, questionnaire and the like",
        ),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("kind IN ('staff', 'answers', 'ratings')", name=op.f("ck_import_batch_kind_known")),
        sa.CheckConstraint(
            "state <> 'imported' OR imported_at IS NOT NULL", name=op.f("ck_import_batch_imported_with_time")
        ),
        sa.CheckConstraint("state IN ('previewed', 'imported', 'discarded')", name=op.f("ck_import_batch_state_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_import_batch_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_import_batch_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "job",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="train, rescore"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column(
            "parameters",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "result",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_job_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_job_organisation_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_job_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_job")),
    )
    op.create_table(
        "model_version",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("number", sa.Integer(), nullable=False, comment="Counts within the organisation, for people"),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("artefact", sa.LargeBinary(), nullable=True, comment="The packed model folder"),
        sa.Column("artefact_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "figures",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
            comment="The cross-validated figures",
        ),
        sa.Column(
            "manifest",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("sed", sa.Double(), nullable=True, comment="Standard error of a difference between two scores"),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promoted_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("kind IN ('key_only', 'trained')", name=op.f("ck_model_version_kind_known")),
        sa.CheckConstraint("state IN ('candidate', 'serving', 'retired')", name=op.f("ck_model_version_state_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "promoted_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_model_version_organisation_id_promoted_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "questionnaire_id"],
            ["questionnaire_version.organisation_id", "questionnaire_version.id"],
            name=op.f("fk_model_version_organisation_id_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_model_version_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_model_version")),
        sa.UniqueConstraint("organisation_id", "job_id", name=op.f("uq_model_version_organisation_id_job_id")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_model_version_organisation_id_number")),
    )
    op.create_table(
        "staff_member",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("code", sa.String(length=100), nullable=False, comment="The company's personnel code"),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("job_family", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_staff_member_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_staff_member_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_staff_member_organisation_id_code")),
    )
    op.create_table(
        "user_role",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.CheckConstraint("role IN ('recruiter', 'hr', 'administrator')", name=op.f("ck_user_role_role_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "user_id"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_user_role_organisation_id_user_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_table(
        "rating",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("ratee_id", sa.Uuid(), nullable=False),
        sa.Column("rater_code", sa.String(length=100), nullable=True, comment="Null: the rater is not known"),
        sa.Column("competence", sa.String(length=100), nullable=True),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("scale_min", sa.Double(), nullable=False),
        sa.Column("scale_max", sa.Double(), nullable=False),
        sa.Column("rated_on", sa.String(length=10), nullable=True, comment="ISO date as given"),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("known_to_hr", sa.Boolean(), nullable=False, comment="Imported ratings are; collected ones never"),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("source IN ('imported', 'collected')", name=op.f("ck_rating_source_known")),
        sa.CheckConstraint("value >= scale_min AND value <= scale_max", name=op.f("ck_rating_value_on_scale")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "batch_id"],
            ["import_batch.organisation_id", "import_batch.id"],
            name=op.f("fk_rating_organisation_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "ratee_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_rating_organisation_id_ratee_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_rating_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_rating")),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_ratee", ["organisation_id", "ratee_id"], unique=False)

    op.create_table(
        "vacancy",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("job_family", sa.String(length=100), nullable=False),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "languages",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When somebody closed it; retention counts from here",
        ),
        sa.Column("target", sa.Integer(), nullable=False, comment="How many people are to be hired"),
        sa.Column("public_code_hash", sa.String(length=64), nullable=True, comment="SHA-256 of the public link's code"),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("state IN ('open', 'closed', 'archived')", name=op.f("ck_vacancy_state_known")),
        sa.CheckConstraint("target > 0", name=op.f("ck_vacancy_target_positive")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "created_by"],
            ["user_account.organisation_id", "user_account.id"],
            name=op.f("fk_vacancy_organisation_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_vacancy_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "questionnaire_id"],
            ["questionnaire_version.organisation_id", "questionnaire_version.id"],
            name=op.f("fk_vacancy_organisation_id_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "unit_id"],
            ["unit.organisation_id", "unit.id"],
            name=op.f("fk_vacancy_organisation_id_unit_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_vacancy_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_vacancy")),
        sa.UniqueConstraint("public_code_hash", name=op.f("uq_vacancy_public_code_hash")),
    )
    op.create_table(
        "applicant",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False, comment="The name as it is searched"),
        sa.Column("email", sa.String(length=254), nullable=False, comment="Lower case"),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False, comment="list, public link or import"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "state IN ('invited', 'started', 'done', 'withdrawn')", name=op.f("ck_applicant_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_applicant_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_applicant_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_applicant")),
        sa.UniqueConstraint(
            "organisation_id", "vacancy_id", "email", name=op.f("uq_applicant_organisation_id_vacancy_id_email")
        ),
    )
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.create_index("ix_applicant_vacancy", ["organisation_id", "vacancy_id", "id"], unique=False)

    op.create_table(
        "tie_cuts",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column(
            "cuts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
            comment="Falling lower borders of the groups, from the top",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_tie_cuts_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_tie_cuts_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_tie_cuts_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_tie_cuts")),
        sa.UniqueConstraint(
            "organisation_id",
            "vacancy_id",
            "model_version_id",
            name=op.f("uq_tie_cuts_organisation_id_vacancy_id_model_version_id"),
        ),
    )
    op.create_table(
        "invitation",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the token"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name=op.f("fk_invitation_organisation_id_applicant_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_applicant", ["organisation_id", "applicant_id"], unique=False)

    op.create_table(
        "sitting",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("applicant_id", sa.Uuid(), nullable=True),
        sa.Column("staff_member_id", sa.Uuid(), nullable=True),
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column(
            "seed",
            sa.BigInteger(),
            nullable=False,
            comment="From which the order of options is shuffled, again and again alike",
        ),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_version", sa.String(length=80), nullable=True),
        sa.Column("practised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_code", sa.String(length=40), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("ck_sitting_submitted_with_time")
        ),
        sa.CheckConstraint("state IN ('started', 'submitted')", name=op.f("ck_sitting_state_known")),
        sa.CheckConstraint("(applicant_id IS NULL) <> (staff_member_id IS NULL)", name=op.f("ck_sitting_one_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name=op.f("fk_sitting_organisation_id_applicant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "batch_id"],
            ["import_batch.organisation_id", "import_batch.id"],
            name=op.f("fk_sitting_organisation_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "questionnaire_id"],
            ["questionnaire_version.organisation_id", "questionnaire_version.id"],
            name=op.f("fk_sitting_organisation_id_questionnaire_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "staff_member_id"],
            ["staff_member.organisation_id", "staff_member.id"],
            name=op.f("fk_sitting_organisation_id_staff_member_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_sitting_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("organisation_id", "applicant_id", name=op.f("uq_sitting_organisation_id_applicant_id")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index("ix_sitting_staff_member", ["organisation_id", "staff_member_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=100), nullable=False),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
            comment="Canonical answer; null: skipped",
        ),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False, comment="A save against an older revision is refused"),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.CheckConstraint("revision > 0", name=op.f("ck_answer_revision_positive")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sitting_id"],
            ["sitting.organisation_id", "sitting.id"],
            name=op.f("fk_answer_organisation_id_sitting_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_answer_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "organisation_id", "sitting_id", "item_id", name=op.f("uq_answer_organisation_id_sitting_id_item_id")
        ),
    )
    op.create_table(
        "answer_revision",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.String(length=100), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "value",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=True,
        ),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column(
            "positions",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
            comment="Option ids in the order shown",
        ),
        sa.Column(
            "seconds", sa.Double(), nullable=True, comment="Time on the screen; for quality only, never for the score"
        ),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sitting_id"],
            ["sitting.organisation_id", "sitting.id"],
            name=op.f("fk_answer_revision_organisation_id_sitting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_answer_revision_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_answer_revision")),
        sa.UniqueConstraint(
            "organisation_id",
            "sitting_id",
            "item_id",
            "revision",
            name=op.f("uq_answer_revision_organisation_id_sitting_id_item_id_revision"),
        ),
    )
    op.create_table(
        "score",
        sa.Column(
            "organisation_id", sa.Uuid(), nullable=False, comment="Whose row this is; every query is bounded by it"
        ),
        sa.Column("id", sa.Uuid(), nullable=False, comment="Version-7 UUID"),
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("model_version_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True, comment="Unrounded; what people are ranked by"),
        sa.Column("key_total", sa.Double(), nullable=True),
        sa.Column("p_top_third", sa.Double(), nullable=True),
        sa.Column("expected_rating", sa.Double(), nullable=True),
        sa.Column("lower_90", sa.Double(), nullable=True),
        sa.Column("upper_90", sa.Double(), nullable=True),
        sa.Column(
            "flags",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("answers_hash", sa.String(length=64), nullable=False, comment="SHA-256 of the canonical answers"),
        sa.Column("scoring_identity", sa.String(length=64), nullable=False),
        sa.Column("texts_identity", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="When the row was made (UTC)"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "applicant_id"],
            ["applicant.organisation_id", "applicant.id"],
            name=op.f("fk_score_organisation_id_applicant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "model_version_id"],
            ["model_version.organisation_id", "model_version.id"],
            name=op.f("fk_score_organisation_id_model_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "sitting_id"],
            ["sitting.organisation_id", "sitting.id"],
            name=op.f("fk_score_organisation_id_sitting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "vacancy_id"],
            ["vacancy.organisation_id", "vacancy.id"],
            name=op.f("fk_score_organisation_id_vacancy_id"),
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_score_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "organisation_id",
            "sitting_id",
            "model_version_id",
            name=op.f("uq_score_organisation_id_sitting_id_model_version_id"),
        ),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(
            "ix_score_list", ["organisation_id", "vacancy_id", "model_version_id", "score", "id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index("ix_score_list")

    op.drop_table("score")
    op.drop_table("answer_revision")
    op.drop_table("answer")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index("ix_sitting_staff_member")

    op.drop_table("sitting")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_applicant")

    op.drop_table("invitation")
    op.drop_table("tie_cuts")
    with op.batch_alter_table("applicant", schema=None) as batch_op:
        batch_op.drop_index("ix_applicant_vacancy")

    op.drop_table("applicant")
    op.drop_table("vacancy")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_ratee")

    op.drop_table("rating")
    op.drop_table("user_role")
    op.drop_table("staff_member")
    op.drop_table("model_version")
    op.drop_table("job")
    op.drop_table("import_batch")
    op.drop_table("user_account")
    op.drop_table("unit")
    op.drop_table("questionnaire_version")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_waiting")

    op.drop_table("outbox")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_time")

    op.drop_table("event")
    op.drop_table("organisation")
