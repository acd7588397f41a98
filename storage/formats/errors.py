"""Why a file of a data set cannot be used."""

from pathlib import Path

from domain.errors import PosewrightError


class NpzRefused(PosewrightError):
    """A label file is damaged, too large, or holds something other than plain numbers and texts."""

    code = "npz_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LabelsUnreadable(PosewrightError):
    """A label or prediction file cannot be used; ``file`` is its path."""

    code = "labels_unreadable"

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file.name}: {reason}")
        self.file = file
        self.reason = reason


class NotADataset(PosewrightError):
    """A folder shows none of the layouts that can be imported."""

    code = "not_a_dataset"

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}")
        self.folder = folder
        self.reason = reason


class ExportRefused(PosewrightError):
    """An export cannot be written where, or as, it was asked for."""

    code = "export_refused"


class OldAppUnreadable(PosewrightError):
    """There is no old app to move in from here: no database, an empty or damaged one, or no folder of photos."""

    code = "old_app_unreadable"
