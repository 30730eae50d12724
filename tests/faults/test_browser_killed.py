"""A browser that is killed, a cookie that is lost, a second tab, a clock that is wrong."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.faults.small_site import Candidate, OpenWindow, SmallSite, begin, chosen, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.journey]


def browser_process(profile: Path) -> int:
    """The process that owns this profile."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in words and not any(w.startswith(b"--type=") for w in words):
            return int(folder.name)
    raise AssertionError(f"no browser has the profile {profile}")


def kill(profile: Path) -> None:
    """End the browser of this profile at once; what locked the profile is left behind, and cleared away."""
    pid = browser_process(profile)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alive(pid))
    (profile / "SingletonLock").unlink(missing_ok=True)


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_killed_browser_sends_what_waited(small_site: SmallSite, windows: OpenWindow, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    candidate = begin(small_site, windows(profile))
    one = candidate.choose(0, 1)
    candidate.acknowledged_now()
    candidate.on()
    candidate.page.wait_for_url("**/question/2")
    candidate.wire.cut()
    two = candidate.choose(2, 3)
    candidate.waits()
    kill(profile)

    candidate.page = windows(profile)
    candidate.wire.mend()
    assert candidate.site.answers(candidate.base) == {candidate.items[0]: (1, one)}
    candidate.come_back()
    candidate.page.wait_for_url("**/question/*")
    candidate.arrived({candidate.items[0]: one, candidate.items[1]: two})


def test_a_lost_cookie_keeps_what_waits_until_the_link_is_opened(candidate: Candidate) -> None:
    candidate.wait_for_pages()
    candidate.wire.cut()
    one = candidate.choose(0, 1)
    candidate.waits()
    candidate.page.context.clear_cookies()
    candidate.wire.mend()
    banner = candidate.page.locator("#waiting")
    expect(banner).to_contain_text("Open the link from your invitation", timeout=60_000)
    assert candidate.site.answers(candidate.base) == {}
    candidate.page.goto(f"{candidate.base}/question/1")
    expect(candidate.page.locator("h1")).not_to_contain_text("Question")
    expect(banner).to_contain_text("1 answer waits", timeout=60_000)
    assert candidate.kept_pages() == 0, "a browser that holds no sitting keeps no pages of it"

    candidate.page.goto(candidate.link)
    candidate.page.locator("input[name=me]").check()
    candidate.page.locator("main form button").last.click()
    candidate.page.wait_for_url("**/ready")
    candidate.arrived({candidate.items[0]: one})


def test_two_tabs_agree(candidate: Candidate) -> None:
    other = candidate.page.context.new_page()
    other.goto(candidate.page.url)
    first = candidate.choose(0, 1)
    candidate.acknowledged_now()
    candidate.arrived({candidate.items[0]: first})
    expect(other.locator(f"input[name=best][value={first['best']}]")).to_be_checked()
    second = candidate.choose(1, 2, other)
    candidate.arrived({candidate.items[0]: second})
    expect(candidate.page.locator(f"input[name=worst][value={second['worst']}]")).to_be_checked()
    assert [n for _item, n in candidate.site.revisions(candidate.base)] == list(
        range(1, len(candidate.site.revisions(candidate.base)) + 1)
    )


def test_two_tabs_without_a_network_send_each_answer_once(candidate: Candidate) -> None:
    candidate.wait_for_pages()
    other = candidate.page.context.new_page()
    other.goto(f"{candidate.base}/question/2")
    candidate.wire.cut()
    one = candidate.choose(0, 1)
    candidate.waits()
    two = candidate.choose(3, 2, other)
    expect(other.locator("#waiting")).to_contain_text("2 answers wait", timeout=20_000)
    candidate.wire.mend()
    candidate.arrived({candidate.items[0]: one, candidate.items[1]: two})
    assert [n for _item, n in candidate.site.revisions(candidate.base)] == [1, 1]
    candidate.nothing_waits()


@pytest.mark.parametrize("keep", [True, False], ids=["keep what is saved", "take this one"])
def test_what_another_device_saved_is_never_overwritten(
    candidate: Candidate, windows: OpenWindow, tmp_path: Path, keep: bool
) -> None:
    """Both answers are shown, the next ones go on, and the person chooses."""
    candidate.wait_for_pages()
    candidate.wire.cut()
    here = candidate.choose(0, 1)
    candidate.waits()
    candidate.on()
    candidate.page.wait_for_url("**/question/2")
    next_one = candidate.choose(0, 1)
    device = windows(tmp_path / "another", base_url=f"http://127.0.0.1:{candidate.site.port}")
    device.goto(candidate.link)
    device.locator("input[name=me]").check()
    device.locator("main form button").last.click()
    device.goto(f"{candidate.base}/question/1")
    there = candidate.choose(2, 3, device)
    candidate.arrived({candidate.items[0]: there})

    candidate.wire.mend()
    candidate.arrived({candidate.items[0]: there, candidate.items[1]: next_one})
    candidate.page.locator("#waiting a[href$='/question/1']").click()
    choice = candidate.page.locator("[data-choice] .buttons button")
    (choice.first if keep else choice.last).click()
    kept = there if keep else here
    candidate.arrived({candidate.items[0]: kept, candidate.items[1]: next_one})
    candidate.nothing_waits()
    assert chosen(candidate.page) == kept


@pytest.mark.parametrize("hours", [-5, 5])
def test_the_clock_of_the_browser_says_nothing(candidate: Candidate, hours: int) -> None:
    candidate.page.context.add_init_script(
        f"""const Right = Date, off = {hours} * 3600e3;
        window.Date = class extends Right {{
            constructor(...given) {{ given.length ? super(...given) : super(Right.now() + off); }}
            static now() {{ return Right.now() + off; }}
        }};"""
    )
    candidate.page.reload()
    one = candidate.choose(0, 1)
    candidate.acknowledged_now()
    candidate.wire.cut()
    candidate.choose(1, 0)
    candidate.waits()
    candidate.wire.mend()
    last = candidate.choose(2, 0)
    assert last != one
    candidate.arrived({candidate.items[0]: last})
    saved = candidate.site.rows("SELECT saved_at FROM answer ORDER BY saved_at DESC LIMIT 1")[0]["saved_at"]
    shown = candidate.page.locator(".saved--saved time").get_attribute("datetime")
    assert shown
    assert shown[:16].replace("T", " ") == saved[:16]
