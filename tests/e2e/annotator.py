"""An annotator at the page: does with mouse and keys what a person does, and reads what a person reads."""

import math
from typing import Any

from playwright.sync_api import Page

from domain.pose import Pose
from domain.rotation import rotation_error

ANGLES = ("azimuth", "elevation", "theta")


class Annotator:
    """Drives the annotate page of one browser tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def log_in(self, name: str, password: str) -> None:
        self.page.goto(f"{self.url}/login")
        self.page.get_by_test_id("login-name").fill(name)
        self.page.get_by_test_id("login-password").fill(password)
        self.page.get_by_test_id("login-submit").click()
        self.page.get_by_test_id("task-row").first.wait_for()

    def open_first_task(self) -> None:
        self.page.get_by_test_id("task-row").first.get_by_role("link").first.click()
        self.wait_until_drawn()

    @property
    def state(self) -> dict[str, Any]:
        return self.page.evaluate("window.posewright.state()")

    def wait_until_drawn(self) -> dict[str, Any]:
        """Until what is on the screen is the present pose."""
        self.page.wait_for_function(
            "() => { const s = window.posewright?.state?.();"
            " return s && s.item && s.sent_seq > 0 && s.drawn_seq === s.sent_seq }"
        )
        return self.state

    def wait_for_status(self, status: str) -> dict[str, Any]:
        """Of this page, or of the same one loaded anew: whoever was away for long gets one."""
        self.page.wait_for_function("status => window.posewright?.state?.().status === status", arg=status)
        return self.state

    def pose(self) -> Pose:
        return seen_pose(self.state)

    def click(self, test_id: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.get_by_test_id(test_id).click()

    def choose_model(self, cad_index: int) -> None:
        while (present := self.state["cad_index"]) != cad_index:
            self.click("model-next" if present < cad_index else "model-prev")

    def type_in(self, parameter: str, value: float) -> None:
        box = self.page.get_by_test_id(f"param-{parameter}")
        box.fill(f"{value:.6g}")
        box.press("Tab")

    def turn_with_buttons(self, parameter: str, degrees: float) -> None:
        """To within half a degree by coarse and fine steps."""
        period = 360 if parameter != "elevation" else math.inf
        gap = degrees - self.state["pose"][parameter]
        if period < math.inf:
            gap = math.remainder(gap, period)
        coarse, fine = divmod(abs(gap) + 0.5, 30)
        sign = "plus" if gap > 0 else "minus"
        self.click(f"{parameter}-{sign}-coarse", int(coarse))
        self.click(f"{parameter}-{sign}", int(fine))

    def turn_with_keys(self, parameter: str, degrees: float) -> None:
        """The same by keys: the picture has the focus, Shift is coarse."""
        less, more = {"azimuth": "ad", "elevation": "sw", "theta": "eq"}[parameter]
        gap = degrees - self.state["pose"][parameter]
        if parameter != "elevation":
            gap = math.remainder(gap, 360)
        coarse, fine = divmod(abs(gap) + 0.5, 30)
        key = more if gap > 0 else less
        self.page.get_by_test_id("stage").focus()
        for _ in range(int(coarse)):
            self.page.keyboard.press(f"Shift+{key.upper()}")
        for _ in range(int(fine)):
            self.page.keyboard.press(key)

    def stage_point(self, right: float, down: float) -> tuple[float, float]:
        """A point of the picture in page coordinates, from fractions of its size."""
        box = self.page.get_by_test_id("stage").bounding_box()
        assert box
        return box["x"] + right * box["width"], box["y"] + down * box["height"]

    def calibrate(self) -> tuple[float, float, float]:
        """Screen pixels for an image pixel, and where image pixel (0, 0) is on the page: two double clicks tell."""
        points = [self.stage_point(0.4, 0.4), self.stage_point(0.6, 0.6)]
        found = []
        for x, y in points:
            self.page.mouse.dblclick(x, y)
            pose = self.wait_until_drawn()["pose"]
            found.append((pose["px"], pose["py"]))
        scale = (points[1][0] - points[0][0]) / (found[1][0] - found[0][0])
        return scale, points[0][0] - scale * found[0][0], points[0][1] - scale * found[0][1]

    def put_centre(self, px: float, py: float, calibration: tuple[float, float, float]) -> None:
        scale, left, top = calibration
        self.page.mouse.dblclick(left + scale * px, top + scale * py)

    def drag(self, start: tuple[float, float], by: tuple[float, float], steps: int = 12) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(start[0] + by[0], start[1] + by[1], steps=steps)
        self.page.mouse.up()

    def answer(self, quality: str = "good", dense: str = "no") -> None:
        self.click(f"quality-{quality}")
        self.click(f"dense-{dense}")


def seen_pose(state: dict[str, Any]) -> Pose:
    """The pose that `window.posewright.state()` tells, in radians."""
    values = {name: math.radians(value) if name in ANGLES else value for name, value in state["pose"].items()}
    return Pose(**values, viewport=state["viewport"])


def degrees_apart(a: Pose, b: Pose) -> float:
    return math.degrees(float(rotation_error(a.rotation(), b.rotation())))
