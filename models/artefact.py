"""The estimator as bytes: the same estimator gives the same bytes, in whatever process and at whatever time.

skops names objects by their place in memory and stamps its files with the time. Neither is read back as
anything but a name, so both are replaced: objects are numbered in the order in which they appear.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import skops.io

EPOCH = (1980, 1, 1, 0, 0, 0)
_SCHEMA, _ID, _FILE = "schema.json", "__id__", "file"


def dump_estimator(estimator: Any) -> bytes:
    """Return the estimator in skops' format, without the traces of one run of the program."""
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    names = _Names()
    schema = names.replace(json.loads(files.pop(_SCHEMA)))
    renamed = {names.files[name]: data for name, data in files.items()}
    return _zip({**dict(sorted(renamed.items())), _SCHEMA: json.dumps(schema, indent=1).encode()})


class _Names:
    """New names, in the order in which the old ones appear."""

    def __init__(self) -> None:
        self.ids: dict[int, int] = {}
        self.files: dict[str, str] = {}

    def replace(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.replace(each) for each in value]
        if isinstance(value, dict):
            return {key: self._named(key, each) for key, each in value.items()}
        return value

    def _named(self, key: str, value: Any) -> Any:
        if key == _ID and isinstance(value, int):
            return self.ids.setdefault(value, len(self.ids) + 1)
        if key == _FILE and isinstance(value, str):
            stem, dot, ending = value.rpartition(".")
            return self.files.setdefault(value, f"{len(self.files) + 1:04d}{dot}{ending if dot else stem}")
        return self.replace(value)


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data)
    return buffer.getvalue()
