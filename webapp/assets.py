"""The site's own files: an address that changes with the content, and fewer bytes on the wire."""

from __future__ import annotations

import gzip
import hashlib
import io
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

SMALLEST_BYTES = 600
LEVEL = 5
TEXTS = ("text/", "application/json", "application/javascript", "image/svg")
VERSIONED = (".css", ".js")
LONGEST_NAME = 100


@cache
def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@cache
def version_of_all(folder: Path) -> str:
    """Changes when any script or stylesheet changes: pages that a browser kept must not meet newer ones."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in VERSIONED)
    return hashlib.sha256("".join(map(digest, files)).encode()).hexdigest()[:10]


def compress(response: Response) -> Response:
    """Send what is text compressed."""
    if "gzip" in request.headers.get("Accept-Encoding", "") and worth_it(response):
        response.direct_passthrough = False
        response.set_data(gzipped(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("ETag", None)
    if response.mimetype.startswith(TEXTS):
        response.vary.add("Accept-Encoding")
    return response


def worth_it(response: Response) -> bool:
    known = response.content_length if response.direct_passthrough else response.calculate_content_length()
    return (
        response.status_code not in (204, 206, 304)
        and "Content-Encoding" not in response.headers
        and response.mimetype.startswith(TEXTS)
        and (known or 0) >= SMALLEST_BYTES
    )


def gzipped(content: bytes) -> bytes:
    """Compressed, with a name of random length inside.

    Pages hold a token that must stay secret. Whoever can make a browser ask for pages and measures their length could
    guess at secrets that are compressed beside his own text (BREACH). The random length hides the difference.
    """
    packed = io.BytesIO()
    noise = "a" * secrets.randbelow(LONGEST_NAME)
    with gzip.GzipFile(filename=noise, mode="wb", fileobj=packed, compresslevel=LEVEL, mtime=0) as writer:
        writer.write(content)
    return packed.getvalue()


def register(app: Flask) -> None:
    folder = Path(str(app.static_folder))

    def name_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and str(values.get("filename", "")).endswith(VERSIONED):
            values.setdefault("v", digest(folder / values["filename"]))

    app.url_defaults(name_version)
    app.after_request(compress)
    app.jinja_env.globals["assets_version"] = lambda: version_of_all(folder)
