"""The page of a ranked list: ties drawn as one, what is asked of it, ways to any depth, and what came meanwhile."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.answers import AnswerSheet
from scoring.facets import FacetBand
from tests.factories import people, shortlists
from tests.factories.desk import Desk, ours, read, signed_in, words
from tests.factories.signing import sign_in
from webapp.records import Answer, Applicant, ModelVersion, Score, Sitting, Vacancy
from webapp.records.base import now
from webapp.services.blind.face import find_by_code, spelled
from webapp.services.shortlist import bands
from webapp.services.shortlist.leave import take_off

CODE = re.compile(r'name="person" value="([A-Z0-9-]+)"')
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The list's statements are tried on both databases by the tests of its numbers; here it is the page's words."""
    return sqlite_url


@pytest.fixture
def desk(client: FlaskClient, session: Session) -> Desk:
    return signed_in(client, session)


def done(
    desk: Desk, vacancy: Vacancy, score: float, *, language: str = "en", days: int = 0, **values: Any
) -> Applicant:
    """Somebody who answered in this language so many days ago."""
    flags = values.pop("flags", [])
    person = shortlists.scored(desk[1], vacancy, score, **values)
    sitting = desk[1].scalars(select(Sitting).where(Sitting.applicant_id == person.id)).one()
    sitting.language, sitting.submitted_at = language, now() - dt.timedelta(days=days)
    desk[1].scalars(select(Score).where(Score.applicant_id == person.id)).one().flags = flags
    desk[1].flush()
    return person


def follow(desk: Desk, page: str, rel: str) -> str:
    """The page that a link leads to, by its relation or its words."""
    found = re.search(rf'href="([^"]+)" rel="{rel}"', page) or re.search(rf'href="([^"]+)">\s*{rel}', page)
    assert found, rel
    text: str = desk[0].get(html.unescape(found.group(1))).get_data(as_text=True)
    return text


def codes(page: str) -> list[str]:
    return CODE.findall(page)


# --- ties and words


def test_people_who_cannot_be_told_apart_stand_as_one_and_in_no_order(desk: Desk) -> None:
    vacancy = ours(desk)
    tied = [shortlists.scored(desk[1], vacancy, 3.0 - n / 100) for n in range(6)]
    alone = shortlists.scored(desk[1], vacancy, 4.5)
    raw = read(desk, vacancy)
    assert "these 6 people cannot be told apart, so they stand in no order" in words(raw)
    assert raw.count("2–7") == 6
    shown = codes(raw)
    assert shown[0] == spelled(alone.code)
    assert shown[1:] == sorted(spelled(each.code) for each in tied)


def test_a_row_says_how_likely_within_which_range_and_where_somebody_stands(desk: Desk) -> None:
    vacancy = ours(desk)
    done(desk, vacancy, 2.5, language="lt", days=3, stage=2, flags=["pooled_family"], name="Ona Kazlauskaitė")
    raw = read(desk, vacancy)
    page = words(raw)
    assert 'aria-label="50%, likely 40% to 60%"' in raw
    assert "likely 4 to 6" in page
    assert "2.5 (1.6–3.4)" in page
    assert "too few in this job family" in page
    assert re.search(r'<a class="tag tag--attention" href="/vacancies/[^"]+#flags">', raw)
    assert "Interview" in page
    assert "Lietuvių" in page
    assert "Of ten people with results like those of group 1, about 5 are rated in the top third" in page


class Knows:
    """In place of a trained model: says of each answer sheet what stands in it."""

    def without(self, left_out: object) -> Knows:
        return self

    def facet_bands(self, sheets: Sequence[AnswerSheet]) -> list[tuple[FacetBand, ...]]:
        return [tuple(FacetBand(facet, value["is"]) for facet, value in sheet.answers.items()) for sheet in sheets]


def test_parts_are_named_only_where_they_tell_something(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "serving_model", lambda *_which: Knows())
    vacancy = ours(desk)
    person = done(desk, vacancy, 3.0)
    sitting = desk[1].scalars(select(Sitting).where(Sitting.applicant_id == person.id)).one()
    for facet, code in {"calm": "above", "tact": "below", "care": "around", "will": "too_little_information"}.items():
        row = {"sitting_id": sitting.id, "item_id": facet, "value": {"is": code}, "language": "en", "saved_at": now()}
        answer = Answer(organisation_id=person.organisation_id, **row)
        desk[1].add(answer)
    model = desk[1].get_one(ModelVersion, (vacancy.organisation_id, vacancy.model_version_id))
    for telling, said in {
        (): "",
        ("care", "will"): "",
        ("calm", "care"): "above: calm",
        ("tact",): "below: tact",
    }.items():
        rules = [{"facet": facet, "wins": facet in telling} for facet in ("calm", "tact", "care", "will")]
        model.figures = model.figures | {"facet_bands": rules}
        raw = read(desk, vacancy)
        assert re.findall(r'<span class="bands">([^<]*)</span>', raw) == [said] * bool(said)
        assert ("Notes name a part" in raw) == bool(telling)


def test_no_page_of_the_list_holds_an_applicant_s_number(desk: Desk) -> None:
    vacancy = ours(desk)
    person = shortlists.scored(desk[1], vacancy, 3.0)
    shortlists.applicant(desk[1], vacancy)
    raw = read(desk, vacancy) + desk[0].get(f"/vacancies/{vacancy.id}/unranked").get_data(as_text=True)
    assert str(person.id) not in raw
    assert set(UUID.findall(raw)) <= {str(vacancy.id)}


# --- what is asked


FILTERS: list[tuple[dict[str, Any], set[str], str]] = [
    ({"stage": "2"}, {"Interviewed"}, "Interview"),
    ({"answered_in": ["ru", "lt"]}, {"Interviewed", "Flagged"}, "answered in Русский"),
    ({"flagged": "yes"}, {"Flagged"}, "with flags"),
    ({"flagged": "no", "answered_in": "en"}, {"Old"}, "without flags"),
    ({"until": "DAY"}, {"Old"}, "done until"),
    ({"since": "DAY"}, {"Interviewed", "Flagged"}, "done since"),
    ({"search": "fla"}, {"Flagged"}, "begins with “fla”"),
]


def test_a_filter_lets_through_whom_it_says_and_can_be_taken_away(desk: Desk) -> None:
    vacancy = ours(desk)
    done(desk, vacancy, 3.0, name="Interviewed", language="ru", stage=2)
    done(desk, vacancy, 2.0, name="Flagged", language="lt", flags=["pooled_family"])
    done(desk, vacancy, 1.0, name="Old", days=40)
    day = (now() - dt.timedelta(days=20)).date().isoformat()
    for query, names, chip in FILTERS:
        raw = read(desk, vacancy, **{part: day if value == "DAY" else value for part, value in query.items()})
        shown = {name for name in ("Interviewed", "Flagged", "Old") if f"<bdi>{name}</bdi></a>" in raw}
        assert shown == names
        assert chip in words(raw)
        assert f"{len(names)} of 3" in words(raw)
    address = html.unescape(re.findall(r'class="chip chip--on" href="([^"]+)"', raw)[0])
    assert "Places 1 to 3 of 3" in words(desk[0].get(address).get_data(as_text=True))


def test_a_question_that_finds_nobody_or_makes_no_sense_is_answered(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0)
    raw = read(desk, vacancy, stage="4")
    assert "The filters let nobody through." in raw
    assert "0 of 1" in words(raw)
    assert "Places 1 to 1 of 1" in words(follow(desk, raw, "Show everybody"))
    page = words(read(desk, vacancy, stage="<b>", since="yesterday", order="name"))
    for value in ("&lt;b&gt;", "yesterday", "name"):
        assert f"“{value}” means nothing here, so it was left out." in page
    assert "Places 1 to 1 of 1" in page


def test_where_names_are_hidden_nobody_is_picked_out_by_language_or_name(desk: Desk) -> None:
    vacancy = ours(desk, blind=True)
    hidden = done(desk, vacancy, 3.0, language="lt", name="Secret Name")
    raw = read(desk, vacancy, answered_in="ru", search="Secret")
    assert "nobody is picked out by language" in raw
    assert "nobody is picked out by day" in read(desk, vacancy, since="2026-01-01")
    assert "nobody is put in the order of time" in read(desk, vacancy, order="newest")
    assert "Nobody ranked is found" in raw
    for raw in (read(desk, vacancy), read(desk, vacancy, search=spelled(hidden.code)[:4])):
        assert codes(raw) == [spelled(hidden.code)]
        assert "Secret Name" not in raw
        assert hidden.email not in raw


def test_by_day_everybody_is_shown_once(desk: Desk) -> None:
    vacancy = ours(desk)
    made = [done(desk, vacancy, 1 + n % 7 / 2, days=n) for n in range(53)]
    for order in ("newest", "oldest"):
        expected = [spelled(each.code) for each in (made if order == "newest" else made[::-1])]
        first = read(desk, vacancy, order=order)
        second = follow(desk, first, "next")
        assert codes(first) + codes(second) == expected
        assert codes(follow(desk, second, "prev")) == expected[:50]
        assert codes(follow(desk, first, "Last page")) == expected[3:]
    assert codes(read(desk, vacancy, order="oldest", flagged="no")) == expected[:50]
    assert codes(read(desk, vacancy, order="oldest", search="Applicant")) == expected[:50]


# --- ways to any depth, and what came meanwhile


def test_one_comes_to_a_place_to_the_end_and_to_the_top(desk: Desk) -> None:
    vacancy = ours(desk)
    made = [shortlists.scored(desk[1], vacancy, 4.9 - n / 20) for n in range(70)]
    at_place = read(desk, vacancy, place="31")
    assert set(codes(at_place)) == {spelled(each.code) for each in made[30:]}
    assert "Places 31 to 70 of 70" in words(at_place)
    last = follow(desk, read(desk, vacancy), "Last page")
    assert "Places 21 to 70 of 70" in words(last)
    assert "Places 1 to 50 of 70" in words(follow(desk, last, "First page"))
    for beyond in ("71", "99999999999999999999"):
        assert "Places 21 to 70 of 70" in words(read(desk, vacancy, place=beyond))
    for nonsense in ("0", "-4", "x"):
        assert "Places 1 to 50 of 70" in words(read(desk, vacancy, place=nonsense))


def test_results_that_come_while_one_pages_are_told_and_nobody_is_skipped_or_shown_twice(desk: Desk) -> None:
    vacancy = ours(desk)
    for n in range(60):
        shortlists.scored(desk[1], vacancy, 1 + n / 20)
    first = read(desk, vacancy)
    for n in range(3):
        shortlists.scored(desk[1], vacancy, 4.5 - n, name=f"Newcomer {n}")
    desk[1].commit()
    read(desk, vacancy)
    second = follow(desk, first, "next")
    assert "3 new results since" in words(second)
    assert "Newcomer" not in second
    assert len({*codes(first), *codes(second)}) == len(codes(first)) + len(codes(second)) == 60
    gone = find_by_code(desk[1], vacancy, codes(second)[0])
    gone.state = "withdrawn"
    take_off(desk[1], gone.organisation_id, [gone.id])
    desk[1].commit()
    assert sorted(codes(follow(desk, first, "next"))) == sorted(set(codes(second)) - {spelled(gone.code)})
    newest = follow(desk, second, "Show them")
    assert "new results since" not in words(newest)
    assert "Places 1 to 50 of 62" in words(newest)


# --- saved views


def keep(desk: Desk, vacancy: Vacancy, name: str, asked: str = "", **more: str) -> str:
    read(desk, vacancy)
    reply = desk[0].send(f"/vacancies/{vacancy.id}/views", {"name": name, "asked": asked, **more})
    assert reply.location, reply.get_data(as_text=True)[-900:]
    page: str = desk[0].get(reply.location).get_data(as_text=True)
    return page


def views(page: str) -> list[str]:
    return re.findall(r'<li><a class="chip" href="[^"]+"(?: aria-current="true")?><bdi>([^<]+)</bdi>', page)


def number_of(page: str) -> str:
    found = re.search(r"/views/([0-9a-f-]{36})/delete", page)
    assert found
    return found.group(1)


def test_a_view_is_saved_opened_renamed_and_deleted(desk: Desk) -> None:
    vacancy, other = ours(desk), ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0)
    shortlists.scored(desk[1], other, 3.0)
    page = keep(desk, vacancy, "  To <b>talk</b> ", "stage=2&flagged=no&search=Ona")
    assert "The view is saved." in page
    assert views(page) == ["To &lt;b&gt;talk&lt;/b&gt;"]
    opened = html.unescape(re.search(r'<li><a class="chip" href="([^"]+stage=2[^"]*)"', page).group(1))  # type: ignore[union-attr]
    assert "search" not in opened
    assert "Interview" in words(desk[0].get(opened).get_data(as_text=True))
    assert views(read(desk, other)) == []
    address = f"/vacancies/{vacancy.id}/views/{number_of(page)}"
    desk[0].send(address, {"name": "Others", "asked": ""})
    assert views(read(desk, vacancy)) == ["Others"]
    desk[0].send(address + "/delete", {"asked": ""})
    assert views(read(desk, vacancy)) == []


def test_a_default_view_opens_the_list_and_everybody_is_one_step_away(desk: Desk) -> None:
    vacancy = ours(desk)
    done(desk, vacancy, 3.0, flags=["pooled_family"], name="Flagged")
    done(desk, vacancy, 2.0, name="Plain")
    keep(desk, vacancy, "To review", "flagged=yes", default="on", everywhere="on")
    reply = desk[0].get(f"/vacancies/{vacancy.id}")
    assert reply.status_code == 302
    page = desk[0].get(reply.location).get_data(as_text=True)
    assert "1 of 2" in words(page)
    everybody = follow(desk, page, "Show everybody")
    assert "Places 1 to 2 of 2" in words(everybody)
    assert views(read(desk, ours(desk), order="result")) == []
    desk[0].send(f"/vacancies/{vacancy.id}/views/{number_of(page)}", {"name": "To review", "asked": ""})
    assert desk[0].get(f"/vacancies/{vacancy.id}").status_code == 200


def test_a_view_needs_a_name_of_its_own(desk: Desk) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0)
    keep(desk, vacancy, "Mine")
    for name, said in NAMES.items():
        page = keep(desk, vacancy, name)
        assert said in page
        assert views(page) == ["Mine"]


NAMES = {
    "": "Give the view a name.",
    "x" * 61: "under 61 letters",
    "mine": "You have a view with this name already",
}


def test_views_and_lines_of_others_are_not_there(desk: Desk, session: Session) -> None:
    vacancy = ours(desk)
    shortlists.scored(desk[1], vacancy, 3.0)
    number = number_of(keep(desk, vacancy, "Mine"))
    colleague = people.user(session, people.organisation(session), "recruiter")
    foreign = shortlists.vacancy(session)
    session.commit()
    assert desk[0].send(f"/vacancies/{foreign.id}/views", {"name": "x"}).status_code == 404
    assert desk[0].send(f"/vacancies/{foreign.id}/cut", {"people": "1"}).status_code == 404
    sign_in(desk[0], colleague)
    desk[0].get("/vacancies")
    for address in (f"/views/{number}", f"/views/{number}/delete", "/cut/away"):
        assert desk[0].send(f"/vacancies/{vacancy.id}{address}", {"name": "x"}).status_code == 404


# --- the cut line


def cut(desk: Desk, vacancy: Vacancy, **sent: str) -> str:
    read(desk, vacancy)
    reply = desk[0].send(f"/vacancies/{vacancy.id}/cut", sent)
    assert reply.location, reply.get_data(as_text=True)[-900:]
    page: str = desk[0].get(reply.location).get_data(as_text=True)
    return page


def test_a_line_that_splits_a_group_is_said_with_the_honest_ones_around_it(desk: Desk) -> None:
    vacancy = ours(desk)
    for score in (4.5, 3.0, 2.99, 2.98, 1.0):
        shortlists.scored(desk[1], vacancy, score)
    page = cut(desk, vacancy, people="2")
    assert "Your cut at 2 splits group 2." in page
    assert "cannot tell these 3 people apart" in page
    assert re.findall(r'name="instead" value="(\d+)"', page) == ["1", "4"]
    honest = cut(desk, vacancy, people="2", instead="4")
    assert "splits" not in honest
    above, below = honest.split("Your cut after 4 people")
    assert len(codes(above)) == 4
    assert len(codes(below)) == 1
    assert "drawn by" in words(honest)


def test_a_line_is_drawn_where_no_groups_are_known_and_can_be_taken_away(desk: Desk) -> None:
    vacancy = ours(desk)
    desk[1].get_one(ModelVersion, (vacancy.organisation_id, vacancy.model_version_id)).sed = None
    for score in (4.0, 3.0, 3.0, 2.0):
        shortlists.scored(desk[1], vacancy, score)
    assert "Your cut at 2 splits people with the same result." in cut(desk, vacancy, people="2")
    page = cut(desk, vacancy, people="3")
    assert len(codes(page.split("Your cut after 3 people")[1])) == 1
    assert "so the line is below everybody" in cut(desk, vacancy, people="400")
    assert "Give a whole number of people, 1 or more." in cut(desk, vacancy, people="-1")
    desk[0].send(f"/vacancies/{vacancy.id}/cut/away", {"asked": ""})
    assert "A mark to look at: it decides nothing." in read(desk, vacancy)


# --- people who are chosen


def test_two_to_four_who_are_chosen_are_compared(desk: Desk) -> None:
    vacancy = ours(desk)
    made = [spelled(shortlists.scored(desk[1], vacancy, 1 + n / 2).code) for n in range(5)]
    assert set(codes(read(desk, vacancy))) == set(made)
    chosen = f"/vacancies/{vacancy.id}/chosen"
    reply = desk[0].send(chosen, {"person": made[:2], "asked": "flagged=no"})
    assert reply.location.startswith(f"/vacancies/{vacancy.id}/compare?person={made[0]}&person={made[1]}")
    for some in (made[:1], made):
        reply = desk[0].send(chosen, {"person": some, "asked": "flagged=no"})
        assert reply.location == f"/vacancies/{vacancy.id}?flagged=no"
        assert "Choose two to four people to compare" in desk[0].get(reply.location).get_data(as_text=True)
