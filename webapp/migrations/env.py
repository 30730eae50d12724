"""How Alembic meets our tables."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from webapp.records import Base
from webapp.records.base import UtcDateTime


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as the plain ones they are, so that old migrations need no present code."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if item.__class__.__name__ == "JSON":
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
    return False


def loosen_references(connection: Connection) -> None:
    """SQLite rebuilds a table to change it: with foreign keys on, dropping the old one would take its rows along."""
    if connection.dialect.name == "sqlite":
        # Before the transaction: inside one SQLite does not listen.
        connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")


def check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        raise RuntimeError(f"this migration would leave rows without what they refer to: {lost[:5]}")


def run() -> None:
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        loosen_references(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_references(connection)
        connection.commit()
    # A connection without foreign keys must not come back out of the pool.
    engine.dispose()


run()
