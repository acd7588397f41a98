"""The annotate stage: its element on the server; everything that moves is in stage.js and modules/."""

from ui.stage.stage import Stage

__all__ = ["Stage"]
