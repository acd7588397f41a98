"""Passwords that the program makes for people, who will read them off a screen and type them."""

import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that looks like something else."""
GROUPS = 4
GROUP_LENGTH = 4


def made_password() -> str:
    """Such as `k7pm-x2qd-9wte-h4sr`: 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _letter in range(GROUP_LENGTH)) for _group in range(GROUPS))
