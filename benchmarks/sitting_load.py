"""A light load generator: so many connections at once, each going through one sitting after another.

    python -m benchmarks.sitting_load PLAN.json KIND PORT CONNECTIONS SECONDS FIRST

Prints one line of JSON: how many answers were acknowledged, what else came back, the latencies, and how much processor
time this process took itself, because it works on the same processor as the server. To take little it has no event
loop but the kernel's, and reads of a reply what it needs: status, length, and whether the words that were due are in
it (`Step`). It is one program for all servers.

Kinds: ``save`` (our JSON door), ``bare`` (the bare endpoint), ``pages`` (the form's POST and the next page's GET count
as one), ``submit`` (one POST for each sitting), ``otree`` (as ``pages``, in oTree).
"""

from __future__ import annotations

import json
import select
import socket
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

Turn = tuple[bytes, bytes, bytes]
"""A request, and what its reply is to begin with and to hold: the status, and words that no other page has."""
Step = tuple[Turn, ...]
"""What makes one answer."""
MOST_BYTES = 1 << 18
OK, FOUND = b"HTTP/1.1 200", b"HTTP/1.1 302"


def post(path: str, kind: str, body: str, headers: str = "") -> bytes:
    """Return a POST as bytes."""
    content = body.encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
    return f"{head}{headers}\r\n".encode() + content


def get(path: str, headers: str) -> bytes:
    """Return a GET as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


def chosen(n: int, options: list[str]) -> dict[str, str]:
    """Return a best and a worst that differ from question to question."""
    return {"best": options[n % len(options)], "worst": options[(n + 1) % len(options)]}


def saves(visit: Mapping[str, Any], items: list[Any]) -> Iterator[Step]:
    """Every answer of a sitting through the JSON door."""
    headers = f"Cookie: makings={visit['cookie']}\r\nX-CSRFToken: {visit['csrf']}\r\n"
    for n, (item, options) in enumerate(items):
        sent = {"item": item, "value": chosen(n, options), "revision": 0, "order": options, "seconds": 12.5}
        body = json.dumps({**sent, "away": {"count": 0, "seconds": 0}, "key": str(uuid.uuid4())})
        request = post(f"/sitting/{visit['sitting']}/answers", "application/json", body, headers)
        yield ((request, OK, f'"item":"{item}"'.encode()),)


def bare(visit: Mapping[str, Any], items: list[Any]) -> Iterator[Step]:
    """The same answers to the bare endpoint."""
    for n, (item, options) in enumerate(items):
        body = {"sitting": visit["sitting"], "item": item, "value": chosen(n, options)}
        yield ((post("/answers", "application/json", json.dumps(body)), OK, f'"item":"{item}"'.encode()),)


def pages(visit: Mapping[str, Any], items: list[Any]) -> Iterator[Step]:
    """Every answer by the page's form, with the page that comes next."""
    headers = f"Cookie: makings={visit['cookie']}\r\n"
    for n, (_item, options) in enumerate(items[:-1], 1):
        pair = chosen(n, options)
        body = f"csrf_token={visit['csrf']}&revision=0&action=save&best={pair['best']}&worst={pair['worst']}"
        at = f"/sitting/{visit['sitting']}/question/"
        form = post(f"{at}{n}", "application/x-www-form-urlencoded", body, headers)
        yield (
            (form, FOUND, f"Location: {at}{n + 1}\r\n".encode()),
            (get(f"{at}{n + 1}", headers), OK, asks(n + 1, items)),
        )


def asks(number: int, items: list[Any]) -> bytes:
    """What the page of this question says, ours and oTree's."""
    return f"Question {number} of {len(items)}".encode()


def submits(visit: Mapping[str, Any], _items: list[Any]) -> Iterator[Step]:
    """The one submit of a sitting."""
    headers = f"Cookie: makings={visit['cookie']}\r\n"
    request = post(
        f"/sitting/{visit['sitting']}/submit",
        "application/x-www-form-urlencoded",
        f"csrf_token={visit['csrf']}",
        headers,
    )
    yield ((request, FOUND, b"/receipt"),)


def otree(visit: Mapping[str, Any], items: list[Any]) -> Iterator[Step]:
    """The same in oTree: the link with its first page, then every answer with the page that comes next."""
    at = f"/p/{visit['code']}/sitting/Question/"
    yield (
        (get(f"/InitializeParticipant/{visit['code']}", ""), b"HTTP/1.1 30", b""),
        (get(f"{at}1", ""), OK, asks(1, items)),
    )
    for n in range(1, len(items)):
        form = post(f"{at}{n}", "application/x-www-form-urlencoded", "best=a&worst=b")
        yield (form, FOUND, f"{at}{n + 1}".encode()), (get(f"{at}{n + 1}", ""), OK, asks(n + 1, items))


KINDS: dict[str, Callable[[Mapping[str, Any], list[Any]], Iterator[Step]]] = {
    "save": saves,
    "bare": bare,
    "pages": pages,
    "submit": submits,
    "otree": otree,
}


class Meter:
    """What came back, and how long it took."""

    def __init__(self, steps: Iterator[Iterator[Step]], seconds: float) -> None:
        self.sittings = steps
        self.end = perf_counter() + seconds
        self.latencies: list[float] = []
        self.seen: Counter[str] = Counter()

    def steps(self) -> Iterator[Step]:
        """The answers that one connection gives, until the time is over or all sittings are."""
        for sitting in self.sittings:
            for step in sitting:
                if perf_counter() >= self.end:
                    return
                yield step

    def count(self, wrong: str, seconds: float) -> None:
        """Note one answer."""
        self.seen[wrong or "good"] += 1
        if not wrong:
            self.latencies.append(seconds)


class Visitor:
    """One browser: it sends a request, waits for the reply, sends the next."""

    def __init__(self, meter: Meter, port: int) -> None:
        self.meter, self.steps = meter, meter.steps()
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.step: Step = ()
        self.turn = 0
        self.wrong = ""
        self.began = 0.0
        self.reply, self.due = b"", 0

    def answer(self) -> bool:
        """Begin the next answer; whether there is one."""
        self.step = next(self.steps, ())
        if not self.step:
            self.socket.close()
            return False
        self.turn, self.wrong, self.began = 0, "", perf_counter()
        self.socket.sendall(self.step[0][0])
        return True

    def read(self) -> bool:
        """Take what has come; whether this visitor goes on. A connection that the server cut is counted."""
        data = self.socket.recv(MOST_BYTES)
        if not data:
            self.meter.count("cut", 0)
            self.socket.close()
            return False
        self.reply = self.reply + data if self.reply else data
        if not self.due:
            self.due = length(self.reply)
        if len(self.reply) < self.due or (self.due < 0 and not self.reply.endswith(b"0\r\n\r\n")) or not self.due:
            return True
        return self.next_turn()

    def next_turn(self) -> bool:
        """Look at a whole reply; send what comes next."""
        _request, status, words = self.step[self.turn]
        if not self.reply.startswith(status) or words not in self.reply:
            self.wrong += f"{self.reply[9:12].decode()} for {self.turn + 1} "
        self.reply, self.due = b"", 0
        self.turn += 1
        if self.turn < len(self.step):
            self.socket.sendall(self.step[self.turn][0])
            return True
        self.meter.count(self.wrong, perf_counter() - self.began)
        return self.answer()


def length(reply: bytes) -> int:
    """How long a reply is with its head; 0 while that is not known, less where its last chunk tells."""
    end = reply.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = reply[: end + 2].lower()
    if b"\r\ntransfer-encoding: chunked\r\n" in head:
        return -1
    _before, found, after = head.partition(b"\r\ncontent-length:")
    return end + 4 + (int(after.partition(b"\r\n")[0]) if found else 0)


def at(values: list[float], share: float) -> float | None:
    """Return a quantile in milliseconds."""
    return round(1000 * sorted(values)[int(share * (len(values) - 1))], 2) if values else None


def visit_all(meter: Meter, port: int, connections: int) -> None:
    """Go through the sittings until the time is over or they are."""
    poll = select.epoll()
    visitors = {each.socket.fileno(): each for each in (Visitor(meter, port) for _connection in range(connections))}
    for number, visitor in list(visitors.items()):
        poll.register(number, select.EPOLLIN)
        if not visitor.answer():
            del visitors[number]
    while visitors:
        for number, _event in poll.poll():
            if not visitors[number].read():
                del visitors[number]


def run(plan: Mapping[str, Any], kind: str, port: int, connections: int, seconds: float) -> dict[str, Any]:
    """Run the load, and say what came of it."""
    meter = Meter((KINDS[kind](visit, plan["items"]) for visit in plan["visits"]), seconds)
    began, spent = perf_counter(), process_time()
    visit_all(meter, port, connections)
    took, spent = perf_counter() - began, process_time() - spent
    quantiles = {f"p{share * 100:g}": at(meter.latencies, share) for share in (0.5, 0.95, 0.99, 1)}
    figures = {"seconds": took, "per_second": len(meter.latencies) / took, "own_cpu_seconds": spent}
    return figures | quantiles | {"seen": dict(meter.seen)}


def main() -> None:
    """Read the arguments, run, print."""
    path, kind, port, connections, seconds, first = sys.argv[1:]
    plan = json.loads(Path(path).read_text())
    plan["visits"] = plan["visits"][int(first) :]
    print(json.dumps(run(plan, kind, int(port), int(connections), float(seconds))))


if __name__ == "__main__":
    main()
