"""The answer that several people's answers make together, beside which each of them is judged."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from domain import quaternion
from domain.answer import Answer, ObjectStatus
from domain.consensus import Consensus, consensus, mean_pose
from domain.metrics.rotation import matrices, rotation_errors
from domain.metrics.scoring import Likeness, leveled, pose_array
from domain.rotation import matrix_to_quaternion, quaternion_to_matrix
from domain.symmetry import Symmetry

Array = NDArray[np.float64]
Word = TypeVar("Word")

FAR_DEGREES = 10.0
"""Answers that are all nearer to their mean than this agree."""
MOST_STEPS, PRECISE = 20, 1e-10
"""Of a mean, whose steps become less than a tenth as long each time where rotations are near each other; radians."""


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


def far_apart(angles: Array, begins: NDArray[np.intp], likeness: Sequence[Likeness]) -> NDArray[np.bool_]:
    """Of many items at once, whether somebody's rotation is out or far from the mean: what `Together.agree` asks of
    each.

    `angles`: (N, 3) of all answers, item after item; `begins`: (M,) the rows at which items begin; `likeness`: of
    each item.
    """
    sizes = np.diff(begins, append=len(angles))
    item = np.repeat(np.arange(len(begins)), sizes)
    result = np.zeros(len(begins), dtype=np.bool_)
    kinds: dict[tuple[int, tuple[str, ...]], int] = {}
    kind_of = np.array([kinds.setdefault((id(each.symmetry), each.ignored), len(kinds)) for each in likeness])
    for number in kinds.values():
        mine, rows = np.flatnonzero(kind_of == number), np.flatnonzero(kind_of[item] == number)
        kind = likeness[mine[0]]
        level = leveled(angles[rows], angles[begins[item[rows]]], kind.ignored)
        ends = np.cumsum(sizes[mine])
        result[mine] = _far_apart(matrices(level), ends - sizes[mine], kind.symmetry)
    return result


def _far_apart(Rs: Array, begins: NDArray[np.intp], symmetry: Symmetry) -> NDArray[np.bool_]:
    """As `far_apart`, of rotations (N, 3, 3) and one symmetry.

    Where somebody is twice as far from the first as one may be from the mean, one of the two is far from it. Nobody
    else is out, so the mean is that of all.
    """
    far = math.radians(FAR_DEGREES)
    sizes = np.diff(begins, append=len(Rs))
    item = np.repeat(np.arange(len(begins)), sizes)
    apart: NDArray[np.bool_] = np.maximum.reduceat(rotation_errors(Rs, Rs[begins[item]], symmetry), begins) >= 2 * far
    means = Rs[begins]
    for _ in range(MOST_STEPS):
        steps = quaternion.log(symmetry.smallest(matrix_to_quaternion(np.swapaxes(means[item], -1, -2) @ Rs)))
        step = np.add.reduceat(steps, begins) / sizes[:, None]
        means = means @ quaternion_to_matrix(quaternion.exp(step))
        if not (np.linalg.norm(step[~apart], axis=1) > PRECISE).any():
            break
    away = np.maximum.reduceat(rotation_errors(Rs, means[item], symmetry), begins)
    return apart | (away >= far)


def commonest(words: Sequence[Word]) -> Word:
    """Of several as common, the first."""
    return max(words, key=words.count)
