"""A cable between a browser and the site that can be cut, and that can swallow replies."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

LONGEST = 65536


class Wire:
    """Carries everything to the site and back while it is whole."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.whole = True
        self.swallowed = ""
        """Replies to requests whose first line holds this are lost; the site does its work all the same."""
        self.lost = 0
        self.slow = 0.0
        """So many seconds pass before each piece of a request goes on."""
        self.open: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        self.whole = False
        for each in list(self.open):
            self.end(each)

    def mend(self) -> None:
        self.whole = True

    def as_new(self) -> None:
        self.mend()
        self.swallowed, self.slow = "", 0.0

    def close(self) -> None:
        self.cut()
        self.listener.close()

    def listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self.listener.accept()
                threading.Thread(target=self.connect, args=(near,), daemon=True).start()

    def connect(self, near: socket.socket) -> None:
        if not self.whole:
            return self.end(near)
        far = socket.create_connection(("127.0.0.1", self.target))
        self.open |= {near, far}
        asked: list[str] = [""]
        threading.Thread(target=self.carry, args=(far, near, asked, True), daemon=True).start()
        return self.carry(near, far, asked, False)

    def carry(self, source: socket.socket, sink: socket.socket, asked: list[str], reply: bool) -> None:
        with contextlib.suppress(OSError):
            while self.whole and (data := source.recv(LONGEST)):
                if reply and self.swallowed and self.swallowed in asked[0]:
                    self.lost += 1
                    break
                if not reply:
                    asked[0] = data.split(b"\r\n", 1)[0].decode(errors="replace")
                    time.sleep(self.slow)
                sink.sendall(data)
        self.end(source)
        self.end(sink)

    def end(self, each: socket.socket) -> None:
        self.open.discard(each)
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            each.close()
