"""One off-screen OpenGL context for this process: a GPU through EGL where there is one, else Mesa's software.

The process that calls `open_context` owns it, on the thread that called: vispy's current canvas is global to the
process, and drawing from another thread gives a black picture without an error. Nothing here runs at import time.
"""

import ctypes
import os
import sys
from dataclasses import asdict, dataclass
from typing import Any

from domain.errors import PosewrightError

CHOICE_VARIABLE = "POSEWRIGHT_GL"
"""`egl`, `osmesa` or `desktop` leaves no choice; unset, the first of them that works is taken."""

CANVAS_SIDE = 16
"""Pictures are drawn into framebuffers of their own; the canvas is only the context's handle."""

OSMESA_LIBRARIES = ("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so")

EGL_PLATFORM_DEVICE = 0x313F
GL_VENDOR, GL_RENDERER, GL_VERSION = 0x1F00, 0x1F01, 0x1F02
SOFTWARE_RENDERERS = ("llvmpipe", "softpipe", "swrast", "swr")


class NoOpenGL(PosewrightError):
    """There is no way to draw on this machine; the message says what was tried."""

    code = "no_opengl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextDescription:
    """What draws, in the driver's own words."""

    backend: str
    vendor: str
    renderer: str
    version: str

    @property
    def software(self) -> bool:
        return any(name in self.renderer.lower() for name in SOFTWARE_RENDERERS)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"software": self.software}


_canvas: Any = None


def open_context() -> Any:
    """The vispy canvas of this process, made on the first call. Raises NoOpenGL."""
    global _canvas
    if _canvas is not None:
        return _canvas
    makers = {"egl": _egl_canvas, "osmesa": _osmesa_canvas, "desktop": _desktop_canvas}
    wanted = os.environ.get(CHOICE_VARIABLE, "")
    if wanted and wanted not in makers:
        raise NoOpenGL(f"{CHOICE_VARIABLE} must be egl, osmesa or desktop, not {wanted!r}")
    headless = ("egl", "osmesa") if sys.platform.startswith("linux") else ("desktop",)
    refusals = []
    for name in (wanted,) if wanted else headless:
        try:
            _canvas = makers[name]()
        except (OSError, RuntimeError, AttributeError, NoOpenGL) as error:
            refusals.append(f"{name}: {error}")
        else:
            return _canvas
    raise NoOpenGL("no OpenGL context could be made (" + "; ".join(refusals) + ")")


def context_description() -> ContextDescription:
    """Which OpenGL draws here; makes the context if there is none. Raises NoOpenGL."""
    canvas = open_context()
    from vispy.gloo import gl

    vendor, renderer, version = (str(gl.glGetParameter(name)) for name in (GL_VENDOR, GL_RENDERER, GL_VERSION))
    backend = str(canvas.app.backend_name)
    return ContextDescription(backend=backend.lower(), vendor=vendor, renderer=renderer, version=version)


def _egl_canvas() -> Any:
    # Without a platform named, Mesa asks for an X server or a Wayland compositor and gives up.
    os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    from vispy.ext import egl

    display = _egl_display(egl)
    # vispy takes the default display at import; on machines with a GPU the default may be the software one.
    egl.eglGetDisplay = lambda: display
    return _open("egl")


def _egl_display(egl: Any) -> ctypes.c_void_p:
    """The first display that can draw: hardware devices in the driver's order, then the default display."""
    for display in _hardware_displays(egl):
        if _can_draw(egl, display):
            return display
    display = egl.eglGetDisplay()
    if _can_draw(egl, display):
        return ctypes.c_void_p(display.value)
    raise NoOpenGL("EGL offers no display that draws off-screen with OpenGL")


def _hardware_displays(egl: Any) -> list[ctypes.c_void_p]:
    """Displays of EGL_EXT_platform_device for devices that are not Mesa's software renderer."""
    address = egl._lib.eglGetProcAddress
    address.argtypes, address.restype = (ctypes.c_char_p,), ctypes.c_void_p
    query_devices = address(b"eglQueryDevicesEXT")
    query_string = address(b"eglQueryDeviceStringEXT")
    platform_display = address(b"eglGetPlatformDisplayEXT")
    if not (query_devices and query_string and platform_display):
        return []
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    integers = ctypes.POINTER(integer)
    query_devices = ctypes.CFUNCTYPE(integer, integer, ctypes.POINTER(pointer), integers)(query_devices)
    query_string = ctypes.CFUNCTYPE(ctypes.c_char_p, pointer, integer)(query_string)
    platform_display = ctypes.CFUNCTYPE(pointer, integer, pointer, integers)(platform_display)

    devices, found = (pointer * 16)(), integer()
    if not query_devices(len(devices), devices, ctypes.byref(found)):
        return []
    displays = []
    for device in devices[: found.value]:
        extensions = (query_string(device, egl.EGL_EXTENSIONS) or b"").split()
        if b"EGL_MESA_device_software" not in extensions:
            displays.append(pointer(platform_display(EGL_PLATFORM_DEVICE, device, None)))
    return [display for display in displays if display]


def _can_draw(egl: Any, display: ctypes.c_void_p) -> bool:
    """Whether the display gives a desktop OpenGL context with an off-screen surface, which is what vispy asks for."""
    wanted = [egl.EGL_SURFACE_TYPE, egl.EGL_PBUFFER_BIT, egl.EGL_RENDERABLE_TYPE, egl.EGL_OPENGL_BIT]
    try:
        egl.eglInitialize(display)
        configs = egl.eglChooseConfig(display, wanted)
        egl.eglBindAPI(egl.EGL_OPENGL_API)
        return bool(configs) and bool(egl.eglCreateContext(display, configs[0], None))
    except (RuntimeError, OSError, AttributeError, IndexError):
        return False


def _osmesa_canvas() -> Any:
    if "vispy.gloo" in sys.modules:
        raise NoOpenGL("vispy has already been bound to another OpenGL library in this process")
    for name in OSMESA_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        # OSMesa carries its own OpenGL functions; vispy reads this once, when gloo is imported.
        os.environ["VISPY_GL_LIB"] = name
        return _open("osmesa")
    raise NoOpenGL("no OSMesa library is installed")


def _desktop_canvas() -> Any:
    return _open(None)


def _open(backend: str | None) -> Any:
    import vispy
    from vispy import app

    vispy.set_log_level("error")
    if backend is not None:
        app.use_app(backend)
    canvas = app.Canvas(size=(CANVAS_SIDE, CANVAS_SIDE), show=False)
    canvas.set_current()
    from vispy.gloo import gl

    if not gl.glGetParameter(GL_VERSION):
        raise NoOpenGL("the context cannot be made current")
    return canvas
