"""Passwords: hashing by passlib with argon2, and the rules for new ones. Nobody else imports passlib.

A hash takes 0.15-0.35 s and 64 MiB. Make and check it outside transactions and off the event loop.
"""

import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from storage.errors import PasswordRefused

SHORTEST = 10
LONGEST = 256
"""Longer ones only serve to keep the server busy."""
FEWEST_DIFFERENT = 5
UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"

COMMON = frozenset(
    """
    1234567890 12345678910 0123456789 0987654321 9876543210 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qwertyuiop
    qwerty12345 qwerty123456 qwertyuiop123 asdfghjkl123 password12 password123 password1234 password12345
    passw0rd123 p@ssw0rd123 p@ssword123 mypassword iloveyou12 iloveyou123 iloveyou1234 princess123 sunshine123
    football123 baseball123 basketball superman123 michael123 charlie123 letmein1234 welcome123 welcome1234
    admin12345 admin123456 administrator abcdefghij abcdefghijk abc1234567 abcd123456 abcd1234567 a123456789
    123456789a 1234567890a q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde changeme123 changemenow trustno1234 computer123
    internet123 liverpool123 manchester starwars123 posewright posewright1 posewright123 annotator123
    """.split()  # noqa: SIM905 - a list of a hundred quoted words is no easier to read
)


@dataclass(frozen=True, slots=True)
class HashedPassword:
    """A password that has passed the rules; made by `hashed` before the transaction that stores it."""

    hash: str = field(repr=False)


def hashed(name: str, password: str) -> HashedPassword:
    """Checks the rules and hashes. Raises PasswordRefused."""
    check_password_rules(name, password)
    return HashedPassword(_context().hash(_normal(password)))


def check_password_rules(name: str, password: str) -> None:
    """Raises PasswordRefused for a password that the person called `name` should not have."""
    folded = _normal(password).casefold()
    if len(password) < SHORTEST:
        raise PasswordRefused("too_short", f"a password needs at least {SHORTEST} characters")
    if len(password) > LONGEST:
        raise PasswordRefused("too_long", f"a password has at most {LONGEST} characters")
    if len(name) >= 3 and _normal(name).casefold() in folded:
        raise PasswordRefused("contains_name", "a password must not contain the name")
    if folded in COMMON or len(set(folded)) < FEWEST_DIFFERENT:
        raise PasswordRefused("common", "this password is too easy to guess")


def generated(name: str) -> str:
    """A temporary password: 79 random bits in letters and digits that nobody mistakes for each other."""
    while True:
        groups = ("".join(secrets.choice(UNMISTAKABLE) for _ in range(4)) for _ in range(4))
        password = "-".join(groups)
        try:
            check_password_rules(name, password)
        except PasswordRefused:  # it happens to contain the name
            continue
        return password


def verify(password: str, known_hash: str | None) -> tuple[bool, HashedPassword | None]:
    """(whether it is right, a new hash where the parameters have changed since).

    `known_hash` None is an unknown person: that costs the same time, and is never right.
    """
    context = _context()
    if len(password) > LONGEST:
        password = ""
    nobodys = _dummy_hash()  # made at the first check, whoever that is for
    right, replacement = context.verify_and_update(_normal(password), known_hash or nobodys)
    if not right or known_hash is None:
        return False, None
    return True, HashedPassword(replacement) if replacement else None


def _normal(text: str) -> str:
    """One form for what looks the same, whichever keyboard it was typed on (RFC 8265, section 4)."""
    return unicodedata.normalize("NFC", text)


@cache
def _context() -> Any:
    from passlib.context import CryptContext  # 0.1 s of imports, for the first login only

    # RFC 9106, section 4: the second recommended option.
    return CryptContext(schemes=["argon2"], argon2__time_cost=3, argon2__memory_cost=64 * 1024, argon2__parallelism=4)


@cache
def _dummy_hash() -> str:
    made: str = _context().hash("nobody has this password")
    return made
