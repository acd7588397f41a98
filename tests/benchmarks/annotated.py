"""An installation with 100,000 annotations, written straight into the tables: what benchmarks of pages look at.

Every seventh item is answered by two people, every thousandth annotation is a flip. Two models predict every item.
"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from domain.permissions import Role
from storage.database import Database
from storage.tables import (
    Adjudication,
    Annotation,
    Assignment,
    Category,
    Dataset,
    Effort,
    EffortDay,
    Evaluation,
    EvaluationAnswer,
    EvaluationPair,
    ExamAttempt,
    ExamRule,
    ExamStanding,
    FlipQuestion,
    Gold,
    Image,
    Item,
    Prediction,
    QualityVerdict,
    Revision,
    Task,
    User,
)
from storage.tables.effort import CHANGED

PEOPLE, CATEGORIES, TASK_SIZE, DAYS = 25, 100, 250, 120
SUPERVISOR = PEOPLE + 1
GOLD_SHARE = 0.05
SHARED_SHARE = 1 / 8
"""Of the annotations, so many are a second person's on an item."""
COMPARED, JUDGED, DECIDED, ASKED = 2_000, 10_000, 3_000, 4_000
BEGIN = datetime(2026, 1, 1, 8, tzinfo=UTC)


def fill(database: Database, number: int) -> None:
    """Everybody's work, row by row as the use cases would leave it."""
    rng = np.random.default_rng(0)
    items = number - int(number * SHARED_SHARE)
    item_of = [id_ if id_ <= items else id_ - items for id_ in range(1, number + 1)]
    tasks = -(-number // TASK_SIZE)
    person = np.arange(tasks) % PEOPLE + 1
    day = rng.integers(0, DAYS, tasks)
    ids = range(1, number + 1)
    task_of = (np.arange(number) // TASK_SIZE).tolist()
    category_of = (np.arange(items) * 7 // TASK_SIZE % CATEGORIES + 1).tolist()
    category = [category_of[item - 1] for item in item_of]
    pose = {"distance": 5.0, "px": 300.0, "py": 200.0, "viewport": 2000.0}
    truth = rng.uniform(-1.5, 1.5, (items, 3))
    given = truth[np.array(item_of) - 1] + rng.normal(0, 0.05, (number, 3))
    given[::1000, 0] += np.pi
    angles = given.tolist()
    predicted = {
        model: (truth + rng.normal(0, spread, (items, 3))).tolist()
        for model, spread in (("net-1", 0.3), ("net-2", 0.1))
    }
    at = [
        BEGIN + timedelta(days=int(day[task]), seconds=index % TASK_SIZE * 40) for index, task in enumerate(task_of)
    ]
    whose = [int(person[task]) for task in task_of]
    whose[items:] = [whose[item - 1] % PEOPLE + 1 for item in item_of[items:]]
    gold = np.flatnonzero(rng.random(items) < GOLD_SHARE).tolist()
    work: dict[tuple[int, int, int, date], int] = {}
    for index, task in enumerate(task_of):
        key = (whose[index], task + 1, category[index], at[index].date())
        work[key] = work.get(key, 0) + 1
    compared, judged, decided, asked = (min(items, most) for most in (COMPARED, JUDGED, DECIDED, ASKED))
    verdicts = ("good", "bad_cad_model", "more_cad_models", "bad_pose", "bad_image")
    rows = {
        Dataset: [{"id": 1, "name": "bench", "created_at": BEGIN}],
        User: [
            {"id": id_, "name": f"person {id_}", "name_key": f"person {id_}", "role": Role.ANNOTATOR,
             "password_hash": "-", "created_at": BEGIN}
            for id_ in range(1, PEOPLE + 1)
        ]
        + [
            {"id": SUPERVISOR, "name": "supervisor", "name_key": "supervisor", "role": Role.SUPERVISOR,
             "password_hash": "-", "created_at": BEGIN}
        ],
        Category: [
            {"id": id_, "dataset_id": 1, "name": f"category {id_}", "rule": {}} for id_ in range(1, CATEGORIES + 1)
        ],
        Task: [
            {"id": id_, "dataset_id": 1, "name": f"task {id_}", "kind": "annotate", "created_at": BEGIN}
            for id_ in range(1, tasks + 1)
        ]
        + [
            {"id": tasks + 1, "dataset_id": 1, "name": "net-1 or net-2", "kind": "evaluate", "created_at": BEGIN},
            {"id": tasks + 2, "dataset_id": 1, "name": "test", "kind": "qualify", "created_at": BEGIN},
        ],
        Image: [
            {"id": id_, "dataset_id": 1, "name": f"{id_}.jpg", "sha256": f"{id_:064x}", "width": 640, "height": 480,
             "media_type": "image/jpeg"}
            for id_ in range(1, items + 1)
        ],
        Item: [
            {"id": id_, "image_id": id_, "category_id": category_of[id_ - 1], "object_index": 0, "x1": 0.0,
             "y1": 0.0, "x2": 300.0, "y2": 200.0, "extra": {}}
            for id_ in range(1, items + 1)
        ],
        Assignment: [
            {"id": id_, "task_id": task_of[id_ - 1] + 1, "item_id": item_of[id_ - 1],
             "position": (id_ - 1) % TASK_SIZE + 1, "user_id": whose[id_ - 1],
             "state": "accepted" if id_ % 2 else "saved", "version": 1, "updated_at": at[id_ - 1]}
            for id_ in ids
        ]
        + [
            {"id": number + place, "task_id": tasks + 1, "item_id": place, "position": place,
             "user_id": place % PEOPLE + 1, "state": "saved", "version": 1, "updated_at": BEGIN}
            for place in range(1, compared + 1)
        ],
        Revision: [
            {"id": id_, "assignment_id": id_, "number": 1, "kind": "saved", "author_id": whose[id_ - 1],
             "cad_index": 1, "object_status": "status_good", "dense": "dense_no", "version": 1, "base_version": 0,
             "at": at[id_ - 1],
             **angled(angles[id_ - 1]), **pose}
            for id_ in ids
        ],
        Annotation: [{"id": id_, "assignment_id": id_, "revision_id": id_} for id_ in ids],
        Gold: [
            {"item_id": index + 1, "cad_index": 1, "created_at": BEGIN, **pose, **angled(truth[index].tolist())}
            for index in gold
        ],
        Effort: [
            {"assignment_id": id_, "user_id": whose[id_ - 1], "active_seconds": 35.0, "gestures": 12, "saves": 1,
             "last_at": at[id_ - 1]}
            for id_ in ids
        ],
        EffortDay: [
            {"user_id": user, "task_id": task, "category_id": category_id, "day": when,
             "active_seconds": 35.0 * items, "gestures": 12 * items, "items": items,
             "saves": items, "reviewed": items // 2, "passed": items // 3,
             **{f"changed_{name}": items for name in CHANGED}}
            for (user, task, category_id, when), items in work.items()
        ],
        Prediction: [
            {"item_id": id_, "model_version": model, "score": 0.5, "cad_index": 1, "created_at": BEGIN, **pose,
             **angled(poses[id_ - 1])}
            for model, poses in predicted.items() for id_ in range(1, items + 1)
        ],
        QualityVerdict: [
            {"item_id": id_, "number": 1, "verdict": verdicts[id_ % 5], "revision_id": id_, "author_id": SUPERVISOR,
             "at": BEGIN}
            for id_ in range(1, judged + 1)
        ],
        Adjudication: [
            {"item_id": id_, "number": 1, "way": "taken", "revision_id": id_, "author_id": SUPERVISOR, "at": BEGIN,
             "seen": [id_], "cad_index": 1, **pose, **angled(angles[id_ - 1])}
            for id_ in range(1, decided + 1)
        ],
        Evaluation: [{"task_id": tasks + 1, "first": "prediction:net-1", "second": "prediction:net-2", "seed": 1}],
        EvaluationPair: [
            {"task_id": tasks + 1, "item_id": id_, "first": {"cad_index": 1}, "second": {"cad_index": 1}}
            for id_ in range(1, compared + 1)
        ],
        EvaluationAnswer: [
            {"assignment_id": number + place, "number": 1, "choice": "left" if place % 3 else "cant_tell",
             "first_left": place % 2 == 0, "author_id": place % PEOPLE + 1, "at": BEGIN}
            for place in range(1, compared + 1)
        ],
        ExamRule: [
            {"task_id": tasks + 2, "items": 10, "needed": 8, "attempts": 3, "feedback": "each", "most_rotation": 0.2,
             "most_centre": 0.1, "most_distance": 0.2, "same_model": True, "same_answers": False}
        ],
        ExamStanding: [{"task_id": tasks + 2, "user_id": id_, "passed_at": BEGIN} for id_ in range(1, PEOPLE + 1)],
        ExamAttempt: [
            {"task_id": tasks + 2, "user_id": id_, "number": attempt, "started_at": BEGIN, "ended_at": BEGIN,
             "passed": attempt == 3, "correct": 5 + attempt}
            for id_ in range(1, PEOPLE + 1) for attempt in (1, 2, 3)
        ],
        FlipQuestion: [
            {"assignment_id": id_ * 20 % number + 1, "revision_id": id_ * 20 % number + 1,
             "user_id": whose[id_ * 20 % number], "kind": "azimuth", "probability": 0.6, "because": [],
             "azimuth": 0.0, "elevation": 0.0, "theta": 0.0, "at": at[id_ * 20 % number],
             "choice": "swapped" if id_ % 2 else "kept"}
            for id_ in range(asked)
        ],
    }  # fmt: skip
    with database.transaction() as session:
        for table, values in rows.items():
            session.execute(sa.insert(table), values)


def angled(angles: list[float]) -> dict[str, float]:
    return dict(zip(("azimuth", "elevation", "theta"), angles, strict=True))
