"""The page of a question, cast once from its real template, and filled in for each person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from flask import Flask, g
from markupsafe import escape

from questionnaires.definition import Item
from questionnaires.ordering import shown_order
from webapp.candidate.asking import question_page
from webapp.candidate.quick_pages.shape import Holes, Shape, view_of
from webapp.languages import speak
from webapp.services.show_item import screen_of

MOST = 1000
"""So many are kept: a form of 24 questions has 24 for each language and each of nothing, an answer or a skip before."""


class Mould:
    """A page in pieces: every second one is a hole, told by its number."""

    def __init__(self, text: str, holes: Sequence[str], item: Item, language: str) -> None:
        pieces = re.split("(" + "|".join(holes) + ")", text)
        self.pieces = [piece.encode() for piece in pieces]
        self.places = [(n, holes.index(pieces[n])) for n in range(1, len(pieces), 2)]
        self.item = item
        self.options = {key: self._option(key, language) for key in item.option_ids}

    def _option(self, key: str, language: str) -> tuple[bytes, bytes]:
        return key.encode(), str(escape(self.item.option(key).texts[language])).encode()

    def filled(self, own: Sequence[str], seed: int) -> bytes:
        """The page with what is this person's own, in the order of `Holes.words`, and options in their order."""
        options = [self.options[key] for key in shown_order(self.item, seed)]
        values = [*(each.encode() for each in own), *(key for key, _text in options), *(text for _key, text in options)]
        pieces = self.pieces.copy()
        for n, hole in self.places:
            pieces[n] = values[hole]
        return b"".join(pieces)


class Moulds:
    """All that were cast; what a page says changes with the program alone, or with its shape."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.of = lru_cache(maxsize=MOST)(self._cast)

    def _cast(self, shape: Shape) -> Mould:
        holes = Holes(shape.item)
        return Mould(self._text(shape, holes), holes.words(), shape.item, shape.language)

    def _text(self, shape: Shape, holes: Holes) -> str:
        """The real page, made in a request of nobody's."""
        with self.app.test_request_context(f"/sitting/{holes.sitting}/question/{shape.number}"):
            g.csp_nonce, g.csrf_token = holes.nonce, holes.token
            speak(shape.language)
            screen = holes.screen(screen_of(shape.item, shape.language, 0))
            return question_page(view_of(shape, holes.sitting), shape.number, screen, holes.line(shape))
