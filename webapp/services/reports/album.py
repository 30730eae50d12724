"""Drawn charts, kept: the first drawing of one takes long, reading it again takes nothing."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from webapp.services.draw_chart import Draw, svg_of, text_of

EDITION = "1"
"""Goes up when the same figures are drawn differently."""


@dataclass(frozen=True)
class Album:
    """Where charts are kept, and the secret by which they are known to be ours; without a folder, only in memory."""

    folder: Path | None = None
    secret: str = ""

    def drawn(self, draw: Draw, data: Any, words: Mapping[str, str]) -> Markup:
        """The chart of these figures in these words."""
        return _remembered(self, draw, text_of(data), text_of(words))

    def find(self, name: str) -> str | None:
        """A chart that was drawn before; one that somebody changed on disk is not looked at."""
        try:
            seal, _, svg = (self._place(name)).read_text("utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return svg if hmac.compare_digest(seal.encode(), self._seal(name, svg).encode()) else None

    def keep(self, name: str, svg: str) -> None:
        """Keep it whole or not at all; a full disk costs the next reader a second, not the page."""
        place = self._place(name)
        partial = place.with_suffix(f".{os.getpid()}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(f"{self._seal(name, svg)}\n{svg}", "utf-8")
            os.replace(partial, place)
        except OSError:
            partial.unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        return (self.folder or Path()) / f"{name}.svg"

    def _seal(self, name: str, svg: str) -> str:
        return hmac.new(self.secret.encode(), f"chart:{name}:{svg}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=256)
def _remembered(album: Album, draw: Draw, data: str, words: str) -> Markup:
    name = hashlib.sha256("\0".join((EDITION, draw.__name__, data, words)).encode()).hexdigest()
    return Markup(_found_or_made(album, name, lambda: svg_of(draw, data, words)))  # noqa: S704


def _found_or_made(album: Album, name: str, make: Callable[[], str]) -> str:
    if album.folder is None:
        return make()
    svg = album.find(name)
    if svg is None:
        svg = make()
        album.keep(name, svg)
    return svg
