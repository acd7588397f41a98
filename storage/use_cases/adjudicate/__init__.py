"""Several people's answers to one item, and the one that is to stand for them."""

from storage.use_cases.adjudicate.deciding import (
    adjudicate_own,
    take_answer,
    take_mean,
    withdraw_adjudication,
)
from storage.use_cases.adjudicate.listing import (
    AdjudicationChoices,
    Counts,
    Disputed,
    Label,
    Standing,
    adjudication_choices,
    adjudication_counts,
    disputed,
    disputed_item,
)
from storage.use_cases.adjudicate.overlapping import AdjudicationFilter, Which
from storage.use_cases.adjudicate.pictured import (
    pictured_adjudication,
    pictured_chosen,
    pictured_mean,
    pictured_model,
)

__all__ = [
    "AdjudicationChoices",
    "AdjudicationFilter",
    "Counts",
    "Disputed",
    "Label",
    "Standing",
    "Which",
    "adjudicate_own",
    "adjudication_choices",
    "adjudication_counts",
    "disputed",
    "disputed_item",
    "pictured_adjudication",
    "pictured_chosen",
    "pictured_mean",
    "pictured_model",
    "take_answer",
    "take_mean",
    "withdraw_adjudication",
]
