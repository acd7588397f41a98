"""The box editor: photos with their boxes, drawn and corrected in the browser."""

from ui.boxes.boxes import BoxEditor

__all__ = ["BoxEditor"]
