"""Seats: each worker holds one, so that a dead worker's work is known from a living one's.

The queue hands interrupted work back by the name of the worker that ran it. Two workers of one name would
take each other's running work; a name that changes at every start would lose it. So names are numbered seats,
each guarded by a lock that the operating system (or PostgreSQL) frees when its holder dies.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

SEATS = 64


class Seat(Protocol):
    """A held lock."""

    number: int

    def held(self) -> bool: ...

    def leave(self) -> None: ...


class FileSeat:
    """A lock on a file of the instance folder."""

    def __init__(self, number: int, descriptor: int) -> None:
        self.number = number
        self.descriptor = descriptor

    def held(self) -> bool:
        return True

    def leave(self) -> None:
        os.close(self.descriptor)


class DatabaseSeat:
    """An advisory lock in PostgreSQL, which holds over many hosts."""

    def __init__(self, number: int, connection: Connection) -> None:
        self.number = number
        self.connection = connection

    def held(self) -> bool:
        try:
            self.connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def leave(self) -> None:
        self.connection.close()
        self.connection.engine.dispose()


class FileSeats:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, number: int) -> Seat | None:
        """Take this seat if nobody sits on it."""
        descriptor = os.open(self.folder / f"worker-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return FileSeat(number, descriptor)


class DatabaseSeats:
    def __init__(self, url: str) -> None:
        self.url = url

    def take(self, number: int) -> Seat | None:
        """Take this seat if nobody sits on it."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT", pool_size=1)
        connection = engine.connect()
        key = zlib.crc32(b"makings worker seat")
        taken = connection.execute(
            text("SELECT pg_try_advisory_lock(hashtextextended(:name, :seat))"), {"name": str(key), "seat": number}
        )
        if taken.scalar():
            return DatabaseSeat(number, connection)
        connection.close()
        engine.dispose()
        return None


def seats_for(jobs_database_url: str, folder: Path) -> FileSeats | DatabaseSeats:
    """Where the queue is, there are the seats."""
    return FileSeats(folder) if jobs_database_url.startswith("sqlite") else DatabaseSeats(jobs_database_url)


def first_free(seats: FileSeats | DatabaseSeats) -> Seat:
    for number in range(1, SEATS + 1):
        if (seat := seats.take(number)) is not None:
            return seat
    raise RuntimeError(f"{SEATS} workers are running already")


def name_of(number: int) -> str:
    return f"worker-{number}"
