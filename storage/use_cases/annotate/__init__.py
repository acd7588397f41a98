"""The work of the stage: open an assignment, record gestures, journal drags, save, clear, flag."""

from storage.tables.work import FlagKind
from storage.use_cases.annotate.answers import SavedAnswer
from storage.use_cases.annotate.drafts import DraftEntry, journal_drafts
from storage.use_cases.annotate.flags import flag_assignment, unflag_assignment
from storage.use_cases.annotate.gestures import Applied, Replaced, apply_op, clear_answer
from storage.use_cases.annotate.navigation import Place, Progress
from storage.use_cases.annotate.opening import (
    Flag,
    OpenedAssignment,
    OpenedCad,
    OpenedImage,
    OpenedItem,
    OpenedPrediction,
    OpenedTask,
    OtherObject,
    open_assignment,
)
from storage.use_cases.annotate.saving import Saved, save_annotation

__all__ = [
    "Applied",
    "DraftEntry",
    "Flag",
    "FlagKind",
    "OpenedAssignment",
    "OpenedCad",
    "OpenedImage",
    "OpenedItem",
    "OpenedPrediction",
    "OpenedTask",
    "OtherObject",
    "Place",
    "Progress",
    "Replaced",
    "Saved",
    "SavedAnswer",
    "apply_op",
    "clear_answer",
    "flag_assignment",
    "journal_drafts",
    "open_assignment",
    "save_annotation",
    "unflag_assignment",
]
