"""Names in the order in which people count: "worker 2" before "worker 10"."""

import re

_DIGITS = re.compile(r"[0-9]+")
LONGEST_KEY = 512


def natural_key(name: str) -> str:
    """A text that sorts as the name does among people, character by character: capitals count for nothing, and each
    number is led by how many digits it has.

    >>> natural_key("Worker 10") > natural_key("worker 2")
    True
    """
    return _DIGITS.sub(_measured, name.casefold())[:LONGEST_KEY]


def _measured(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0") or "0"
    return f"{len(digits):02}{digits}"
