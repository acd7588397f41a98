"""A native HTML element with text and attributes, for pages that need nothing else."""

from nicegui.elements.mixins.text_element import TextElement


class Tag(TextElement):
    """`Tag("a", _("Open"), classes="pw-button", href="/tasks")`; `data_testid` becomes `data-testid`.

    Text and attributes are data to the browser, never markup.
    """

    def __init__(self, name: str, text: str = "", *, classes: str = "", **attributes: str | int | bool) -> None:
        super().__init__(tag=name, text=text)
        for attribute, value in attributes.items():
            self._props[attribute.rstrip("_").replace("_", "-")] = value
        if classes:
            self.classes(classes)
