"""Migrations go both ways and agree with the tables, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from tests.factories.people import user
from tests.factories.sittings import invited, walk_in
from webapp import migrate
from webapp.extensions import db, make_engine
from webapp.records import Base


def test_migrations_and_models_agree(database_url: str) -> None:
    engine = make_engine(database_url)
    assert migrate.current(engine) == migrate.head()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrations_go_back_to_nothing_and_forth_again(database_url: str) -> None:
    engine = make_engine(database_url)
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(engine)
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    engine.dispose()


def test_what_is_kept_survives_a_way_back_and_forth(client: FlaskClient, session: Session, database_url: str) -> None:
    """SQLite rebuilds a table to change it; no row of it, or that refers to it, may be lost on the way."""
    someone = invited(session)
    user(session, someone.organisation, "hr")
    session.commit()
    walk_in(client, someone)
    before = rows_of(database_url)
    engine = make_engine(database_url)
    session.close()
    db.dispose()
    migrate.downgrade(engine, "0001")
    migrate.upgrade(engine)
    engine.dispose()
    assert before["sitting"] == 1
    assert rows_of(database_url) == before


def rows_of(database_url: str) -> dict[str, int]:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        counted = {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    return counted
