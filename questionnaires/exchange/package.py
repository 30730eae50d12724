"""Reading a zip that others packed, without unpacking it anywhere.

Names are checked although nothing is written to them: a package that climbs out, hides a link or has a member
twice was made to deceive, and is refused whole. Sizes are checked before anything is unpacked, and again while.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from questionnaires.exchange.faults import ExchangeError, ExchangeFault, refuse

LARGEST_PACKAGE = 50_000_000
LARGEST_UNPACKED = 100_000_000
LARGEST_MEMBER = 50_000_000
MOST_MEMBERS = 5_000
MOST_RATIO = 100
SMALL = 100_000
"""Members up to this size may be packed as tightly as they like."""
_AGAIN = "Export the package again, or take it from its author."


class Package:
    """The members of a zip, read one at a time and only when asked for."""

    def __init__(self, data: bytes, file: str) -> None:
        """Check the whole package.

        Raises
        ------
        ExchangeError
            With everything that is wrong with the members' names and sizes.
        """
        self.file = file
        self._archive = _opened(data, file)
        self._members = {each.filename: each for each in self._archive.infolist() if not each.is_dir()}
        faults = list(_faults(self._archive.infolist(), file))
        if faults:
            raise ExchangeError(faults)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Return one member; KeyError where there is none.

        Raises
        ------
        ExchangeError
            Where the member is damaged or unpacks to more than it says.
        """
        member = self._members[name]
        try:
            with self._archive.open(member) as stream:
                data = stream.read(member.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
            raise refuse(name, 0, "This member of the package is damaged.", _AGAIN) from error
        if len(data) > member.file_size:
            raise refuse(name, 0, "This member unpacks to more than it says.", _AGAIN)
        return data


def is_package(data: bytes) -> bool:
    """Whether a file is a zip, by its first bytes."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _opened(data: bytes, file: str) -> zipfile.ZipFile:
    if len(data) > LARGEST_PACKAGE:
        raise refuse(file, 0, f"The package is larger than {LARGEST_PACKAGE // 1_000_000} MB.", "Split it.")
    members = data.count(b"PK\x01\x02")  # counted before a directory of that length is read into memory
    if members > MOST_MEMBERS:
        raise refuse(file, 0, f"The package has {members} members; {MOST_MEMBERS} fit.", "Split it.")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
        raise refuse(file, 0, "This zip is damaged or cut short.", _AGAIN) from error


def _faults(members: list[zipfile.ZipInfo], file: str) -> Iterator[ExchangeFault]:
    yield from _repeated(members, file)
    for member in members:
        message = _unsafe(member) or _swollen(member)
        if message:
            yield ExchangeFault(file, 0, f"{member.filename!r} {message}.", _AGAIN)
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        most = LARGEST_UNPACKED // 1_000_000
        yield ExchangeFault(
            file, 0, f"The package unpacks to more than {most} MB.", "Leave out its media, or split it."
        )


def _repeated(members: list[zipfile.ZipInfo], file: str) -> Iterator[ExchangeFault]:
    for name, count in Counter(member.filename for member in members).items():
        if count > 1:
            yield ExchangeFault(file, 0, f"{name!r} is in the package {count} times.", _AGAIN)


def _unsafe(member: zipfile.ZipInfo) -> str | None:
    """Say why a member's name or kind is refused, None where it is not."""
    name = member.orig_filename
    parts = PurePosixPath(name).parts
    if "\\" in name or "\0" in name or name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        return "is an absolute path, or one of another system"
    if ".." in parts:
        return "climbs out of the package"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link to another file"
    if member.flag_bits & 0x1:
        return "is locked with a password"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not read here"
    return None


def _swollen(member: zipfile.ZipInfo) -> str | None:
    """Say why a member's size is refused, None where it is not."""
    if member.file_size > LARGEST_MEMBER:
        return f"unpacks to more than {LARGEST_MEMBER // 1_000_000} MB"
    if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        return f"unpacks to more than {MOST_RATIO} times its packed size"
    return None
