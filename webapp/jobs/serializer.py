"""What the queue writes down is JSON: nothing that could run is ever read back from a database."""

from __future__ import annotations

import json
from typing import Any

from dbos import Serializer


class StepFailed(Exception):
    """A failure as it was written down: its kind and its words."""


class JsonSerializer(Serializer):
    """Plain values in and out; an exception keeps its name and its message."""

    def name(self) -> str:
        return "makings_json"

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_written, ensure_ascii=False, separators=(",", ":"))

    def deserialize(self, serialized_data: str) -> Any:
        value = json.loads(serialized_data)
        if isinstance(value, dict) and set(value) == {"exception", "message"}:
            return StepFailed(f"{value['exception']}: {value['message']}")
        return value


def _written(value: Any) -> Any:
    if isinstance(value, BaseException):
        return {"exception": type(value).__name__, "message": str(value)}
    raise TypeError(f"a step may only return plain values, not {type(value).__name__}")
