"""A light load generator: so many connections at once, each going through one sitting after another.

    python -m benchmarks.sitting_load PLAN.json KIND PORT CONNECTIONS SECONDS FIRST

Prints one line of JSON: how many answers were acknowledged, what else came back, and the latencies. It runs in a
process of its own, on bare asyncio protocols, so that it takes as little from the server's processor as it can.

Kinds: ``save`` (our JSON door), ``bare`` (the bare endpoint), ``pages`` (the form's POST and the next page's GET count
as one), ``submit`` (one POST for each sitting), ``otree`` (as ``pages``, in oTree).
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

Step = tuple[bytes, ...]
"""The requests that make one answer."""


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
        yield (post(f"/sitting/{visit['sitting']}/answers", "application/json", body, headers),)


def bare(visit: Mapping[str, Any], items: list[Any]) -> Iterator[Step]:
    """The same answers to the bare endpoint."""
    for n, (item, options) in enumerate(items):
        body = {"sitting": visit["sitting"], "item": item, "value": chosen(n, options)}
        yield (post("/answers", "application/json", json.dumps(body)),)


def pages(visit: Mapping[str, Any], items: list[Any]) -> Iterator[Step]:
    """Every answer by the page's form, with the page that comes next."""
    headers = f"Cookie: makings={visit['cookie']}\r\n"
    for n, (_item, options) in enumerate(items[:-1], 1):
        pair = chosen(n, options)
        body = f"csrf_token={visit['csrf']}&revision=0&action=save&best={pair['best']}&worst={pair['worst']}"
        at = f"/sitting/{visit['sitting']}/question/"
        yield post(f"{at}{n}", "application/x-www-form-urlencoded", body, headers), get(f"{at}{n + 1}", headers)


def submits(visit: Mapping[str, Any], _items: list[Any]) -> Iterator[Step]:
    """The one submit of a sitting."""
    headers = f"Cookie: makings={visit['cookie']}\r\n"
    body = f"csrf_token={visit['csrf']}"
    yield (post(f"/sitting/{visit['sitting']}/submit", "application/x-www-form-urlencoded", body, headers),)


def otree(visit: Mapping[str, Any], items: list[Any]) -> Iterator[Step]:
    """The same in oTree: the link with its first page, then every answer with the page that comes next."""
    at = f"/p/{visit['code']}/sitting/Question/"
    yield get(f"/InitializeParticipant/{visit['code']}", ""), get(f"{at}1", "")
    for n in range(1, len(items)):
        body = "best=a&worst=b"
        yield post(f"{at}{n}", "application/x-www-form-urlencoded", body), get(f"{at}{n + 1}", "")


KINDS: dict[str, Callable[[Mapping[str, Any], list[Any]], Iterator[Step]]] = {
    "save": saves,
    "bare": bare,
    "pages": pages,
    "submit": submits,
    "otree": otree,
}
GOOD = {
    "save": [["200"]],
    "bare": [["200"]],
    "pages": [["302", "200"]],
    "submit": [["302"]],
    "otree": [["302", "200"], ["307", "200"]],
}


class Meter:
    """What came back, and how long it took."""

    def __init__(self, sittings: Iterator[Iterator[Step]], good: list[list[str]], seconds: float) -> None:
        self.sittings, self.good = sittings, good
        self.end = perf_counter() + seconds
        self.latencies: list[float] = []
        self.seen: Counter[str] = Counter()
        self.done = asyncio.get_running_loop().create_future()
        self.open = 0

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return perf_counter() >= self.end

    def count(self, statuses: list[str], seconds: float) -> None:
        """Note one answer."""
        good = statuses in self.good
        self.seen["good" if good else "+".join(statuses)] += 1
        if good:
            self.latencies.append(seconds)

    def left(self) -> None:
        """Note that a connection has ended."""
        self.open -= 1
        if not self.open and not self.done.done():
            self.done.set_result(None)


class Visitor(asyncio.Protocol):
    """One browser: it sends a request, waits for the reply, sends the next."""

    def __init__(self, meter: Meter) -> None:
        self.meter = meter
        self.sitting: Iterator[Step] = iter(())
        self.buffer = b""
        self.requests: list[bytes] = []
        self.statuses: list[str] = []
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport: Any = transport
        self.meter.open += 1
        self.answer()

    def connection_lost(self, _error: Exception | None) -> None:
        """End; a connection that the server cut with a reply outstanding is counted."""
        if self.requests or self.statuses:
            self.meter.seen["cut"] += 1
        self.meter.left()

    def answer(self) -> None:
        """Send the next answer, of the next sitting where this one has no more, or end."""
        step = None if self.meter.over else next(self.sitting, None)
        while step is None and not self.meter.over and (sitting := next(self.meter.sittings, None)):
            self.sitting = sitting
            step = next(sitting, None)
        if step is None:
            self.requests, self.statuses = [], []
            self.transport.close()
            return
        self.requests, self.statuses, self.began = list(step), [], perf_counter()
        self.transport.write(self.requests.pop(0))

    def data_received(self, data: bytes) -> None:
        """Take a reply apart as far as it is needed: status and length."""
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found or not whole(head.lower(), body):
            return
        self.statuses.append(head[9:12].decode())
        self.buffer = b""
        if self.requests:
            self.transport.write(self.requests.pop(0))
            return
        self.meter.count(self.statuses, perf_counter() - self.began)
        self.statuses = []
        self.answer()


def whole(head: bytes, body: bytes) -> bool:
    """Whether all of a reply is there, by its length or by its last chunk."""
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _before, found, after = head.partition(b"content-length:")
    return len(body) >= (int(after.partition(b"\r\n")[0]) if found else 0)


def at(values: list[float], share: float) -> float | None:
    """Return a quantile in milliseconds."""
    return round(1000 * sorted(values)[int(share * (len(values) - 1))], 2) if values else None


async def run(plan: Mapping[str, Any], kind: str, port: int, connections: int, seconds: float) -> dict[str, Any]:
    """Go through the sittings of the plan until the time is over or they are."""
    meter = Meter((KINDS[kind](visit, plan["items"]) for visit in plan["visits"]), GOOD[kind], seconds)
    began = perf_counter()
    loop = asyncio.get_running_loop()
    for _connection in range(connections):
        await loop.create_connection(lambda: Visitor(meter), "127.0.0.1", port)
    await meter.done
    took = perf_counter() - began
    quantiles = {f"p{share * 100:g}": at(meter.latencies, share) for share in (0.5, 0.95, 0.99, 1)}
    return {"seconds": took, "per_second": len(meter.latencies) / took, **quantiles, "seen": dict(meter.seen)}


def main() -> None:
    """Read the arguments, run, print."""
    path, kind, port, connections, seconds, first = sys.argv[1:]
    plan = json.loads(Path(path).read_text())
    plan["visits"] = plan["visits"][int(first) :]
    print(json.dumps(asyncio.run(run(plan, kind, int(port), int(connections), float(seconds)))))


if __name__ == "__main__":
    main()
