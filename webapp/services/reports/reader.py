"""Who reads a report: the language, whether the data are simulated, and where drawn charts are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from webapp.services.draw_chart import Draw
from webapp.services.reports.album import Album


@dataclass(frozen=True)
class Reader:
    """What sections need to know besides the figures."""

    language: str
    simulated: bool = False
    album: Album = field(default_factory=Album)
    facets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def chart(self, draw: Draw, data: Any, title: str, **words: str) -> Markup:
        """Draw with a title that says where data are invented."""
        named = _("%(title)s (simulated data)", title=title) if self.simulated else title
        return self.album.drawn(draw, data, {**words, "title": named, "language": self.language})

    def facet(self, name: str) -> str:
        return self.facets.get(name, {}).get(self.language, name)
