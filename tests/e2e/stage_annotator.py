"""An annotator at the stage: opens items, reads the picture, and knows where an image pixel is on the page."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.annotator import Annotator

START = {"azimuth": 28.64788975654116, "distance": 5, "px": 320, "py": 240}
"""What the stage's state says of an item of the stage world that nobody has touched."""


class StageAnnotator(Annotator):
    def open(self, assignment: int) -> None:
        self.page.goto(f"{self.url}/annotate/{assignment}")
        self.wait_until_drawn()

    def go_on(self, position: int) -> None:
        """To an item of the task by its number, without loading the page, and with all of the photo in sight."""
        self.page.get_by_test_id("jump").fill(str(position))
        self.press("Enter", "Escape")
        self.page.wait_for_function("item => window.posewright.state().item === item", arg=position)
        self.press("0")
        self.wait_until_drawn()

    @property
    def can_go_on(self) -> bool:
        """Whether the page is alone, connected, and draws as a new one would."""
        kept = "localStorage.getItem('posewright:picture') === null && window.posewright.state().status !== 'offline'"
        return len(self.page.context.pages) == 1 and not self.page.is_closed() and self.page.evaluate(kept)

    def reload(self) -> dict[str, Any]:
        self.page.reload()
        return self.wait_until_drawn()

    @property
    def shown(self) -> dict[str, float]:
        return self.state["pose"]

    @property
    def view(self) -> dict[str, float]:
        return self.page.evaluate("window.posewright.view()")

    def at(self, px: float, py: float) -> tuple[float, float]:
        """Where an image pixel is on the page."""
        box, view = self.page.get_by_test_id("stage").bounding_box(), self.view
        assert box
        scale = view["scale"] / view["ratio"]
        return box["x"] + (px + 0.5 - view["left"]) * scale, box["y"] + (py + 0.5 - view["top"]) * scale

    def centre(self) -> tuple[float, float]:
        return self.at(self.shown["px"], self.shown["py"])

    def cursor(self, x: float, y: float) -> str | None:
        """What a drag from here would do."""
        self.page.mouse.move(x, y)
        return self.page.get_by_test_id("stage").get_attribute("data-cursor")

    def painted(self) -> dict[str, int]:
        """Box and number of the overlay's coloured pixels, in device pixels of the picture."""
        return self.page.evaluate(
            """() => { const canvas = document.querySelectorAll("[data-testid=stage] canvas")[1]
                const { width, height } = canvas
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
                const box = { left: width, top: height, right: -1, bottom: -1, pixels: 0 }
                for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) {
                    const i = 4 * (y * width + x)
                    if (data[i + 3] < 40 || data[i + 1] < data[i] + 20) continue
                    box.left = Math.min(box.left, x); box.right = Math.max(box.right, x)
                    box.top = Math.min(box.top, y); box.bottom = Math.max(box.bottom, y); box.pixels += 1
                } return box }"""
        )

    def expect_message(self, text: str, *, focus: str | None = None) -> None:
        expect(self.page.get_by_test_id("message")).to_contain_text(text)
        if focus:
            expect(self.page.get_by_test_id(focus)).to_be_focused()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
