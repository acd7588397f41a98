"""Which OpenGL is chosen; each choice in a process of its own, because a process keeps its first."""

import json
import os
import subprocess
import sys

import pytest

from rendering.context import ContextDescription
from tests.conftest import ROOT

DESCRIBE = "import json; from rendering.context import *; print(json.dumps(context_description().to_json()))"


def describe(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", DESCRIBE],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_context_describes_itself() -> None:
    described = json.loads(describe().stdout)
    assert described["backend"] in ("egl", "osmesa")
    assert described["renderer"]
    assert described["version"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="EGL and OSMesa are Linux's way to draw off-screen")
def test_without_egl_osmesa_draws() -> None:
    outcome = describe(__EGL_VENDOR_LIBRARY_FILENAMES="/nonexistent")
    if "no OSMesa library" in outcome.stderr:
        pytest.skip("OSMesa is not installed")
    assert json.loads(outcome.stdout)["backend"] == "osmesa"


def test_what_was_tried_is_told() -> None:
    outcome = describe(POSEWRIGHT_GL="egl", __EGL_VENDOR_LIBRARY_FILENAMES="/nonexistent")
    assert outcome.returncode != 0
    assert "NoOpenGL: no OpenGL context could be made (egl: " in outcome.stderr


@pytest.mark.parametrize(
    ("renderer", "software"),
    [("llvmpipe (LLVM 15.0.6, 256 bits)", True), ("softpipe", True), ("NVIDIA H200/PCIe/SSE2", False)],
)
def test_software_renderers_are_known_by_name(renderer: str, software: bool) -> None:
    described = ContextDescription(backend="egl", vendor="", renderer=renderer, version="4.5")
    assert described.software is software
