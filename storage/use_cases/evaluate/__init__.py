"""Blind comparison of two overlays: what is compared, what people chose, what it says."""

from storage.use_cases.compared_sources import Source, SourceKind, source_choices
from storage.use_cases.evaluate.answering import (
    OpenedEvaluation,
    Side,
    answer_evaluation,
    kind_of_assignment,
    open_evaluation,
    pictured_side,
)
from storage.use_cases.evaluate.results import EvaluationLine, EvaluationResult, evaluation_lines, evaluation_result

__all__ = [
    "EvaluationLine",
    "EvaluationResult",
    "OpenedEvaluation",
    "Side",
    "Source",
    "SourceKind",
    "answer_evaluation",
    "evaluation_lines",
    "evaluation_result",
    "kind_of_assignment",
    "open_evaluation",
    "pictured_side",
    "source_choices",
]
