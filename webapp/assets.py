"""The site's own files: an address that changes with the content, and fewer bytes on the wire."""

from __future__ import annotations

import gzip
import hashlib
import io
import secrets
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

SMALLEST_BYTES = 600
LEVEL = 5
TEXTS = ("text/", "application/json", "application/javascript", "image/svg")
VERSIONED = (".css", ".js")
PACKED = (*VERSIONED, ".svg", ".txt")
LONGEST_NAME = 100
_PARTS = ("sitting-store", "sitting-queue", "sitting-answer", "sitting-show")
JOINED = {"saving": (*_PARTS, "sitting"), "saving-timed": (*_PARTS, "sitting-clock", "sitting")}
"""Scripts that go out as one file, without their remarks, and their parts."""


@cache
def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@cache
def version_of_all(folder: Path) -> str:
    """Changes when any file changes: pages that a browser kept must not meet newer scripts."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256("".join(map(digest, files)).encode()).hexdigest()[:10]


def packed_copy(folder: Path, place: Path) -> Path:
    """The files with compressed twins, copied once for each content; the program's own folder stays as it is."""
    target = place / version_of_all(folder)
    if not target.exists():
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as work:
            copied = Path(shutil.copytree(folder, Path(work) / "files"))
            for name in JOINED:
                if (copied / "js").exists():
                    (copied / "js" / f"{name}.js").write_text(joined(copied, name), encoding="utf-8")
            for path in sorted(copied.rglob("*")):
                pack(path)
            with suppress(OSError):  # another process of ours was first
                copied.rename(target)
    return target


@cache
def joined(folder: Path, name: str) -> str:
    texts = ((folder / "js" / f"{part}.js").read_text(encoding="utf-8") for part in JOINED[name])
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return "\n".join(line for line in lines if line and not line.startswith("// "))


def pack(path: Path) -> None:
    """A compressed twin beside the file, where it is worth its while."""
    if path.suffix in PACKED and path.stat().st_size >= SMALLEST_BYTES:
        twin = path.with_name(f"{path.name}.gz")
        twin.write_bytes(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0))


def compress(response: Response) -> Response:
    """Send what is text compressed."""
    if "gzip" in request.headers.get("Accept-Encoding", "") and worth_it(response):
        response.direct_passthrough = False
        response.set_data(gzipped(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("ETag", None)
    if (response.mimetype or "").startswith(TEXTS):
        vary_by_encoding(response)
    return response


def vary_by_encoding(response: Response) -> None:
    if "Vary" in response.headers:
        response.vary.add("Accept-Encoding")
    else:
        response.headers["Vary"] = "Accept-Encoding"


def worth_it(response: Response) -> bool:
    known = response.content_length if response.direct_passthrough else response.calculate_content_length()
    return (
        response.status_code not in (204, 206, 304)
        and "Content-Encoding" not in response.headers
        and (response.mimetype or "").startswith(TEXTS)
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
