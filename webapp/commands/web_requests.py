"""The usual request on a connection that is kept, read as gunicorn reads it (decision 0055).

Only what has one meaning is taken: GET or POST of a plain path with all of it there, each header once, and none that
says something about the connection itself. Everything else is gunicorn's to read, or to refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

MOST_BYTES = 8192
MOST_HEADERS = 100
MOST_DIGITS = 9
"""Of a length; with thousands of them Python refuses to read the number."""
HEAD = re.compile(
    rb"(GET|POST) (/[A-Za-z0-9/_.~-]{0,1000})(?:\?([\x21\x22\x24-\x7e]{1,2000}))? HTTP/1\.1\r\n"
    rb"((?:[A-Za-z0-9-]+: [\x20-\x7e]+\r\n)+)\r\n"
)
ABOUT_THE_CONNECTION = frozenset(("TRANSFER-ENCODING", "TRAILER", "TE", "EXPECT", "UPGRADE", "HTTP2-SETTINGS"))
NO_PREFIX = {"CONTENT-TYPE": "CONTENT_TYPE", "CONTENT-LENGTH": "CONTENT_LENGTH"}


class Unusual(Exception):
    """Something for gunicorn."""


@dataclass(frozen=True)
class Request:
    """What gunicorn's `Response` and the environment need of a request."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    scheme: str
    version = (1, 1)

    def should_close(self) -> bool:
        return False


def usual_request(data: bytes, before: Any) -> Request:
    """The request that these bytes are, after another that gunicorn has read on this connection."""
    found = HEAD.match(data)
    if found is None or found[2].startswith(b"//"):
        raise Unusual
    headers, body = headers_in(found[4]), data[found.end() :]
    length = headers.get("CONTENT-LENGTH", "0")
    if not length.isdigit() or len(length) > MOST_DIGITS or int(length) != len(body):
        raise Unusual
    query = found[3].decode() if found[3] else ""
    return Request(found[1].decode(), found[2].decode(), query, headers, body, scheme_as_before(headers, before))


def headers_in(block: bytes) -> dict[str, str]:
    pairs = [line.split(": ", 1) for line in block.decode("ascii").split("\r\n")[:-1]]
    headers = {name.upper(): value.strip(" ") for name, value in pairs}
    if len(headers) != len(pairs) or len(pairs) > MOST_HEADERS or not ABOUT_THE_CONNECTION.isdisjoint(headers):
        raise Unusual
    if headers.get("CONNECTION", "keep-alive").lower() != "keep-alive":
        raise Unusual
    return headers


def scheme_as_before(headers: dict[str, str], before: Any) -> str:
    """As gunicorn has found it out, if the proxy says now what it said then."""
    named = before.cfg.secure_scheme_headers
    said = {name: value for name, value in before.headers if name in named}
    if any(headers.get(name) != said.get(name) for name in named):
        raise Unusual
    return str(before.scheme)


def environ_of(request: Request, conn: Any) -> dict[str, Any]:
    """What the application is told, but for what is the same for all requests of a process."""
    environ = {
        "wsgi.input": BytesIO(request.body),
        "wsgi.url_scheme": request.scheme,
        "gunicorn.socket": conn.sock,
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "RAW_URI": f"{request.path}?{request.query}" if request.query else request.path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": conn.client[0],
        "REMOTE_PORT": str(conn.client[1]),
        "SERVER_NAME": conn.server[0],
        "SERVER_PORT": str(conn.server[1]),
        "PATH_INFO": request.path,
        "SCRIPT_NAME": "",
    }
    for name, value in request.headers.items():
        environ[key_of(name)] = value
    return environ


@lru_cache(maxsize=1000)
def key_of(name: str) -> str:
    return NO_PREFIX.get(name) or "HTTP_" + name.replace("-", "_")
