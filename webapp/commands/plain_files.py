"""What every command on plain files shares: faults in words, and outputs that appear whole or not at all."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from math import inf
from pathlib import Path
from typing import Any

import click

REFUSED = 2


class Refused(click.ClickException):
    """Ends a command with its faults on standard error and exit code 2."""

    exit_code = REFUSED


@contextmanager
def in_words(*kinds: type[Exception]) -> Iterator[None]:
    """Turn domain errors of these kinds into a message that lists every fault."""
    try:
        yield
    except kinds as error:
        faults = getattr(error, "faults", None)
        lines = [str(fault) for fault in faults] if faults else [str(error)]
        raise Refused("\n".join(lines)) from error


def rising(context: click.Context, parameter: click.Parameter, ends: tuple[float, float] | None) -> Any:
    """Refuse a scale whose ends are not finite numbers, the lower one first."""
    if ends is not None and not -inf < ends[0] < ends[1] < inf:
        raise click.BadParameter(f"{ends[0]:g} {ends[1]:g}: give the lowest rating, then the highest, as in 1 5.")
    return ends


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV; None becomes an empty cell and numbers keep all their digits."""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return stream.getvalue()


def write_whole(texts: Mapping[Path, str]) -> None:
    """Write texts as `write_bytes_whole` writes bytes, in UTF-8."""
    write_bytes_whole({path: text.encode("utf-8") for path, text in texts.items()})


def write_bytes_whole(files: Mapping[Path, bytes]) -> None:
    """Write files so that all of them appear, or, where one cannot be written, none."""
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in files}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path].write_bytes(data)
        for path, part in beside.items():
            os.replace(part, path)
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from error
    finally:
        for part in beside.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)
