"""Links used again, other people's sittings, missing and foreign tokens: nothing is changed by who may not."""

from __future__ import annotations

import copy

import pytest
from sqlalchemy import func, select

from tests.faults.real_site import RealSite
from tests.faults.sites import MakeSite, on_both
from tests.faults.visitors import VALUES, Browser, Reply, Visitor
from webapp.records import AnswerRevision, Sitting

# One of the processes that test side by side has the site: it is started once.

PAGES = ("", "/question/1", "/review", "/receipt", "/notice", "/my-data")


def sent_as_json(browser: Browser, victim: Visitor) -> Reply:
    sent = {"item": victim.items[0], "value": VALUES[5], "revision": 1, "order": [], "key": "0" * 32}
    return browser.post_json(f"{victim.base}/answers", sent | {"seconds": None, "away": None})


def history(site: RealSite, visitor: Visitor) -> int:
    return site.rows_of(AnswerRevision, visitor)


@on_both
def test_a_link_is_used_again(site: RealSite) -> None:
    """In another browser it leads to the same sitting, before and after the submit; nothing begins anew."""
    link = site.invite()
    first = site.visitor(link=link)
    first.persist(first.items[0], VALUES[0])
    second = site.visitor(link=link)
    assert second.base == first.base
    assert second.send(second.items[0], VALUES[1], 0).status == 409
    assert first.browser.post(f"{first.base}/submit").location.endswith("/receipt")
    third = Browser(site.port)
    third.get(link)
    assert third.post(f"{link}/start").location == f"{link}?me=missing"
    assert third.post(f"{link}/start", me="y").location.endswith("/receipt")
    for browser in (first.browser, second.browser, third):
        browser.token = browser.get(f"{first.base}/state").said["csrf"]
        assert sent_as_json(browser, first).said == {"error": "closed", "reason": "submitted"}
    sitting = site.sitting(first)
    same = select(func.count()).select_from(Sitting).where(Sitting.applicant_id == sitting.applicant_id)
    assert site.session.scalar(same) == 1
    site.sent_once(first)
    site.all_there("the link used again before and after the submit", [first])


def test_another_candidate_s_sitting(site: RealSite) -> None:
    """One's own cookie, with one's own token or with theirs, opens nothing of another person's."""
    victim, stranger = site.visitor(), site.visitor()
    victim.persist(victim.items[0], VALUES[0])
    for token in (stranger.browser.token, victim.browser.token, ""):
        stranger.browser.token = token
        assert sent_as_json(stranger.browser, victim).status in (400, 403)
        beat = stranger.browser.post_json(f"{victim.base}/heartbeat", {"offline_seconds": 900})
        assert beat.status in (400, 403)
        form = stranger.browser.post(f"{victim.base}/question/1", revision=1, action="save", best="c", worst="d")
        assert form.status in (400, 404)
        assert stranger.browser.post(f"{victim.base}/submit").status in (400, 404)
    assert stranger.browser.get(f"{victim.base}/state").said == {"error": "not_held"}
    assert {stranger.browser.get(victim.base + page).status for page in PAGES} == {404}
    assert site.sitting(victim).state == "started"
    assert history(site, victim) == 1
    site.all_there("another candidate's sitting with one's own cookie", [victim])


def test_a_token_is_missing_or_foreign(site: RealSite) -> None:
    victim, stranger = site.visitor(), site.visitor()
    victim.persist(victim.items[0], VALUES[0])
    forged = copy.deepcopy(victim.browser)
    for forged.token in ("", "x", stranger.browser.token, victim.browser.token[:-1]):
        assert sent_as_json(forged, victim).said == {"error": "csrf"}
        form = forged.post(f"{victim.base}/question/1", revision=1, action="save", best="c", worst="d")
        assert form.status == 400
        assert forged.post(f"{victim.base}/submit").status == 400
    assert site.sitting(victim).state == "started"
    assert history(site, victim) == 1
    victim.persist(victim.items[1], VALUES[0])
    site.all_there("a token against forged requests is missing or foreign", [victim])


def broken(cookie: str, place: int) -> str:
    return cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]


@pytest.mark.parametrize("place", [3, -3], ids=["content", "signature"])
def test_a_cookie_that_was_changed_opens_nothing(site: RealSite, place: int) -> None:
    victim = site.visitor()
    victim.persist(victim.items[0], VALUES[0])
    forged = copy.deepcopy(victim.browser)
    forged.cookies = {name: broken(value, place % len(value)) for name, value in victim.browser.cookies.items()}
    assert forged.get(f"{victim.base}/state").status == 403
    assert sent_as_json(forged, victim).status in (400, 403)
    assert history(site, victim) == 1


def test_links_nobody_was_sent(site: RealSite) -> None:
    stranger, victim = Browser(site.port), site.visitor()
    assert stranger.get("/i/" + "x" * 43).status == 404
    assert stranger.get(f"/i/{victim.sitting_id}").status == 404
    victim.browser.token = victim.browser.get(f"{victim.base}/state").said["csrf"]
    stranger.token = victim.browser.token
    assert sent_as_json(stranger, victim).status in (400, 403)
    assert history(site, victim) == 0


@pytest.mark.faults
def test_it_is_seen_when_the_doors_are_open(make_site: MakeSite) -> None:
    site = make_site("sqlite", sabotage="open")
    for attack in (test_another_candidate_s_sitting, test_a_token_is_missing_or_foreign, test_links_nobody_was_sent):
        with pytest.raises(AssertionError):
            attack(site)
    site.close()
