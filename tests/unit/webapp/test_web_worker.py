"""Our web worker beside gunicorn's own: the same bytes on a connection, the same environment and the same reply."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import TConn, ThreadWorker

from webapp.commands.processes import server_options
from webapp.commands.web_requests import Unusual, usual_request
from webapp.commands.web_worker import ALWAYS_FREE, StayingWorker

FIRST = b"GET /first HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
OWN = ("wsgi.input", "wsgi.errors", "gunicorn.socket", "wsgi.early_hints", "REMOTE_PORT", "SERVER_PORT")
"""What differs from one connection to the next; nothing of ours asks for early hints."""
BROWSER = (
    b"Host: 127.0.0.1:8000\r\nConnection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: text/html;q=0.9,*/*;q=0.8\r\n"
    b"Accept-Encoding: gzip, deflate, br\r\nReferer: http://127.0.0.1:8000/a\r\nCookie: makings=a.b-c_d; x=1\r\n"
)
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nbest=a&b="
USUAL = {
    "a page": b"GET /sitting/1-2/question/3 HTTP/1.1\r\n" + BROWSER + b"\r\n",
    "a query": b"GET /a?b=%20c&d=e?f HTTP/1.1\r\nHost: x\r\n\r\n",
    "a form": b"POST /a HTTP/1.1\r\n" + BROWSER + FORM,
    "spaces around a value": b"GET /a HTTP/1.1\r\nHost: x\r\nAccept:   b  c  \r\n\r\n",
    "nothing sent": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "pieces": b"GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n",
    "a file": b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n",
    "not changed": b"GET /304 HTTP/1.1\r\nHost: x\r\n\r\n",
    "nothing to say": b"GET /204 HTTP/1.1\r\nHost: x\r\n\r\n",
    "more than it says": b"GET /more HTTP/1.1\r\nHost: x\r\n\r\n",
    "no length": b"GET /plain HTTP/1.1\r\nHost: x\r\n\r\n",
    "it breaks": b"GET /breaks HTTP/1.1\r\nHost: x\r\n\r\n",
    "it breaks later": b"GET /later HTTP/1.1\r\nHost: x\r\n\r\n",
    "it ends later": b"GET /ends HTTP/1.1\r\nHost: x\r\n\r\n",
    "it wrote before": b"GET /wrote HTTP/1.1\r\nHost: x\r\n\r\n",
    "a wrong header of ours": b"GET /split HTTP/1.1\r\nHost: x\r\n\r\n",
}
UNUSUAL = {
    "HEAD": b"HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "an asterisk": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "an older protocol": b"GET /a HTTP/1.0\r\nHost: x\r\n\r\n",
    "to be closed": b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "chunks": b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "chunks and a length": b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
    "two lengths": b"POST /a HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "a length with a sign": b"POST /a HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc",
    "a word for a length": b"POST /a HTTP/1.1\r\nContent-Length: three\r\n\r\nabc",
    "two hosts": b"GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a header twice": b"GET /a HTTP/1.1\r\nHost: x\r\nAccept: a\r\nAccept: b\r\n\r\n",
    "an underscore": b"GET /a HTTP/1.1\r\nHost: x\r\nX_Forwarded_For: 1\r\n\r\n",
    "a folded line": b"GET /a HTTP/1.1\r\nHost: x\r\nAccept: a\r\n b\r\n\r\n",
    "bare line ends": b"GET /a HTTP/1.1\nHost: x\n\n",
    "a bare end in a value": b"GET /a HTTP/1.1\r\nHost: x\nAccept: a\r\n\r\n",
    "a space before the colon": b"GET /a HTTP/1.1\r\nHost : x\r\n\r\n",
    "no value": b"GET /a HTTP/1.1\r\nHost: x\r\nAccept:\r\n\r\n",
    "a letter beyond ASCII": b"GET /a HTTP/1.1\r\nHost: x\r\nAccept: \xe9\r\n\r\n",
    "NUL": b"GET /a HTTP/1.1\r\nHost: x\r\nAccept: a\0b\r\n\r\n",
    "no headers": b"GET /a HTTP/1.1\r\n\r\n",
    "an empty line before": b"\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path with codes": b"GET /%D1%8F HTTP/1.1\r\nHost: x\r\n\r\n",
    "two slashes": b"GET //a/b HTTP/1.1\r\nHost: x\r\n\r\n",
    "a whole address": b"GET http://x/a HTTP/1.1\r\nHost: x\r\n\r\n",
    "a fragment": b"GET /a?b#c HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long header": b"GET /a HTTP/1.1\r\nHost: x\r\nAccept: " + b"a" * 8190 + b"\r\n\r\n",
    "many headers": b"GET /a HTTP/1.1\r\n" + b"".join(b"A%d: 1\r\n" % n for n in range(101)) + b"\r\n",
    "wait for me": b"POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na",
    "an upgrade": b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "less than it says": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
    "two at once": b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
    "a proxy that says it is TLS now": b"GET /a HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n\r\n",
    "a length in other digits": "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: \u0663\r\n\r\nabc".encode(),
    "a length of many digits": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"0" * 5000 + b"3\r\n\r\nabc",
    "nonsense": b"\x16\x03\x01\x02\x00",
}


class Site:
    """An application that says what it was told, and misbehaves where it is asked to."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.told: list[dict[str, Any]] = []
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        sent = environ["wsgi.input"].read()
        self.told.append({key: value for key, value in environ.items() if key not in OWN} | {"sent": sent})
        handler = getattr(self, f"say_{environ['PATH_INFO'].lstrip('/')}", self.say)
        return handler(start, environ)  # type: ignore[no-any-return]

    def say(self, start: Callable[..., Any], _environ: dict[str, Any]) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6"), ("X-Own", "a  b ")])
        return [b"a page"]

    def say_plain(self, start: Callable[..., Any], _environ: dict[str, Any]) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"a page"]

    def say_more(self, start: Callable[..., Any], _environ: dict[str, Any]) -> list[bytes]:
        start("200 OK", [("Content-Length", "3")])
        return [b"a page"]

    def say_304(self, start: Callable[..., Any], _environ: dict[str, Any]) -> list[bytes]:
        start("304 NOT MODIFIED", [("Content-Length", "6")])
        return [b"a page"]

    def say_204(self, start: Callable[..., Any], _environ: dict[str, Any]) -> list[bytes]:
        start("204 NO CONTENT", [("Content-Length", "0")])
        return [b""]

    def say_pieces(self, start: Callable[..., Any], _environ: dict[str, Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return Pieces(self)

    def say_file(self, start: Callable[..., Any], environ: dict[str, Any]) -> Iterable[bytes]:
        start("200 OK", [("Content-Length", str(self.file.stat().st_size))])
        return environ["wsgi.file_wrapper"](self.file.open("rb"))  # type: ignore[no-any-return]

    def say_breaks(self, _start: Callable[..., Any], _environ: dict[str, Any]) -> Iterable[bytes]:
        raise ValueError("broken")

    def say_later(self, start: Callable[..., Any], _environ: dict[str, Any]) -> Iterator[bytes]:
        start("200 OK", [("Content-Length", "9")])
        yield b"a page"
        raise ValueError("broken")

    def say_ends(self, start: Callable[..., Any], _environ: dict[str, Any]) -> Iterator[bytes]:
        start("200 OK", [("Content-Length", "9")])
        yield b"a page"
        raise SystemExit(3)

    def say_wrote(self, start: Callable[..., Any], _environ: dict[str, Any]) -> list[bytes]:
        start("200 OK", [("Content-Length", "0")])(b"")
        return [b""]

    def say_lost(self, _start: Callable[..., Any], _environ: dict[str, Any]) -> Iterable[bytes]:
        raise FileNotFoundError(2, "not there")

    def say_split(self, start: Callable[..., Any], _environ: dict[str, Any]) -> list[bytes]:
        start("200 OK", [("X-Own", "a\r\nSet-Cookie: b")])
        return [b"a page"]


class Pieces:
    """What is sent in pieces and wants to be closed."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def __iter__(self) -> Iterator[bytes]:
        yield from (b"a ", b"", b"page")

    def close(self) -> None:
        self.site.closed += 1


def make_worker(kind: type[ThreadWorker], site: Site) -> Any:
    settings = Config()
    for name, value in server_options(8000, 1).items():
        settings.set(name, value)
    settings.set("loglevel", "critical")
    worker = kind(0, 0, [], None, 30, settings, Logger(settings))
    worker.wsgi = site
    worker.tpool = ThreadPoolExecutor(1)
    return worker


@contextmanager
def connection(worker: Any) -> Iterator[socket.socket]:
    """The other end of a connection that this worker serves until it is closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname(), timeout=30)
        theirs, address = listener.accept()
    conn = TConn(worker.cfg, theirs, address, theirs.getsockname())
    thread = threading.Thread(target=serve, args=(worker, conn))
    thread.start()
    try:
        with ours:
            yield ours
    finally:
        thread.join(30)
        worker.tpool.shutdown()
        worker.tmp.close()


def serve(worker: Any, conn: TConn) -> None:
    while worker.handle(conn) is True:
        pass
    conn.close()


def replies(worker: Any, *requests: bytes) -> list[bytes]:
    """What is said to the first requests, one after another, and all that comes after the last."""
    with connection(worker) as ours:
        found = []
        for request in requests[:-1]:
            ours.sendall(request)
            found.append(until(ours, lambda reply: reply.endswith(b"a page")))
        ours.sendall(requests[-1])
        ours.shutdown(socket.SHUT_WR)
        return [*found, until(ours, lambda _reply: False)]


def until(ours: socket.socket, enough: Callable[[bytes], bool]) -> bytes:
    reply = b""
    while not enough(reply) and (data := ours.recv(65536)):
        reply += data
    return re.sub(rb"Date: [^\r]*", b"Date: now", reply)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"a file " * 5000)
    return path


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    for handler in logging.getLogger("gunicorn.error").handlers[:]:
        logging.getLogger("gunicorn.error").removeHandler(handler)


def both(file: Path, *requests: bytes) -> tuple[Site, list[bytes]]:
    """What both workers said and were told, which is the same."""
    sites = Site(file), Site(file)
    gunicorn, ours = (
        replies(make_worker(kind, site), *requests)
        for kind, site in zip((ThreadWorker, StayingWorker), sites, strict=True)
    )
    assert ours == gunicorn
    assert sites[1].told == sites[0].told
    assert sites[1].closed == sites[0].closed
    return sites[1], ours


@pytest.mark.parametrize("request_", USUAL.values(), ids=USUAL)
def test_what_is_usual_is_answered_as_gunicorn_does(
    request_: bytes, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    monkeypatch.setattr(StayingWorker, "answer", counting(StayingWorker.answer, taken))
    site, said = both(file, FIRST, request_)
    assert len(taken) == 1
    assert said[1].startswith(b"HTTP/1.1 ")
    assert len(site.told) == 2


def counting(real: Callable[..., Any], taken: list[Any]) -> Callable[..., Any]:
    def counted(*given: Any) -> Any:
        taken.append(given)
        return real(*given)

    return counted


@pytest.mark.parametrize("request_", UNUSUAL.values(), ids=UNUSUAL)
def test_what_is_not_usual_is_gunicorns(request_: bytes, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StayingWorker, "answer", lambda *_: pytest.fail("taken"))
    both(file, FIRST, request_)


def test_many_on_one_connection(file: Path) -> None:
    site, said = both(file, FIRST, *[USUAL["a form"]] * 3, UNUSUAL["chunks"])
    assert len(said) == len(site.told) == 5
    assert [told["sent"] for told in site.told] == [b"", *[b"best=a&b="] * 3, b"abc"]


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_says_how_it_was_asked(file: Path, scheme: str) -> None:
    said = f"GET /a HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: {scheme}\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n".encode()
    site, _said = both(file, said, said, FIRST)
    assert [told["wsgi.url_scheme"] for told in site.told] == [scheme, scheme, "http"]


def test_a_stopping_worker_says_that_it_closes(file: Path) -> None:
    site = Site(file)
    worker = make_worker(StayingWorker, site)
    with connection(worker) as ours:
        ours.sendall(FIRST)
        assert b"Connection: keep-alive" in until(ours, lambda reply: reply.endswith(b"a page"))
        worker.alive = False
        ours.sendall(USUAL["a page"])
        assert b"Connection: close" in until(ours, lambda _reply: False)
    assert len(site.told) == 2


def test_a_thread_that_is_wanted_does_not_stay(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time it is given the connection it answers one request, and no more."""
    worker = make_worker(StayingWorker, Site(file))
    looked = []
    monkeypatch.setattr(StayingWorker, "data_of", counting(StayingWorker.data_of, looked))
    monkeypatch.setattr(StayingWorker, "is_wanted", lambda _worker: True)
    replies(worker, FIRST, USUAL["a page"], USUAL["a form"])
    assert len(looked) == 3


def test_some_threads_never_stay(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where all that may stay do, a connection goes back after each answer; and a place is given back."""
    worker = make_worker(StayingWorker, Site(file))
    assert worker.places._value == worker.cfg.threads - ALWAYS_FREE > 0
    before = worker.places._value
    replies(worker, FIRST, USUAL["a page"], USUAL["a form"])
    assert worker.places._value == before
    worker = make_worker(StayingWorker, Site(file))
    monkeypatch.setattr(worker.places, "acquire", lambda **_how: False)
    monkeypatch.setattr(worker, "data_of", counting(worker.data_of, looked := []))
    replies(worker, FIRST, USUAL["a page"], USUAL["a form"])
    assert len(looked) == 3


def test_a_fault_of_the_system_is_written_down(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    worker = make_worker(StayingWorker, Site(file))
    worker.log.error_log.setLevel(logging.ERROR)
    worker.log.error_log.addHandler(caplog.handler)
    assert replies(worker, FIRST, b"GET /lost HTTP/1.1\r\nHost: x\r\n\r\n")[1] == b""
    assert "Socket error processing request." in caplog.text
    assert "FileNotFoundError" in caplog.text


def test_the_thread_says_goodbye_and_not_the_main_one(file: Path) -> None:
    """The other end does not close: when the main thread has the connection back, there is nothing to wait for."""
    worker = make_worker(StayingWorker, Site(file))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname(), timeout=30)
        theirs, address = listener.accept()
    with ours:
        conn = TConn(worker.cfg, theirs, address, theirs.getsockname())
        ours.sendall(UNUSUAL["to be closed"])
        assert worker.handle(conn) is False
        theirs.settimeout(0)
        assert theirs.recv(1) == b""
        conn.close(graceful=True)
    worker.tpool.shutdown()
    worker.tmp.close()


def test_who_waits_wants_a_thread(file: Path) -> None:
    worker = make_worker(StayingWorker, Site(file))
    go_on = threading.Event()
    assert not worker.is_wanted()
    waiting = [worker.tpool.submit(go_on.wait) for _each in range(2)]
    assert worker.is_wanted()
    go_on.set()
    assert all(each.result() for each in waiting)
    worker.alive = False
    assert worker.is_wanted()
    worker.tpool.shutdown()
    worker.tmp.close()


def test_a_request_is_held_against_what_the_proxy_said_before() -> None:
    class Before:
        cfg = Config()
        headers = [("X-FORWARDED-PROTO", "https")]
        scheme = "https"

    line = b"GET /a HTTP/1.1\r\nX-Forwarded-Proto: %s\r\n\r\n"
    assert usual_request(line % b"https", Before).scheme == "https"
    with pytest.raises(Unusual):
        usual_request(line % b"http", Before)
