"""gunicorn's threads with two habits of our own (decision 0055).

A thread stays a moment with its connection, and `web_requests` reads the usual request with one look at the socket and
sends the reply in one piece. By itself each request of a kept connection goes from gunicorn's main thread to another
and back, with some twenty calls of the system, and at each of them a thread lets go of Python's lock and waits to have
it back. The first request of a connection, and whatever is not usual, is gunicorn's own from first byte to last.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterable
from functools import cached_property
from threading import Semaphore
from typing import Any

from gunicorn.http.wsgi import FileWrapper, Response, base_environ
from gunicorn.util import close_graceful
from gunicorn.workers.gthread import TConn, ThreadWorker

from webapp.commands.web_requests import MOST_BYTES, Request, Unusual, environ_of, usual_request

ALWAYS_FREE = 4
GONE = (errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN)
"""The other end has left: nobody need be told."""

STAY_MICROSECONDS = 50_000
"""After a redirect, or a page with its files, the next request comes at once; so long at most is a thread kept."""
SHORTLY, PATIENTLY = struct.pack("ll", 0, STAY_MICROSECONDS), struct.pack("ll", 0, 0)


class StayingWorker(ThreadWorker):
    """gunicorn's own worker, but for usual requests that follow another on a connection."""

    @cached_property
    def common(self) -> dict[str, Any]:
        """What the application is told alike for every request."""
        return base_environ(self.cfg) | {"wsgi.multithread": True}

    @cached_property
    def knows(self) -> bool:
        """Whether gunicorn has no setting under which a usual request would mean something else."""
        other = os.environ.get("SCRIPT_NAME") or self.cfg.is_ssl or self.cfg.proxy_protocol != "off"
        return not (other or self.cfg.max_requests or self.log.access_log_enabled)

    @cached_property
    def places(self) -> Semaphore:
        """For threads that stay: some never do, so that a newcomer is answered at once."""
        return Semaphore(max(1, self.cfg.threads - ALWAYS_FREE))

    def handle(self, conn: TConn) -> Any:
        """Answer requests of one connection, for as long as they come at once and nobody waits for a thread.

        Returns what gunicorn's does: whether the connection goes on.
        """
        going_on = self.next_of(conn) if self.is_plain(conn) else super().handle(conn)
        while going_on is True and self.is_plain(conn) and not self.is_wanted():
            going_on = self.staying(conn)
        if going_on is False:
            say_goodbye(conn)
        return True if going_on is None else going_on

    def staying(self, conn: TConn) -> Any:
        """The next of this connection, where the thread may wait for it."""
        if not self.places.acquire(blocking=False):
            return None
        try:
            data = self.data_of(conn)
        finally:
            self.places.release()
        return self.answered(conn, data)

    def is_plain(self, conn: TConn) -> bool:
        """Whether its last request was read to the end by gunicorn or by us, and nothing beyond."""
        known = self.knows and conn.initialized and not conn.is_http2 and isinstance(conn.client, tuple)
        return known and not conn.parser.unreader.buf.getvalue()

    def is_wanted(self) -> bool:
        """Whether somebody waits for a thread, or the process is to end."""
        return not self.alive or self.tpool._work_queue.qsize() > 0

    def next_of(self, conn: TConn) -> Any:
        """Answer what has come or comes at once; None where nothing comes, or else whether the connection goes on."""
        return self.answered(conn, self.data_of(conn))

    def answered(self, conn: TConn, data: bytes | None) -> Any:
        return None if data is None else bool(data) and self.take(conn, data)

    def data_of(self, conn: TConn) -> bytes | None:
        if conn.sock.gettimeout() is not None:
            conn.sock.setblocking(True)
        self.be_patient(conn, SHORTLY)
        try:
            data: bytes = conn.sock.recv(MOST_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""
        finally:
            self.be_patient(conn, PATIENTLY)
        return data

    def be_patient(self, conn: TConn, time: bytes) -> None:
        # By the kernel: with a time limit of Python's each reading would be two calls.
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, time)

    def take(self, conn: TConn, data: bytes) -> Any:
        """Answer what has come; whether the connection goes on."""
        try:
            request = usual_request(data, conn.parser.mesg)
        except Unusual:
            conn.parser.unreader.unread(data)
            return super().handle(conn)
        return self.answer(conn, request)

    def answer(self, conn: TConn, request: Request) -> bool:
        reply = Response(request, conn.sock, self.cfg)
        if not self.alive or len(self.keepalived_conns) >= self.max_keepalived:
            reply.force_close()
        try:
            send(reply, self.wsgi(self.common | environ_of(request, conn), reply.start_response))
            return not reply.should_close()
        except OSError as error:
            if error.errno not in GONE:
                self.log.exception("Socket error processing request.")
            return False
        except (Exception, SystemExit) as error:
            if isinstance(error, SystemExit) and not reply.headers_sent:
                raise
            return self.tell(conn, reply, error)

    def tell(self, conn: TConn, reply: Response, error: BaseException) -> bool:
        """Say that it broke, where nothing was said yet."""
        if reply.headers_sent:
            self.log.exception("Error handling request")
        else:
            self.handle_error(None, conn.sock, conn.client, error)
        return False


def send(reply: Response, pieces: Iterable[bytes]) -> None:
    """Send it in one piece where it is one, or else as gunicorn does."""
    try:
        if type(pieces) is list and len(pieces) == 1 and is_whole(reply, pieces[0]):
            reply.sock.sendall(head_of(reply) + pieces[0])
        elif isinstance(pieces, FileWrapper):
            reply.write_file(pieces)
            reply.close()
        else:
            for piece in pieces:
                reply.write(piece)
            reply.close()
    finally:
        close = getattr(pieces, "close", None)
        if close:
            close()


def is_whole(reply: Response, piece: bytes) -> bool:
    return bool(not reply.headers_sent and reply.response_length == len(piece) and reply.status_code != 304)


def say_goodbye(conn: TConn) -> None:
    """Wait here until the other end closes, or two seconds: gunicorn's main thread would, and answer nobody else."""
    try:
        close_graceful(conn.sock.dup())
        conn.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


def head_of(reply: Response) -> bytes:
    reply.headers_sent = True
    lines = [*reply.default_headers(), *[f"{name}: {value}\r\n" for name, value in reply.headers], "\r\n"]
    return "".join(lines).encode("latin-1")
