"""The gates of use cases whose world takes a file of its own to build: only who gets past them is asked here.

`test_qualify`, `test_adjudicate`, `test_evaluate` and `test_preferences` say what happens behind them.
"""

import inspect
from importlib import import_module
from typing import Any

from domain.answer import Answer
from domain.pose import Pose
from domain.verdict import Verdict
from storage.use_cases.adjudicate import AdjudicationFilter
from storage.use_cases.qualify.hidden_gold import GoldTerms
from storage.use_cases.qualify.rules import ExamTerms
from storage.use_cases.verdicts import VerdictFilter
from storage.use_cases.work.creating import WorkOrder
from storage.use_cases.work.selection import Selection
from tests.storage.rights_of_rooms import Rooms
from tests.storage.world import new_id

ADMIN = {"admin"}
TEAM = {"supervisor", "admin"}
TEAM_AND_OWNER = TEAM | {"owner"}
PEOPLE = TEAM_AND_OWNER | {"other"}

GATES: dict[str, set[str]] = {
    "adjudicate.deciding.take_answer": TEAM,
    "adjudicate.deciding.take_mean": TEAM,
    "adjudicate.deciding.adjudicate_own": TEAM,
    "adjudicate.deciding.withdraw_adjudication": TEAM,
    "adjudicate.listing.disputed": TEAM,
    "adjudicate.listing.disputed_item": TEAM,
    "adjudicate.listing.adjudication_counts": TEAM,
    "adjudicate.listing.adjudication_choices": TEAM,
    "adjudicate.pictured.pictured_mean": TEAM,
    "adjudicate.pictured.pictured_adjudication": TEAM,
    "adjudicate.pictured.pictured_chosen": TEAM,
    "adjudicate.pictured.pictured_model": TEAM,
    "compared_sources.source_choices": ADMIN,
    "evaluate.answering.kind_of_assignment": TEAM_AND_OWNER,
    "evaluate.answering.open_evaluation": TEAM_AND_OWNER,
    "evaluate.answering.answer_evaluation": {"owner"},
    "evaluate.answering.pictured_side": TEAM_AND_OWNER,
    "evaluate.results.evaluation_lines": TEAM,
    "evaluate.results.evaluation_result": TEAM,
    "preferences.own_preferences": PEOPLE,
    "preferences.change_own_key": PEOPLE,
    "preferences.reset_own_keys": PEOPLE,
    "preferences.practice_seen": PEOPLE,
    "qualify.flips.flip_case": TEAM_AND_OWNER,
    "qualify.flips.keep_pose": set(),
    "qualify.flips.swap_pose": set(),
    "qualify.flips.pictured_flip": TEAM,
    "qualify.gate.require_test": ADMIN,
    "qualify.hidden_gold.gold_terms": ADMIN,
    "qualify.hidden_gold.set_gold_terms": ADMIN,
    "qualify.hidden_gold.check_gold": {"owner"},
    "qualify.hidden_gold.pictured_told": TEAM,
    "qualify.hidden_gold.open_alerts": TEAM,
    "qualify.hidden_gold.settle_alert": TEAM,
    "qualify.results.exam_results": TEAM,
    "qualify.results.exams_ahead": PEOPLE,
    "qualify.results.requirements": TEAM,
    "qualify.results.give_attempt": ADMIN,
    "qualify.results.excuse": ADMIN,
    "qualify.rules.preview_exam": ADMIN,
    "qualify.rules.make_exam": ADMIN,
    "qualify.rules.change_exam": ADMIN,
    "qualify.rules.all_exams": TEAM,
    "qualify.taking.exam_of": TEAM,
    "qualify.taking.start_attempt": PEOPLE,
    "qualify.taking.settle": PEOPLE,
    "qualify.trust.trust_of": ADMIN,
    "qualify.trust.set_trust": ADMIN,
    "qualify.taking.pictured_truth": TEAM,
    "verdicts.annotations_to_judge": TEAM,
    "verdicts.annotation_to_judge": TEAM,
    "verdicts.judge_annotation": TEAM,
    "verdicts.verdict_counts": TEAM,
    "verdicts.judged_categories": TEAM,
}
"""Who gets past: what they ask for may still not be there. Nobody: it would be its person's, and has none."""


def knock(world: Rooms, session: Any, actor: Any, name: str) -> Any:
    """Calls it with something for each of its arguments."""
    module, _dot, function = name.rpartition(".")
    use_case = getattr(import_module(f"storage.use_cases.{module}"), function)
    pose = Pose(azimuth=1.0, elevation=0.2, theta=0.0, distance=5.0, px=1.0, py=1.0)
    given = {
        "item_id": world.item_ids[4], "assignment_id": world.saved, "revision_id": world.revision_id,
        "task_id": world.task_id, "dataset_id": world.dataset_id, "user_id": world.bob, "test_id": world.task_id,
        "adjudication_id": None if function == "judge_annotation" else 1, "question_id": 1, "check_id": 1,
        "alert_id": 1, "answer_id": 1, "revision": 1, "last_number": 0, "seen": [world.revision_id],
        "answer": Answer(pose=pose, cad_index=1), "save_id": new_id(), "model_version": "m", "name": "save",
        "verdict": next(iter(Verdict)), "order": WorkOrder(selection=Selection(dataset_id=world.dataset_id)),
        "terms": GoldTerms() if function == "set_gold_terms" else ExamTerms(),
        "chosen": VerdictFilter() if name.startswith("verdicts") else AdjudicationFilter(),
    }  # fmt: skip
    if function == "change_own_key":
        given["chosen"] = ("x",)
    wanted = inspect.signature(use_case).parameters
    named = {
        key: given.get(key)
        for key, parameter in wanted.items()
        if key not in {"session", "actor"} and (parameter.default is parameter.empty or key == "task_id")
    }
    return use_case(session, actor=actor, **named)
