"""Names of files: letters, figures and hyphens only, whatever the title holds, and nobody's name."""

from __future__ import annotations

import re
import unicodedata

from webapp.records import Vacancy
from webapp.records.base import now


def file_name(vacancy: Vacancy, simulated: bool, ending: str = "csv") -> str:
    title = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", vacancy.title).lower()).strip("-_")[:60]
    parts = ["simulated" if simulated else "", title or "shortlist", f"{now():%Y-%m-%d}"]
    return "-".join(part for part in parts if part) + f".{ending}"
