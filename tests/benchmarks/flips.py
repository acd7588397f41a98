"""`./test.sh bench flips --home DIR`: how many planted flips the guard catches on an installation's gold items.

Labels with planted flips and right labels (tests/flip_contract.py), one prediction each, the photo, and nothing else:
`caught` of the flips, `repaired`: of those caught, how many the proposed flip puts right, `false_alarms` of the right
labels, and `ms` for one label.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from storage.cad_files import CadFiles
from storage.database import Database
from storage.images import ImageStore
from tests.flip_contract import outcome, trials
from tests.flip_photos import cases_of, verdicts_on
from ui.settings import load_settings


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="bench flips", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, required=True, help="an installation with gold items and their photos")
    parser.add_argument("--labels", type=int, default=200, help="labels with flips, and as many right ones")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    settings = load_settings(home=arguments.home)
    database = Database(settings.database)
    cases = cases_of(database, ImageStore(settings.images_directory), CadFiles(settings.cad_directory))
    database.close()
    truths = [case.pose.rotation() for case in cases]
    made = trials(truths, flipped=arguments.labels, right=arguments.labels, seed=arguments.seed)
    with tempfile.TemporaryDirectory() as cache:
        begin = time.perf_counter()
        found = outcome(made, truths, verdicts_on(cases, made, Path(cache)))
        seconds = time.perf_counter() - begin
    result = {
        "items": len(cases),
        "labels": arguments.labels,
        "caught": round(found.caught, 4),
        "repaired": round(found.repaired, 4),
        "false_alarms": round(found.false_alarms, 4),
        "ms": round(seconds * 1000 / len(made), 1),
    }
    print(json.dumps(result, indent=1) if arguments.json else result)
    return 0 if found.caught >= 0.9 and found.false_alarms < 0.03 else 1


if __name__ == "__main__":
    sys.exit(main())
