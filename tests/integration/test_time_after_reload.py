"""Somebody who reloads the page when the network is back gets the lost time too: the script tells of it next."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import sittings, timing
from tests.factories.timing import SetClock, beat, begun, clock_of

clock = timing.clock
OUTAGE = 120


@pytest.mark.parametrize("reloads", [False, True])
def test_a_reload_after_an_outage_keeps_the_credit(
    client: FlaskClient, session: Session, clock: SetClock, reloads: bool
) -> None:
    someone = sittings.invited(session, timing.place(session))
    address = begun(client, someone)
    beat(client, address)
    clock.pass_by(seconds=OUTAGE)
    if reloads:
        client.get(f"{address}/question/1")
    beat(client, address, offline=OUTAGE)
    session.expire_all()
    assert clock_of(session, someone).credited_seconds == OUTAGE
