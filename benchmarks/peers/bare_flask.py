"""The least that could acknowledge a durable answer: Flask, JSON in, one INSERT with group commit, JSON out.

    python -m benchmarks.peers.bare_flask PORT DATABASE_URL

No session, no token, no checks, no revisions. One writer thread takes all rows that wait, inserts them in one
transaction through the database's own driver and only then wakes the requests. It runs in the same gunicorn, with the
same options, on the same kind of database as ours: SQLite with WAL and synchronous=FULL, or PostgreSQL.
"""

from __future__ import annotations

import json
import queue
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from flask import Flask, request
from gunicorn.app.base import BaseApplication

from webapp.commands.processes import server_options

Row = tuple[str, str, str]
TABLE = "CREATE TABLE IF NOT EXISTS bare_answer (sitting TEXT, item TEXT, value TEXT)"
MOST_AT_ONCE = 64


def sqlite_inserter(path: str) -> Callable[[list[Row]], None]:
    """Return what inserts rows durably into an SQLite file."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=15)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)

    def insert(rows: list[Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO bare_answer VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")

    return insert


def postgres_inserter(url: str) -> Callable[[list[Row]], None]:
    """Return what inserts rows durably into a PostgreSQL database."""
    connection = psycopg.connect(url.replace("+psycopg", ""))
    connection.execute(TABLE)
    connection.commit()

    def insert(rows: list[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bare_answer VALUES (%s, %s, %s)", rows)
        connection.commit()

    return insert


def inserter(url: str) -> Callable[[list[Row]], None]:
    """Return what inserts rows into the database of this address."""
    if url.startswith("sqlite"):
        return sqlite_inserter(url.removeprefix("sqlite:///"))
    return postgres_inserter(url)


class Committer:
    """The one thread that writes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.waiting: queue.SimpleQueue[tuple[Row, threading.Lock]] = queue.SimpleQueue()
        threading.Thread(target=self.run, daemon=True).start()

    def save(self, row: Row) -> None:
        """Return once the row is committed."""
        done = threading.Lock()
        done.acquire()
        self.waiting.put((row, done))
        done.acquire()

    def run(self) -> None:
        """Commit all that waits, for ever."""
        insert = inserter(self.url)
        while True:
            batch = [self.waiting.get()]
            while len(batch) < MOST_AT_ONCE and not self.waiting.empty():
                batch.append(self.waiting.get())
            insert([row for row, _done in batch])
            for _row, done in batch:
                done.release()


def make_app(url: str) -> Flask:
    """Make the endpoint; the thread starts with the first request, after the fork."""
    app = Flask("bare")
    made: list[Committer] = []
    making = threading.Lock()

    def committer() -> Committer:
        with making:
            if not made:
                made.append(Committer(url))
            return made[0]

    @app.post("/answers")
    def answers() -> dict[str, Any]:
        sent = request.get_json()
        (made[0] if made else committer()).save((sent["sitting"], sent["item"], json.dumps(sent["value"])))
        return {"item": sent["item"], "revision": 1}

    return app


class Server(BaseApplication):
    """gunicorn with our options."""

    def __init__(self, port: int, url: str) -> None:
        self.options, self.url = server_options(port, 1), url
        super().__init__()

    def load_config(self) -> None:
        """Take our options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application."""
        return make_app(self.url)


if __name__ == "__main__":
    Server(int(sys.argv[1]), sys.argv[2]).run()
