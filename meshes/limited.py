"""Checking a stranger's mesh file in a process of its own that may use so much memory and time and no more.

A reader that is led to take all memory, to run for hours or to crash then takes only that process with it. The
limits on memory, processor time and writing are the operating system's (POSIX); elsewhere the time alone is limited.

    with MeshChecker() as checker:
        facts = checker.check(path)
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from meshes.errors import MeshUnreadable
from meshes.limits import MIB, MeshLimits
from meshes.read import MeshFacts, inspect_mesh

ROOT = Path(__file__).resolve().parent.parent
TOO_MUCH = "checking it took more memory or time than a CAD model may take"


STRANGERS_MESH = MeshLimits(max_bytes=128 * MIB, max_faces=2_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLimits:
    """`mesh`: what may be in a file; `memory_bytes`, `seconds`: what one check may take."""

    mesh: MeshLimits = STRANGERS_MESH
    memory_bytes: int = 2048 * MIB
    seconds: float = 60.0


STRANGERS = CheckLimits()


def check_mesh_in_limited_process(path: Path, limits: CheckLimits = STRANGERS) -> MeshFacts:
    """`inspect_mesh` in a process of its own; for one file. Blocks. Raises MeshUnreadable, whatever is wrong."""
    with MeshChecker(limits) as checker:
        return checker.check(path)


class MeshChecker:
    """One process for many files, one at a time; started with the first, and anew when a file has ended it."""

    def __init__(self, limits: CheckLimits = STRANGERS) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def check(self, path: Path) -> MeshFacts:
        """What is in the file. Raises MeshUnreadable: also where reading it went over the limits."""
        path = Path(path)
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start(self._limits)
        answer = self._ask(self._process, path)
        if answer is None:
            self.close()
            raise MeshUnreadable(path, TOO_MUCH)
        if "facts" in answer:
            facts = answer["facts"]
            return MeshFacts(**{**facts, "lower": tuple(facts["lower"]), "upper": tuple(facts["upper"])})
        raise MeshUnreadable(path, answer["reason"], answer["line"])

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, process: subprocess.Popen[bytes], path: Path) -> dict[str, Any] | None:
        """The process's answer; None where it ended without one."""
        assert process.stdin is not None
        assert process.stdout is not None
        patience = threading.Timer(self._limits.seconds, process.kill)
        patience.start()
        try:
            process.stdin.write(json.dumps(str(path.absolute())).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            return None
        finally:
            patience.cancel()
        if not line.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer


def _start(limits: CheckLimits) -> subprocess.Popen[bytes]:
    given = json.dumps([limits.mesh.max_bytes, limits.mesh.max_faces, limits.memory_bytes, limits.seconds])
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT", "LANG", "PYTHONPATH")}
    return subprocess.Popen(
        [sys.executable, "-m", "meshes.limited", given],
        cwd=ROOT,
        env={**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},  # each thread reserves address space
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _main(given: str, asked: IO[bytes], answers: IO[bytes]) -> None:
    max_bytes, max_faces, memory_bytes, seconds = json.loads(given)
    limits = MeshLimits(max_bytes=max_bytes, max_faces=max_faces)
    for line in asked:
        _limit_this_process(memory_bytes, seconds)
        answers.write(json.dumps(_answer(Path(json.loads(line)), limits)).encode() + b"\n")
        answers.flush()


def _answer(path: Path, limits: MeshLimits) -> dict[str, Any]:
    try:
        return {"facts": asdict(inspect_mesh(path, limits))}
    except MeshUnreadable as error:
        return {"reason": error.reason, "line": error.line}
    except MemoryError:
        return {"reason": TOO_MUCH, "line": None}
    except Exception as error:  # noqa: BLE001 - a reader that stumbles must be told from one that was killed
        return {"reason": f"it could not be read ({type(error).__name__})", "line": None}


def _limit_this_process(memory_bytes: int, seconds: float) -> None:
    """Set before each file: the processor time counts from the start of the process."""
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    processor = int(used.ru_utime + used.ru_stime + seconds) + 1
    _lower(resource.RLIMIT_CPU, processor)
    _lower(resource.RLIMIT_AS, memory_bytes)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(what: int, most: int) -> None:
    """The soft limit, which is what holds; the hard one stays, so that the next file's time can be added."""
    import resource

    _soft, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    _main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
