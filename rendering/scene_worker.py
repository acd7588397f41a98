"""Takes demo photos in a process of its own: `python -m rendering.scene_worker FOLDER --seed 7 --part 1/2`.

Writes a JPEG for each shot and tells of it on standard output, one JSON line a photo (`PhotoRecord`); a shot that
cannot be taken gets a line on standard error and is left out. A photo depends on the seed and its number alone, so
that any division of the work gives the same photos. `--numbers 3,9` takes these shots only, in this order;
`--background` lets everybody else's work go first.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from rendering.scene_gl import SceneRenderer
from rendering.scene_manifest import PhotoRecord
from rendering.scene_photo import ShotFailed, take
from rendering.scene_shots import SHOTS

QUALITY = 90
NICENESS = 10


def photograph(folder: Path, *, seed: int, numbers: Sequence[int]) -> None:
    """Takes the shots of these numbers into a folder."""
    renderer = SceneRenderer()
    for number in numbers:
        shot = SHOTS[number]
        try:
            photo = take(shot, renderer, np.random.default_rng([seed, number]))
        except ShotFailed as error:
            print(f"photo {number}: {error}", file=sys.stderr, flush=True)
            continue
        file = f"{shot.category}_{number:02d}.jpg"
        Image.fromarray(photo.pixels).save(folder / file, quality=QUALITY, subsampling=0)
        record = PhotoRecord(number=number, file=file, objects=photo.objects)
        print(json.dumps(record.to_json()), flush=True)


def share(part: int, parts: int) -> range:
    """The numbers of the shots that are one worker's: neighbours, since they share their models."""
    ends = [round(len(SHOTS) * k / parts) for k in range(parts + 1)]
    return range(ends[part - 1], ends[part])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m rendering.scene_worker", description="Take the demo photos.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", default="1/1", help="which part of how many, such as 1/2")
    parser.add_argument("--numbers", default="", help="which shots, such as 3,9; instead of a part")
    parser.add_argument("--background", action="store_true", help="at low priority")
    options = parser.parse_args()
    if options.background and hasattr(os, "nice"):
        os.nice(NICENESS)
    part, parts = (int(number) for number in options.part.split("/"))
    chosen = [int(number) for number in options.numbers.split(",")] if options.numbers else share(part, parts)
    photograph(options.folder, seed=options.seed, numbers=chosen)


if __name__ == "__main__":
    main()
