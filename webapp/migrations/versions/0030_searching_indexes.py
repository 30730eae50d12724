"""Indexes that hold all that a search beside a filter asks for, so that no row is read for it

Revision 0030.
Follows 0029.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

LIST = ["organisation_id", "vacancy_id", "model_version_id"]
NAMED = ["organisation_id", "vacancy_id"]
NAMES = {
    "ix_applicant_name": "name_folded",
    "ix_applicant_name_turned": "name_turned",
    "ix_applicant_address": "email",
}
CELL = [*LIST, "cell", "score", "id", "listed_seq"]
PERSON = [*LIST, "applicant_id"]


def upgrade() -> None:
    for name, column in NAMES.items():
        _draw_again(name, "applicant", [*NAMED, column, "id"], {column: "varchar_pattern_ops"})
    # On PostgreSQL alone: SQLite, which knows nothing of how many rows there are, would read these indexes through
    # wherever they hold all that is asked for.
    op.drop_index("ix_score_cell", "score")
    op.create_index("ix_score_cell", "score", CELL, postgresql_include=["applicant_id", "done_at"])
    _draw_again("ix_score_person", "score", [*PERSON, "cell", "listed_seq"])


def downgrade() -> None:
    _draw_again("ix_score_person", "score", PERSON)
    _draw_again("ix_score_cell", "score", CELL)
    for name, column in NAMES.items():
        _draw_again(name, "applicant", [*NAMED, column], {column: "varchar_pattern_ops"})


def _draw_again(name: str, table: str, columns: list[str], ops: dict[str, str] | None = None) -> None:
    op.drop_index(name, table)
    op.create_index(name, table, columns, postgresql_ops=ops or {})
