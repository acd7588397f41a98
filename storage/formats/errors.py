"""Why a file of a data set cannot be used."""

from pathlib import Path

from domain.errors import PosewrightError


class NpzRefused(PosewrightError):
    """A label file is damaged, too large, or holds something other than plain numbers and texts."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotADataset(PosewrightError):
    """A folder shows none of the layouts that can be imported."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason


class ExportRefused(PosewrightError):
    """An export cannot be written where, or as, it was asked for."""
