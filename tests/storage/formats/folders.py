"""Small data-set folders, made with NumPy's and Pillow's own writers: what the reader meets in the wild."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CUBE = """OFF
8 6 0
-.5 -.5 -.5
.5 -.5 -.5
.5 .5 -.5
-.5 .5 -.5
-.5 -.5 .5
.5 -.5 .5
.5 .5 .5
-.5 .5 .5
4 0 3 2 1
4 4 5 6 7
4 0 1 5 4
4 1 2 6 5
4 2 3 7 6
4 3 0 4 7
"""


def record(seed: int = 0, **changes: Any) -> dict[str, Any]:
    """An object's dictionary with the keys and the mixed types of the real files."""
    values = {
        "azimuth": np.float64(4.1 + seed / 7),
        "elevation": 0.047 - seed / 11,
        "theta": -0.031 * (seed + 1),
        "distance": 5.3 + seed / 3,
        "px": 30.25 + seed,
        "py": 22.5,
        "viewport": 692.8203,
        "focal": 1.0,
        "cad_index": 1,
        "height": np.uint16(48),
        "width": np.uint16(64),
        "bbox": np.array([4.5, 3.25, 60.125, 44.0 - seed]),
        "object_status": "status_good",
        "dense": "dense_no",
        "class": "car",
        "ignore": 0,
        "principal": np.array([30.25 + seed, 22.5]),
    }
    return {key: value for key, value in (values | changes).items() if value is not ...}


def write_photo(path: Path, *, width: int = 64, height: int = 48, shade: int = 90, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    form = {".png": "PNG", ".webp": "WEBP"}.get(path.suffix.lower(), "JPEG")
    Image.new("RGB", (width, height), (shade, 120, 60)).save(path, form, **options)
    return path


def write_labels(path: Path, *records: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, annotations=np.array(list(records), dtype=object))
    return path


def write_flat_labels(path: Path, values: dict[str, Any]) -> Path:
    """As the Flask app does: each key of the one object is a member of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **values)
    return path


def write_mesh(path: Path, content: str = CUBE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def released(root: Path, *, photos: int = 2, objects: int = 2) -> Path:
    """Cars with several objects each, a list, and two CAD models."""
    for number in range(photos):
        name = f"n0{number}"
        write_photo(root / "images/car" / f"{name}.JPEG", shade=60 + number)
        write_labels(
            root / "annotations/car" / f"{name}.npz", *(record(10 * number + place) for place in range(objects))
        )
    names = "".join(f"n0{number}\n" for number in range(photos))
    (root / "lists").mkdir(parents=True)
    (root / "lists/car_imagenet_train.txt").write_text(names)
    write_mesh(root / "CAD/car/01.off")
    write_mesh(root / "CAD/car/02.off", CUBE.replace("-.5 .5 .5", "-.5 .5 .7"))
    return root
