"""Paper: a template of ours and its contents become tagged PDF (PDF/UA-1), in our own font and without a network.

The same contents are the same bytes, whatever the machine.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import questionnaires.booklet
from webapp.errors import Invalid

FONTS = Path(questionnaires.booklet.__file__).parent / "fonts"
STANDARD: Any = ["ua-1"]


@cache
def fonts() -> Any:
    """Only our own files: what is installed on a machine must not change a sheet."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def set_in_type(template: Path, contents: dict[str, Any]) -> bytes:
    """`contents` hold year, month and day under `date`: the document is of that day."""
    import typst

    moment = dt.datetime.combine(dt.date(*contents["date"]), dt.time(), dt.UTC)
    made: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=fonts(),
        sys_inputs={"data": json.dumps(contents, ensure_ascii=False)},
        pdf_standards=STANDARD,
        timestamp=int(moment.timestamp()),
    )
    return made


def set_or_refused(template: Path, contents: dict[str, Any], refusal: str) -> bytes:
    """The same; letters that our font does not have are refused in these words, not printed as empty boxes."""
    import typst

    try:
        return set_in_type(template, contents)
    except typst.TypstError as fault:
        # The typesetter's own words are English only, and may hold parts of names.
        raise Invalid([refusal]) from fault
