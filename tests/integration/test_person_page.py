"""One applicant's page, guide and comparison: what they say, what they never say, and what becomes of acts too late."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.definition import FACETS
from tests.factories import people, shortlists, sittings, submitted
from tests.factories.desk import page_of, words
from tests.factories.signing import sign_in
from webapp.records import Applicant, ApplicantNote, Event, LookedAt, Organisation, User, Vacancy
from webapp.recruiter.words import apart
from webapp.services.notes.looked_at import seen_by
from webapp.services.promotion.stop_scores import stop_scores


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What a page tells is the same over each database."""
    return sqlite_url


@dataclass(frozen=True)
class Desk:
    client: FlaskClient
    session: Session
    user: User
    vacancy: Vacancy
    best: Applicant
    worst: Applicant

    def read(self, person: Applicant, rest: str = "", **query: Any) -> str:
        reply = self.client.get(page_of(person) + rest, query_string=query)
        assert reply.status_code == 200, reply.status_code
        return words(reply.get_data(as_text=True))


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    """A vacancy by a trained model with the best and the worst answers that there are."""
    first = sittings.invited(session)
    submitted.trained_vacancy(session, first.vacancy)
    session.refresh(first.vacancy)
    submitted.submitted(session, first)
    second = sittings.invited(session, first.vacancy)
    submitted.submitted(session, second, submitted.answers_by_key(best=False), seed=9)
    user = people.user(session, first.organisation, "recruiter", "hr")
    session.commit()
    sign_in(client, user)
    return Desk(client, session, user, first.vacancy, first.applicant, second.applicant)


def test_the_page_says_what_is_known_and_that_a_profile_tells_no_more(desk: Desk) -> None:
    page = desk.read(desk.best)
    assert "Place 1 of 2." in page
    assert "Expected rating" in page
    assert "no topic by itself says anything that the whole does not say better" in page
    assert "Which answer counts is shown to nobody" in page


def levels(page: str) -> list[str]:
    """The words by group of situations."""
    return re.findall(r'<div class="groups__head"><b>[^<]+</b><span>([^<]+)</span>', page)


def test_answers_move_the_result_by_group_in_three_words_while_open_and_five_after(desk: Desk) -> None:
    best, worst = (levels(desk.client.get(page_of(each)).get_data(as_text=True)) for each in (desk.best, desk.worst))
    assert len(best) == len(worst) == 8
    assert set(best + worst) <= {"raised it clearly", "not clearly either way", "lowered it clearly"}
    assert best != worst
    submitted.close(desk.session, desk.vacancy)
    after = levels(desk.client.get(page_of(desk.worst)).get_data(as_text=True))
    assert set(after) & {"lowered it much", "lowered it"}
    assert "clearly" not in " ".join(after)


def test_no_page_of_a_person_names_a_situation_or_an_option(desk: Desk) -> None:
    submitted.close(desk.session, desk.vacancy)
    page = desk.read(desk.worst)
    for item in submitted.ITEMS:
        assert item.titles["en"] not in page
        assert not [each for each in item.options if each.texts["en"] in page]


def test_a_sign_in_the_way_of_answering_is_explained_and_rejects_nobody(desk: Desk) -> None:
    page = desk.read(desk.best)
    assert "What it means" in page
    assert "What it does not mean" in page
    assert "What to do" in page
    assert re.search(r"The limit rests on 1\d\d of your staff", page)


def test_the_guide_asks_everybody_alike_and_comes_in_three_languages(desk: Desk) -> None:
    page = desk.read(desk.best, "/guide")
    assert "This is the general guide" in page
    assert page.count("Listen for") == 8
    assert "Расскажите" in desk.read(desk.best, "/guide", spoken="ru")
    assert desk.read(desk.worst, "/guide").count("Listen for") == 8


def informative(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model two of whose facets say more than the whole: one where the answers differ, as the trial would have it."""
    rule = {"wins": True, "reliability": 0.8, "mean": 0.6, "spread": 0.2}
    rules = [{"facet": facet} | (rule if facet in ("needs", "candour") else {"wins": False}) for facet in FACETS]
    model = submitted.trained_model()
    known = replace(model, reference={**(model.reference or {}), "facets": rules})
    monkeypatch.setattr("webapp.services.portrait.answered.serving_model", lambda *_args: known)


def test_facets_that_say_more_have_bands_and_the_lower_ones_are_asked_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    informative(monkeypatch)
    best, worst = desk.read(desk.best), desk.read(desk.worst)
    assert best.count("above your staff’s average") == 4
    assert worst.count("below your staff’s average") == 4
    assert "Of the other topics the few situations say no more than the whole result" in best
    guide = desk.read(desk.worst, "/guide")
    assert "Ask more about" in guide
    assert guide.count("Listen for") == 8 + 4
    assert "Ask more about" not in desk.read(desk.best, "/guide")
    both = {"person": [desk.best.code, desk.worst.code]}
    side = words(desk.client.get(f"/vacancies/{desk.vacancy.id}/compare", query_string=both).get_data(as_text=True))
    assert "Spotting needs above your staff’s average" in re.sub(r"\s+", " ", side)


def test_the_guide_on_paper_is_named_by_code_whatever_the_name(desk: Desk) -> None:
    desk.best.name = "\u05d3\u05e0\u05d4 " + "x" * 150
    desk.session.commit()
    for spoken in ("en", "ru", "lt"):
        reply = desk.client.get(page_of(desk.best) + "/guide.pdf", query_string={"spoken": spoken})
        assert reply.data.startswith(b"%PDF-")
        assert re.search(r"interview-guide-\w{3}-\w{3}-\w{3}\.pdf", reply.headers["Content-Disposition"])


def test_two_are_compared_and_not_five_or_one(desk: Desk) -> None:
    address = f"/vacancies/{desk.vacancy.id}/compare"
    both = [desk.worst.code, desk.best.code]
    page = words(desk.client.get(address, query_string={"person": both}).get_data(as_text=True))
    assert f"{apart(desk.best.name)} has a higher result than {apart(desk.worst.name)}." in page
    assert "Of ten such pairs the first would truly be ahead in about &gt;9" in page
    for wrong in ([], both[:1], both[:1] * 2, [*both, "AAA", "BBB", "CCC"]):
        reply = desk.client.get(address, query_string={"person": wrong})
        assert reply.status_code == 400
        assert "Choose two, three or four people" in reply.get_data(as_text=True)
    assert desk.client.get(address, query_string={"person": [*both, "NOBODYHER"]}).status_code == 404


def test_people_of_one_tie_group_are_said_to_be_alike(desk: Desk) -> None:
    alike = [shortlists.scored(desk.session, desk.vacancy, 2.5 + n / 100) for n in range(2)]
    desk.session.commit()
    desk.read(alike[0])
    reply = desk.client.get(f"/vacancies/{desk.vacancy.id}/compare", query_string={"person": [p.code for p in alike]})
    page = words(reply.get_data(as_text=True))
    assert f"{apart(alike[1].name)} and {apart(alike[0].name)} cannot be told apart by this result." in page
    assert "overlap" in page


def test_the_list_leads_from_one_to_the_next_as_it_is_filtered(desk: Desk) -> None:
    page = desk.client.get(page_of(desk.best), query_string={"answered_in": "en"}).get_data(as_text=True)
    onwards = re.search(r'rel="next" href="([^"]+)"', page)
    assert onwards
    assert "answered_in=en" in onwards.group(1)
    assert 'rel="prev"' not in page
    following = desk.client.get(onwards.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert desk.worst.name in following
    assert 'rel="prev"' in following


def ways(desk: Desk, person: Applicant) -> tuple[str | None, str | None]:
    """To whom the page leads back and on, by code."""
    page = desk.client.get(page_of(person)).get_data(as_text=True)
    found = [re.search(rf'rel="{rel}" href="[^"]+/people/([\w-]+)', page) for rel in ("prev", "next")]
    before, after = (each.group(1).replace("-", "") if each else None for each in found)
    return before, after


def test_inside_a_tie_group_the_way_goes_by_code_as_on_the_list(desk: Desk) -> None:
    tied = [shortlists.scored(desk.session, desk.vacancy, 9.0 + n / 100) for n in range(3)]
    desk.session.commit()
    by_code = sorted(tied, key=lambda each: each.code)
    assert [ways(desk, each) for each in by_code] == [
        (None, by_code[1].code),
        (by_code[0].code, by_code[2].code),
        (by_code[1].code, desk.best.code),
    ]
    assert ways(desk, desk.best) == (by_code[2].code, desk.worst.code)


def test_while_scores_are_stopped_nothing_of_a_result_is_told(desk: Desk) -> None:
    stop_scores(desk.session, desk.vacancy.organisation_id, "The model is looked at again.", user_id=desk.user.id)
    desk.session.commit()
    page = desk.read(desk.worst)
    guide = desk.read(desk.worst, "/guide")
    both = {"person": [desk.best.code, desk.worst.code]}
    side = words(desk.client.get(f"/vacancies/{desk.vacancy.id}/compare", query_string=both).get_data(as_text=True))
    for told in (page, guide, side):
        assert "Scores are stopped" in told
        assert not re.search(r"Place \d|Expected rating|raised it|higher result|What it means|truly be ahead", told), (
            told
        )


def test_names_that_are_hidden_stand_nowhere(desk: Desk) -> None:
    desk.vacancy.blind = True
    desk.session.commit()
    hidden = (desk.best.name, desk.best.email, str(desk.best.id), desk.worst.name)
    both = {"person": [desk.best.code, desk.worst.code]}
    replies = [desk.client.get(page_of(desk.best) + rest) for rest in ("", "/guide")]
    replies.append(desk.client.get(f"/vacancies/{desk.vacancy.id}/compare", query_string=both))
    for reply in replies:
        page = reply.get_data(as_text=True)
        assert not [each for each in hidden if each in page]
        assert not re.search(r"\d\d:\d\d", page)
    desk.client.get(page_of(desk.best))
    assert desk.client.send(page_of(desk.best) + "/link").status_code == 403  # type: ignore[attr-defined]
    assert desk.client.get(f"/applicants/{desk.best.id}").status_code == 404


def test_where_somebody_stood_before_leads_on(desk: Desk) -> None:
    reply = desk.client.get(f"/applicants/{desk.best.id}")
    assert reply.status_code == 302
    assert "/people/" in reply.headers["Location"]


def note(desk: Desk, text: str, who: Applicant | None = None) -> int:
    desk.client.get(page_of(who or desk.best))
    status: int = desk.client.send(page_of(who or desk.best) + "/notes", {"text": text}).status_code  # type: ignore[attr-defined]
    return status


def test_a_note_is_written_changed_and_removed_by_its_author(desk: Desk) -> None:
    assert note(desk, "Called; wants to work mornings.\r\n\u202e\u05e9\u05dc\u05d5\u05dd " + "long" * 300) == 302
    kept = desk.session.scalars(select(ApplicantNote)).one()
    assert "\u202e" not in kept.text
    assert "wants to work mornings" in desk.read(desk.best)
    own = f"{page_of(desk.best)}/notes/{kept.id}"
    seen = re.findall(r'name="revision"[^>]*value="(\w+)"', desk.client.get(own).get_data(as_text=True))
    send = desk.client.send  # type: ignore[attr-defined]
    assert send(own, {"text": "Wants to work <b>evenings</b>.", "revision": seen[0]}).status_code == 302
    assert "Wants to work &lt;b&gt;evenings" in desk.client.get(page_of(desk.best)).get_data(as_text=True)
    assert send(f"{own}/remove").status_code == 302
    page = desk.read(desk.best)
    assert "evenings" not in page
    assert "Removed by its author" in page
    assert send(own, {"text": "Again."}).status_code == 409
    desk.session.rollback()
    actions = set(desk.session.scalars(select(Event.action).where(Event.subject_id == desk.best.id)))
    assert {"note.written", "note.changed", "note.removed"} <= actions


def test_a_note_of_somebody_else_is_left_alone(desk: Desk) -> None:
    assert note(desk, "Mine.") == 302
    kept = desk.session.scalars(select(ApplicantNote)).one()
    owner = desk.session.get_one(Organisation, desk.user.organisation_id)
    colleague = people.user(desk.session, owner, "recruiter")
    desk.session.commit()
    sign_in(desk.client, colleague)
    own = f"{page_of(desk.best)}/notes/{kept.id}"
    send = desk.client.send  # type: ignore[attr-defined]
    desk.client.get(page_of(desk.best))
    assert send(f"{own}/remove").status_code == 403
    assert desk.client.get(own).status_code == 403
    assert desk.session.scalars(select(ApplicantNote.text)).all() == ["Mine."]


def test_a_note_without_words_or_with_too_many_is_said_to_be_so(desk: Desk) -> None:
    assert note(desk, " ") == 400
    assert note(desk, "x" * 4001) == 400
    assert not desk.session.scalars(select(ApplicantNote)).all()


def test_who_withdraws_while_on_screen_is_left_as_they_are(desk: Desk) -> None:
    desk.client.get(page_of(desk.best))
    desk.best.state = "withdrawn"
    desk.session.commit()
    send = desk.client.send  # type: ignore[attr-defined]
    reply = send(page_of(desk.best) + "/notes", {"text": "Too late."})
    assert reply.status_code == 409
    assert "has withdrawn meanwhile" in reply.get_data(as_text=True)
    assert send(page_of(desk.best) + "/confirmation").status_code == 409
    assert not desk.session.scalars(select(ApplicantNote)).all()
    page = desk.read(desk.best)
    assert "Expected rating" not in page
    assert "How the answers moved" not in page


def test_who_is_gone_is_said_to_be_gone(desk: Desk) -> None:
    reply = desk.client.get(f"/vacancies/{desk.vacancy.id}/people/BBB-BBB-BBB")
    assert reply.status_code == 404
    assert "may have been erased meanwhile" in reply.get_data(as_text=True)


def test_a_look_is_kept_once_an_hour_and_told_by_person(desk: Desk) -> None:
    desk.read(desk.best)
    desk.read(desk.best)
    rows = desk.session.scalars(select(LookedAt)).all()
    assert [(row.user_id, row.applicant_id) for row in rows] == [(desk.user.id, desk.best.id)]
    owner, everybody = desk.user.organisation_id, [desk.best.id, desk.worst.id]
    assert seen_by(desk.session, owner, desk.user.id, everybody) == {desk.best.id}
    assert seen_by(desk.session, owner, None, everybody) == {desk.best.id}
