"""Starts the real program on a free port with a home of its own, for every test that needs a running server."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

import httpx
from click.testing import Result
from typer.testing import CliRunner

from tests.nursery import Child, Nursery
from ui.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
START_PATIENCE_S = 90.0
STOP_PATIENCE_S = 15.0
PATIENCE_S = 90.0
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Server:
    """A running `serve`. `output` is what it has printed so far, console log included."""

    url: str
    home: Path
    process: subprocess.Popen[bytes] | Child
    output_file: Path
    environment: dict[str, str] = field(repr=False)

    @property
    def output(self) -> str:
        return self.output_file.read_text("utf-8", errors="replace")

    @property
    def log(self) -> str:
        return "".join(path.read_text("utf-8") for path in sorted((self.home / "logs").glob("*.log*")))

    def command(self, *arguments: str, stdin: str = "") -> Result:
        """Runs another command in this server's home, as an operator does beside it."""
        return command_here(self.home, *arguments, stdin=stdin)

    def client(self, **options: object) -> httpx.Client:
        """A browser's stand-in: keeps cookies, follows no redirect, asks for pages."""
        return httpx.Client(
            base_url=self.url, headers={"Accept": "text/html,*/*", "Accept-Language": "en"}, timeout=30, **options
        )

    @contextmanager
    def sign_in(self, name: str, password: str) -> Iterator[httpx.Client]:
        """`client`, logged in."""
        with self.client() as client:
            answer = client.post("/login", data={"name": name, "password": password})
            assert answer.status_code == 303, answer.text
            yield client


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment(home: Path, **settings: str) -> dict[str, str]:
    """This process's environment without what would make the program think that it is being tested."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("POSEWRIGHT_", "PYTEST_", "NICEGUI_")) and name != "DATABASE_URL"
    }
    return kept | {"POSEWRIGHT_HOME": str(home), "PYTHONUNBUFFERED": "1", **settings}


def command(home: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Runs `python main.py …` to its end, as an operator does."""
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env=clean_environment(home),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def command_here(home: Path, *arguments: str, stdin: str = "", **settings: str) -> Result:
    """The same in the tests' own process, which spares each command the imports."""
    cleared = dict.fromkeys(os.environ.keys() - clean_environment(home).keys())
    return CliRunner().invoke(app, arguments, input=stdin, env={**cleared, "POSEWRIGHT_HOME": str(home), **settings})


@cache
def nursery() -> Nursery:
    """This test process's own."""
    return Nursery(clean_environment(Path(tempfile.gettempdir())))


@contextmanager
def running_server(
    home: Path, *arguments: str, program: Sequence[str] | None = None, first: str = "", **settings: str
) -> Iterator[Server]:
    """`serve` with further arguments; waits until it answers, and ends it afterwards.

    `program`: what a Python of its own runs, `["main.py"]` or a wrapper around it; otherwise the nursery forks it,
    and it begins with the statements in `first`.
    """
    port = free_port()
    home.parent.mkdir(parents=True, exist_ok=True)
    output_file = home.parent / f"{home.name}-{port}-output.txt"
    environment = clean_environment(home, **settings)
    command = ["serve", "--port", str(port), *arguments]
    with output_file.open("wb") as output:
        if program is None:
            process: subprocess.Popen[bytes] | Child = nursery().start(command, environment, output, first)
        else:
            process = subprocess.Popen(
                [sys.executable, *program, *command], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
    server = Server(
        url=f"http://127.0.0.1:{port}",
        home=home,
        process=process,
        output_file=output_file,
        environment=environment,
    )
    try:
        wait_until_it_answers(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise AssertionError(f"the server ended with {server.process.returncode}:\n{server.output}")
        try:
            if httpx.get(f"{server.url}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer:\n{server.output}")


def eventually(look: Callable[[], T]) -> T:
    """The first answer that is not empty."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found
