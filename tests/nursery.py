"""Forks the program from a process that has imported it already: nearly all of a start is imports.

What is forked runs the program's own command line, in a process, a home and an environment of its own, as if it had
been started; only the imports are shared. One nursery serves one test process, and ends with it, its children too.
"""

import atexit
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
IMPORTED = ("ui.server", "ui.jobs.queue", "storage.migrations.run")


class Child:
    """A forked process, with what is used of `subprocess.Popen`."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid

    @property
    def returncode(self) -> int | None:
        return self._nursery.ended.get(self.pid)

    def poll(self) -> int | None:
        self._nursery.listen(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raises subprocess.TimeoutExpired."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.returncode) is None:
            left = None if deadline is None else deadline - time.monotonic()
            if timeout is not None and left is not None and left <= 0:
                raise subprocess.TimeoutExpired(["main.py"], timeout)
            self._nursery.listen(left)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # its end is known to the nursery, and not yet here
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The test process's end. `ended`: the exit statuses by process, as Popen has them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.ended: dict[int, int] = {}
        self._born: list[int] = []
        self._unread = b""
        self._line, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
            cwd=ROOT,
            env={**environment, "NICEGUI_STORAGE_PATH": str(Path(tempfile.gettempdir()) / "posewright-nursery")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        atexit.register(self.close)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], output: IO[bytes], first: str = ""
    ) -> Child:
        """`main.py` with these arguments, after the statements in `first`; both its outputs go to the file."""
        order = {"arguments": arguments, "environment": environment, "output": output.name, "first": first}
        self._line.sendall(json.dumps(order).encode() + b"\n")
        while not self._born:
            self.listen(None)
        return Child(self, self._born.pop())

    def listen(self, patience: float | None) -> None:
        """Takes in what has come, or comes first within so many seconds."""
        self._line.settimeout(patience)
        try:
            received = self._line.recv(65536)
        except (TimeoutError, BlockingIOError):
            return
        if not received:
            raise RuntimeError("the nursery is gone")
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            news = json.loads(line)
            if "status" in news:
                self.ended[news["pid"]] = news["status"]
            else:
                self._born.append(news["pid"])

    def close(self) -> None:
        self._line.close()
        self._process.wait()


def _tend(line: socket.socket) -> dict[str, Any] | None:
    """Forks for each order, and tells who has ended. Returns the order in the child, None when nobody orders more."""
    wake_up, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    children: set[int] = set()
    unread = b""
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        selector.register(wake_up, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _events in selector.select()}
            if wake_up in ready:
                os.read(wake_up, 4096)
                while children and (ended := os.waitpid(-1, os.WNOHANG))[0]:
                    children.discard(ended[0])
                    _tell(line, pid=ended[0], status=os.waitstatus_to_exitcode(ended[1]))
            if line.fileno() not in ready:
                continue
            received = line.recv(65536)
            if not received:
                for pid in children:
                    os.kill(pid, signal.SIGKILL)
                return None
            *orders, unread = (unread + received).split(b"\n")
            for order in orders:
                if (pid := os.fork()) == 0:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    os.close(wake_up)
                    os.close(woken)
                    line.close()
                    wanted: dict[str, Any] = json.loads(order)
                    return wanted
                children.add(pid)
                _tell(line, pid=pid)


def _tell(line: socket.socket, **news: int) -> None:
    with suppress(BrokenPipeError):
        line.sendall(json.dumps(news).encode() + b"\n")


def _become(order: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(order["environment"])
    output = os.open(order["output"], os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(output)
    os.close(nothing)
    sys.argv = ["main.py", *order["arguments"]]
    sys.orig_argv = [sys.executable, *sys.argv]  # with which it begins anew


def main() -> None:
    sys.modules.setdefault("aiohttp", None)  # type: ignore[arg-type]  # as `ui.cli.serve` has it
    for name in IMPORTED:
        import_module(name)
    from ui.cli.app import app

    order = _tend(socket.socket(fileno=int(sys.argv[1])))
    if order is not None:
        _become(order)
        exec(order["first"])
        app()


if __name__ == "__main__":
    main()
