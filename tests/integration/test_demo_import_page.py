"""The import that the demo is filled with can be read like any other."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.databases import SQLITE
from tests.factories import training
from tests.factories.signing import sign_in
from webapp.records import ImportBatch

pytestmark = SQLITE


@pytest.mark.parametrize("counted", [True, False], ids=["as it is now", "as earlier demos kept it"])
def test_the_page_of_the_simulated_ratings(client: FlaskClient, session: Session, counted: bool) -> None:
    made = training.company(session, answered=False)
    batch = session.scalars(select(ImportBatch).where(ImportBatch.kind == "ratings")).one()
    if not counted:
        batch.options = {}
    number, rows = batch.id, batch.rows
    session.commit()
    sign_in(client, made.hr)
    page = client.get(f"/hr/imports/{number}")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "simulated-ratings.csv" in text
    assert (f"<b>{rows}</b>" in text) is counted
    assert ("60 people are rated." in text) is counted
