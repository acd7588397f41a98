"""A random part of many, the same one each time it is asked for: a draw by each one's own number."""

from hashlib import blake2b


def in_sample(number: int, *, per_cent: float, seed: int) -> bool:
    """Whether this one of many is drawn. The draws of different seeds have nothing to do with each other.

    A larger percentage holds all of a smaller one's, so that a sample can be widened without losing what was judged.
    """
    draw = int.from_bytes(blake2b(f"{seed}:{number}".encode(), digest_size=8).digest(), "big")
    return draw < per_cent / 100 * 2**64
