"""Files as nobody should send them: good ones with bytes changed, cut, doubled or swapped, and plain noise."""

import random
from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

TELLING = (
    b"\0",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"-1",
    b"1e999",
    b"nan",
    b"9" * 40,
    b"\n",
    b'"',
    b"{",
)
"""What parsers trip over."""


def damaged(good: Sequence[bytes]) -> SearchStrategy[bytes]:
    """One of the good files with up to eight things done to it; one time in ten noise that begins like it."""
    return st.builds(_damage, st.sampled_from(list(good)), st.integers(0, 2**32), st.integers(1, 8))


def _damage(content: bytes, seed: int, times: int) -> bytes:
    rng = random.Random(seed)
    if rng.random() < 0.1:
        return content[: rng.choice((0, 4, 16))] + rng.randbytes(rng.randrange(200))
    changed = bytearray(content)
    for _time in range(times):
        if not changed:
            break
        # The beginning is where the numbers are that everything else hangs on.
        reach = len(changed) if rng.random() < 0.5 else min(len(changed), 64)
        at = rng.randrange(reach)
        match rng.randrange(6):
            case 0:
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                changed[at] = rng.randrange(256)
            case 2:
                del changed[at : at + rng.randrange(1, 64)]
            case 3:
                piece = rng.choice(TELLING)
                changed[at : at + len(piece) * rng.randrange(2)] = piece
            case 4:
                length = rng.randrange(1, 64)
                changed[at:at] = changed[at : at + length] * rng.choice((1, 1, 50))
            case _:
                if rng.random() < 0.3:
                    del changed[at:]
    return bytes(changed)
