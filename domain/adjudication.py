"""The answer that several people's answers make together, beside which each of them is judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from domain.answer import Answer, ObjectStatus
from domain.consensus import Consensus, consensus, mean_pose
from domain.metrics.rotation import matrices, rotation_errors
from domain.metrics.scoring import Likeness, leveled, pose_array

Word = TypeVar("Word")

FAR_DEGREES = 10.0
"""Answers that are all nearer to their mean than this agree."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Together:
    """`rows`: which of the answers given have a pose to speak of; `found` counts these only, in their order.

    `answer`: the members' mean pose with the commonest CAD model, quality and density. `degrees`: of each of `rows`,
    how far its rotation is from the mean.
    """

    rows: tuple[int, ...]
    found: Consensus
    answer: Answer
    degrees: tuple[float, ...]

    @property
    def agree(self) -> bool:
        """Whether nobody is out, and all are near."""
        return not self.found.outliers and max(self.degrees) < FAR_DEGREES


def together(answers: Sequence[Answer], likeness: Likeness) -> Together | None:
    """None where nobody gave a pose: a bad object's is not looked at by whoever called it so."""
    rows = tuple(row for row, answer in enumerate(answers) if answer.object_status is not ObjectStatus.BAD)
    if not rows:
        return None
    posed = [answers[row] for row in rows]
    angles = pose_array([answer.pose for answer in posed])[:, :3]
    Rs = matrices(leveled(angles, np.broadcast_to(angles[0], angles.shape), likeness.ignored))
    found = consensus(Rs, likeness.symmetry)
    members = [posed[index] for index in found.members]
    cad_index = commonest([answer.cad_index for answer in members])
    # Distances are in units of the CAD model: those of another one say nothing.
    alike = tuple(index for index in found.members if posed[index].cad_index == cad_index)
    return Together(
        rows=rows,
        found=found,
        answer=Answer(
            pose=mean_pose([answer.pose for answer in posed], replace(found, members=alike)),
            cad_index=cad_index,
            object_status=commonest([answer.object_status for answer in members]),
            dense=commonest([answer.dense for answer in members]),
        ),
        degrees=tuple(np.degrees(rotation_errors(Rs, found.R, likeness.symmetry)).tolist()),
    )


def commonest(words: Sequence[Word]) -> Word:
    """Of several as common, the first."""
    return max(words, key=words.count)
