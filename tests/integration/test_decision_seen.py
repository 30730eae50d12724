"""What is decided is what a page showed: an older list with its line, the look page, one person. SQLite alone."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import shortlists
from tests.factories.signing import sign_in
from tests.integration.test_decisions import DECLINED, INTERVIEW, Desk
from webapp.records import Decision, DecisionChoice, Score
from webapp.services.blind.face import spelled
from webapp.services.cut_line.set_cut import set_cut
from webapp.services.shortlist import at_place, stretches
from webapp.services.shortlist.bring_up import bring_up
from webapp.services.shortlist.leave import before_rewriting, begin_anew, take_off
from webapp.services.shortlist.on_list import find_state


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


class Page:
    """One recruiter's browser at a vacancy with six people on its list."""

    def __init__(self, session: Session, client: Any) -> None:
        self.session, self.client = session, client
        self.desk = Desk(session, scores=(4.5, 4.0, 3.5, 3.0, 2.5, 2.0))
        session.commit()
        sign_in(client, self.desk.anna)
        self.base = f"/vacancies/{self.desk.vacancy.id}"

    def get(self, address: str) -> str:
        text: str = self.client.get(address).get_data(as_text=True)
        self.session.rollback()
        return text

    def post(self, address: str, values: dict[str, Any]) -> Any:
        answer = self.client.send(address, values)
        self.session.rollback()
        return answer

    def own(self, place: int) -> str:
        return f"{self.base}/people/{spelled(self.desk.people[place].code)}"

    def arrive(self, *scores: float) -> None:
        for score in scores:
            shortlists.scored(self.session, self.desk.vacancy, score)
        self.session.commit()
        bring_up(self.session, self.desk.owner, self.desk.vacancy.id)
        self.session.commit()

    def look(self, *places: int, to: int = 1) -> str:
        self.client.get("/vacancies/new")
        chosen = [spelled(self.desk.people[place].code) for place in places]
        form = self.post(f"{self.base}/decide", {"person": chosen}).location
        look: str = self.post(form, {"to": str(to), "reason": "", "text": "Fits the job."}).location
        return look

    def stages(self) -> list[int]:
        self.session.rollback()
        return self.desk.stages()


@pytest.fixture
def page(session: Session, client: FlaskClient) -> Page:
    return Page(session, client)


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text)
    assert found, name
    return found[1]


# --- the line of an older list


def drawn(page: Page, people: int) -> dict[str, str]:
    """What the buttons of the list post once the line is drawn."""
    set_cut(page.session, page.desk.owner, page.desk.vacancy.id, people, user_id=page.desk.anna.id)
    page.session.commit()
    text = page.get(page.base)
    return {name: hidden(text, name) for name in ("cut", "seq", "model", "all", "asked")}


def swept(page: Page, form: dict[str, str], way: str) -> set[uuid.UUID]:
    draft = page.post(f"{page.base}/decide", form | {"whom": way}).location.split("/")[-1]
    rows = page.session.scalars(select(DecisionChoice.applicant_id).where(DecisionChoice.batch_id == uuid.UUID(draft)))
    return set(rows)


def test_the_line_stands_where_the_page_showed_it(page: Page) -> None:
    form = drawn(page, 3)
    page.arrive(4.9, 4.8)
    ids = [person.id for person in page.desk.people]
    assert swept(page, form, "above") == set(ids[:3])
    assert swept(page, form, "below") == set(ids[3:])


@pytest.mark.parametrize("wide", [1, 2, 3, 2000])
def test_a_place_of_an_older_list_is_found_on_any_stretch(
    page: Page, monkeypatch: pytest.MonkeyPatch, wide: int
) -> None:
    page.arrive(3.0)
    state = find_state(page.session, page.desk.vacancy)
    assert state is not None
    seq = state.seq
    page.arrive(4.9, 4.8, 3.2, 1.0)
    monkeypatch.setattr(stretches, "WIDE", wide)
    page.session.refresh(state)
    stretches.draw_again(page.session, state)
    found = [at_place.place_holder(page.session, state, place, seq) for place in range(9)]
    assert [row and row.score for row in found] == [None, 4.5, 4.0, 3.5, 3.0, 3.0, 2.5, 2.0, None]


def test_where_somebody_left_or_all_were_scored_again_nobody_is_chosen(page: Page) -> None:
    form = drawn(page, 3)
    take_off(page.session, page.desk.owner, [page.desk.people[1].id])
    page.session.commit()
    refused = page.post(f"{page.base}/decide", form | {"whom": "below"})
    assert refused.status_code == 409
    assert "The list changed after you opened it" in refused.get_data(as_text=True)
    form = drawn(page, 3)
    begin_anew(page.session, page.desk.owner, page.desk.vacancy.id)
    page.session.commit()
    for way in ("above", "view"):
        assert page.post(f"{page.base}/decide", form | {"whom": way}).status_code == 409
    fresh = drawn(page, 3)
    assert page.post(f"{page.base}/decide", fresh | {"whom": "view", "model": "99"}).status_code == 409
    assert len(swept(page, fresh, "above")) == 3


# --- the look page


def test_yes_counts_for_what_was_shown(page: Page) -> None:
    look = page.look(0, 1)
    shown = {"mark": hidden(page.get(look), "mark")}
    page.post(look.removesuffix("/look"), {"to": str(DECLINED), "reason": "", "text": "Others fit better."})
    for given in (shown, {}, {"mark": "x"}):
        answer = page.post(look, given)
        assert answer.status_code == 409
        assert "is not what you looked at" in answer.get_data(as_text=True)
    assert page.stages() == [0] * 6
    again = hidden(answer.get_data(as_text=True), "mark")
    assert again != shown["mark"]
    assert page.post(look, {"mark": again}).status_code == 302
    assert page.stages() == [DECLINED, DECLINED, 0, 0, 0, 0]


def test_who_would_be_left_out_is_part_of_what_was_shown(page: Page) -> None:
    look = page.look(5)
    mark = hidden(page.get(look), "mark")
    page.arrive(4.9)
    assert page.post(look, {"mark": mark}).status_code == 302, "who arrives elsewhere changes nothing of it"
    look = page.look(0)
    mark = hidden(page.get(look), "mark")
    page.arrive(4.499)
    assert page.post(look, {"mark": mark, "tie_reason": "Lives nearer."}).status_code == 409
    assert page.stages()[0] == 0


def test_a_new_score_by_the_same_model_is_seen_before_anybody_is_moved(page: Page) -> None:
    look = page.look(0)
    given = {"mark": hidden(page.get(look), "mark")}
    desk, session = page.desk, page.session
    row = session.scalars(select(Score).where(Score.applicant_id == desk.people[0].id)).one()
    before_rewriting(session, desk.owner, desk.vacancy.id, [row.id])
    session.refresh(row)
    row.score, row.flags = 1.0, ["straight_lining"]
    session.flush()
    bring_up(session, desk.owner, desk.vacancy.id)
    session.commit()
    answer = page.post(look, given)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "The list was scored again" in text
    assert "flagged person is swept along" in text
    assert page.post(look, {"mark": hidden(text, "mark")}).status_code == 302
    kept = session.scalars(select(Decision)).one()
    assert (kept.place, kept.flags) == (6, ["straight_lining"])


def test_a_renewed_list_is_looked_at_again(page: Page) -> None:
    look = page.look(0)
    given = {"mark": hidden(page.get(look), "mark")}
    begin_anew(page.session, page.desk.owner, page.desk.vacancy.id)
    page.session.commit()
    assert page.post(look, given).status_code == 409
    assert page.post(look, given).status_code == 302


# --- one person's page


def test_a_colleagues_decision_is_not_overridden_unseen(page: Page) -> None:
    own, desk = page.own(0), page.desk
    text = page.get(own)
    form = {name: hidden(text, name) for name in ("token", "mark")} | {"to": str(DECLINED), "reason": ""}
    desk.decide([0], INTERVIEW, user=desk.boris)
    page.session.commit()
    for _press in range(2):
        answer = page.post(f"{own}/move", form | {"text": "Others fit better."})
        assert answer.location.endswith("/look")
        assert page.stages()[0] == INTERVIEW
    text = page.get(answer.location)
    assert "Somebody decided about this person after you opened the page" in text
    assert "was: New" in text
    assert "Others fit better." in text
    assert page.post(answer.location, {"mark": hidden(text, "mark")}).status_code == 302
    assert page.stages()[0] == DECLINED


def test_words_that_were_typed_are_kept(page: Page) -> None:
    own, desk = page.own(3), page.desk
    text = page.get(own)
    form = {name: hidden(text, name) for name in ("token", "mark")} | {"reason": "", "text": "Knows the trade."}
    answer = page.post(f"{own}/move", form)
    asked = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Choose the stage." in asked
    assert "Knows the trade.</textarea>" in asked
    action = re.search(r'<form method="post" action="([^"]*/decide/[^"]*)" novalidate', asked)
    assert action
    assert page.post(action[1], form | {"to": "1"}).location.endswith("/look")
    desk.people[3].state = "withdrawn"
    page.session.commit()
    answer = page.post(f"{own}/move", form | {"to": "1", "token": str(uuid.uuid4())})
    assert answer.status_code == 400
    assert "Knows the trade.</textarea>" in answer.get_data(as_text=True)
    assert page.stages() == [0] * 6


def test_a_line_break_counts_as_one_sign(page: Page) -> None:
    page.client.get("/vacancies/new")
    form = page.post(f"{page.base}/decide", {"person": [spelled(page.desk.people[0].code)]}).location
    lines = "a\r\n" * 1000
    assert page.post(form, {"to": "1", "reason": "", "text": lines}).location.endswith("/look")
    assert page.post(form, {"to": "1", "reason": "", "text": lines + "ab"}).status_code == 400


def test_who_was_decided_about_before_is_said_in_right_words(page: Page) -> None:
    page.desk.decide([0, 1], INTERVIEW)
    page.session.commit()
    assert "1 of them was decided about before." in page.get(page.look(0))
    assert "2 of them were decided about before." in page.get(page.look(0, 1))
