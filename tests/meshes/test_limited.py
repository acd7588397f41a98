"""A stranger's mesh is read in a process that may be killed, and only that one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from meshes.errors import MeshUnreadable
from meshes.limited import STRANGERS, TOO_MUCH, CheckLimits, MeshChecker, check_mesh_in_limited_process
from meshes.limits import MIB, MeshLimits
from meshes.read import inspect_mesh

TETRAHEDRON = "OFF\n4 4 0\n0 0 0\n1 0 0\n0 1 0\n0 0 1\n3 0 2 1\n3 0 1 3\n3 0 3 2\n3 1 2 3\n"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.off"
    path.write_text(TETRAHEDRON)
    return path


def large(folder: Path, points: int = 2_000_000) -> Path:
    path = folder / "large.off"
    path.write_bytes(b"OFF\n%d 1 0\n" % points + b"0 0 0\n" * points + b"3 0 1 2\n")
    return path


def test_it_finds_what_reading_here_finds(good: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.off"
    broken.write_text("OFF\n4 4 0\n0 0 0\n1 0 zero\n")
    with MeshChecker() as checker:
        assert checker.check(good) == inspect_mesh(good)
        with pytest.raises(MeshUnreadable) as there:
            checker.check(broken)
        with pytest.raises(MeshUnreadable) as here:
            inspect_mesh(broken)
        assert str(there.value) == str(here.value)
        with pytest.raises(MeshUnreadable, match="missing"):
            checker.check(tmp_path / "nothing.off")
        assert checker.check(good) == inspect_mesh(good)


@pytest.mark.skipif(os.name != "posix", reason="the system has no such limits")
def test_too_much_memory_ends_the_check_and_not_the_checker(good: Path, tmp_path: Path) -> None:
    mesh = MeshLimits(max_bytes=64 * MIB, max_faces=1_000_000)
    with MeshChecker(CheckLimits(mesh=mesh, memory_bytes=240 * MIB)) as checker:
        with pytest.raises(MeshUnreadable, match=TOO_MUCH):
            checker.check(large(tmp_path))
        assert checker.check(good).faces == 4


def test_too_much_time_ends_the_check_and_not_the_checker(good: Path, tmp_path: Path) -> None:
    """A pipe that nobody writes into would be waited for, were it not refused; a large file takes a while."""
    with pytest.raises(MeshUnreadable, match=TOO_MUCH):
        check_mesh_in_limited_process(large(tmp_path), CheckLimits(seconds=0.05))
    os.mkfifo(tmp_path / "pipe.off")
    with MeshChecker() as checker:
        with pytest.raises(MeshUnreadable, match="not a file"):
            checker.check(tmp_path / "pipe.off")
        assert checker.check(good).faces == 4


@pytest.mark.skipif(os.name != "posix", reason="the system has no such limits")
def test_the_process_may_write_nothing(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nfrom meshes.limited import _limit_this_process\n_limit_this_process(2**31, 5)\n"
        f"try:\n  Path({str(tmp_path / 'x')!r}).write_text('x')\nexcept OSError:\n  print('refused')\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.stdout.strip() == "refused", said


def test_what_strangers_may_send_holds_the_largest_model_there_is() -> None:
    assert STRANGERS.mesh.max_faces >= 10 * 110_000
