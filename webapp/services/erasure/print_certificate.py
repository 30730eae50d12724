"""A certificate as PDF: tagged, in our own font, and as it stands today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from webapp.records.base import now
from webapp.services.erasure.read_certificate import FullCertificate
from webapp.services.erasure.words import certificate_words, day
from webapp.services.set_in_type import set_in_type

HERE = Path(__file__).parent / "paper"


def print_certificate(found: FullCertificate, language: str, address: str) -> bytes:
    """PDF/UA-1 of what the page at this address says."""
    return set_in_type(HERE / "certificate.typ", contents(found, language, address))


def contents(found: FullCertificate, language: str, address: str) -> dict[str, Any]:
    today = now().date()
    return certificate_words(found) | {
        "language": language,
        "date": [today.year, today.month, today.day],
        "words": {
            "title": _("Certificate of erasure"),
            "day": _("Erased on"),
            "why": _("Why"),
            "went": _("What was erased"),
            "models": _("Scoring models"),
            "remains": _("What remains, and why"),
            "page": _("Page"),
            "today": _(
                "As it stood on %(day)s (UTC). How it stands now is at %(address)s", day=day(now()), address=address
            ),
        },
    }
