"""The processes of an installation: the web server, the worker, and both side by side."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from wsgiref.headers import Headers

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from whitenoise import WhiteNoise

from webapp import create_app, migrate
from webapp.assets import packed_copy
from webapp.commands.beating import begin_beating
from webapp.config import Settings
from webapp.extensions import db
from webapp.security import static_headers

PR_SET_PDEATHSIG = 1
SHORTEST_LIFE_SECONDS = 5.0
# So many answers can be committed together; pages take turns at one processor, however many threads there are.
THREADS = 32


def revision() -> str:
    return migrate.head() or "none"


def make_site(settings: Settings) -> Flask:
    """The site with its static files, as one WSGI application."""
    app = create_app(settings)
    root = packed_copy(Path(str(app.static_folder)), settings.instance / "static")
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(root),
        prefix="static/",
        max_age=86400,
        allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: protect(headers, settings.secure_cookies),
    )
    return app


def protect(headers: Headers, secure: bool) -> None:
    for name, value in static_headers(secure).items():
        headers[name] = value


def settle() -> None:
    """What stands after the start stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


class Server(BaseApplication):
    """gunicorn, told everything here and nothing by files."""

    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        app = make_site(self.settings)
        # A connection must not be shared by the processes that are forked after this.
        db.engine.dispose()
        begin_beating()
        settle()
        return app


def refuse_busy(port: int) -> None:
    """Say so at once when something else answers on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}"
            ) from error


def serve(settings: Settings, port: int, web_processes: int) -> None:
    """Serve until told to stop."""
    refuse_busy(port)
    Server(settings, server_options(port, web_processes)).run()


def server_options(port: int, web_processes: int) -> dict[str, Any]:
    """How gunicorn serves us."""
    return {
        "bind": f"127.0.0.1:{port}",
        "workers": web_processes,
        "worker_class": "webapp.commands.web_worker.StayingWorker",
        "threads": THREADS,
        "timeout": 120,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "makings",
    }


def end_with_parent() -> None:
    """Let the kernel end a child whose parent was killed; elsewhere than on Linux it stays."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "webapp", *arguments], preexec_fn=end_with_parent)  # noqa: S603


class Household:
    """Child processes that are started again when they die and stopped together."""

    def __init__(self, commands: Sequence[Sequence[str]], starter: Callable[..., Any] = start) -> None:
        self.commands = commands
        self.starter = starter
        self.children: dict[int, tuple[Any, float]] = {}
        self.stopping = False

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        for index in range(len(self.commands)):
            self.raise_child(index)
        while not self.stopping:
            time.sleep(0.5)
            self.look_after()
        self.end()

    def raise_child(self, index: int) -> None:
        self.children[index] = (self.starter(self.commands[index]), time.monotonic())

    def look_after(self) -> None:
        for index, (child, born) in list(self.children.items()):
            if child.poll() is not None and not self.stopping:
                if time.monotonic() - born < SHORTEST_LIFE_SECONDS:
                    self.stop()
                    raise click.ClickException(f"`makings {self.commands[index][0]}` ended at once; see above.")
                self.raise_child(index)

    def stop(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping = True

    def end(self) -> None:
        for child, _born in self.children.values():
            if child.poll() is None:
                child.terminate()
        for child, _born in self.children.values():
            child.wait(timeout=60)


def serve_with_worker(port: int) -> None:
    """The site and its worker side by side, for one machine."""
    refuse_busy(port)
    os.environ["MAKINGS_BASE_URL"] = f"http://127.0.0.1:{port}"
    household = Household([["worker"], ["serve", "--port", str(port)]])
    try:
        household.run()
    finally:
        household.end()
