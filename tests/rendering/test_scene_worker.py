"""The photographer's process: files and records, the same for the same seed however the work is divided."""

import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

from rendering.scene_manifest import PhotoRecord
from rendering.scene_shots import SHOTS
from rendering.scene_worker import share

ROOT = Path(__file__).resolve().parents[2]


def photographed(folder: Path, part: str) -> list[PhotoRecord]:
    folder.mkdir()
    command = [sys.executable, "-m", "rendering.scene_worker", str(folder), "--seed=7", f"--part={part}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [PhotoRecord.from_json(json.loads(line)) for line in done.stdout.splitlines()]


def test_shares_are_all_shots_once() -> None:
    for parts in (1, 2, 3, 5):
        assert [k for part in range(1, parts + 1) for k in share(part, parts)] == list(range(len(SHOTS)))


def test_photos_are_the_same_however_the_work_is_divided(tmp_path: Path) -> None:
    parts = len(SHOTS)
    alone = photographed(tmp_path / "alone", f"9/{parts}")
    (number,) = share(9, parts)
    assert [record.number for record in alone] == [number]
    part = next(part for part in range(1, parts // 2 + 1) if number in share(part, parts // 2))
    pair = photographed(tmp_path / "pair", f"{part}/{parts // 2}")
    (again,) = (record for record in pair if record.number == number)
    assert again == alone[0]
    first, second = (tmp_path / folder / alone[0].file for folder in ("alone", "pair"))
    assert first.read_bytes() == second.read_bytes()
    with Image.open(first) as photo:
        assert photo.format == "JPEG"
        box = alone[0].objects[0].box
        assert -0.5 <= box.x1 < box.x2 <= photo.width - 0.5
        assert -0.5 <= box.y1 < box.y2 <= photo.height - 0.5
