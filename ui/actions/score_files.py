"""Scores of models as files: each names the data set, the release and the date that it speaks of."""

from collections.abc import Sequence
from typing import Any

from storage.formats.csv_text import csv_text
from storage.use_cases.scoring import Scored

COLUMNS = (
    "n", "acc_pi_6", "acc_pi_6_low", "acc_pi_6_high", "acc_pi_18", "acc_pi_18_low", "acc_pi_18_high",
    "median_degrees", "median_degrees_low", "median_degrees_high", "mean_degrees",
    "plain_acc_pi_6", "plain_acc_pi_18", "plain_median_degrees", "median_centre", "median_distance", "model_right",
    "flips",
)  # fmt: skip


def scored_json(scored: Scored) -> dict[str, Any]:
    return {
        "format": "posewright-score",
        "dataset": scored.dataset,
        "model_version": scored.model_version,
        "labels": scored.only.value,
        "release": scored.release,
        "released_at": scored.released_at.isoformat() if scored.released_at else None,
        "at": scored.at.isoformat(),
        "objects": scored.labels,
        "without_prediction": scored.missing,
        "all": scored.whole.to_json(),
        "categories": {name: part.to_json() for name, part in scored.categories.items()},
    }


def scored_csv(models: Sequence[Scored]) -> str:
    """One line for each category of each model, then one for all."""
    rows = []
    for scored in models:
        for name, part in [*scored.categories.items(), ("", scored.whole)]:
            values = part.to_json()
            flat = {key: value["value"] if isinstance(value, dict) else value for key, value in values.items()}
            for key, value in values.items():
                if isinstance(value, dict):
                    flat |= {f"{key}_low": value["low"], f"{key}_high": value["high"]}
            released = scored.released_at.isoformat() if scored.released_at else ""
            about = [scored.dataset, scored.model_version, scored.only.value, scored.release or "", released]
            rows.append([*about, scored.at.isoformat(), name or "(all)", *(flat[column] for column in COLUMNS)])
    head = ["dataset", "model_version", "labels", "release", "released_at", "at", "category", *COLUMNS]
    return csv_text(head, rows)
