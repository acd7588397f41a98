"""The keys of the annotate page: what they are from the start, and the rules for making them one's own.

A key is written as the browser names it (`a`, `ArrowLeft`, `PageUp`), with `Mod+` (Ctrl, or ⌘ on a Mac) and `Shift+`
before it where they belong to it. A pair is less and more, or back and on.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from domain.errors import InvalidInput

Keys = Mapping[str, tuple[str, ...]]


class KeyKind(StrEnum):
    PRESS = "press"
    STEP = "step"
    """Shift makes coarse steps, Alt finest, arrows with Ctrl too: the key comes without modifiers."""
    HOLD = "hold"
    """Acts while it is down."""


DEFAULT_KEYS: Keys = {
    "azimuth": ("a", "d"),
    "elevation": ("s", "w"),
    "theta": ("e", "q"),
    "distance": ("z", "x"),
    "px": ("ArrowLeft", "ArrowRight"),
    "py": ("ArrowUp", "ArrowDown"),
    "turn_round": ("r",),
    "flip_swap": ("t",),
    "model_prev": (",",),
    "model_next": (".",),
    "quality_good": ("1",),
    "quality_partially": ("2",),
    "quality_barely": ("3",),
    "quality_bad": ("4",),
    "dense_no": ("5",),
    "dense_yes": ("6",),
    "save": ("Enter",),
    "save_next": ("Shift+Enter",),
    "undo": ("Mod+z",),
    "redo": ("Mod+Shift+z", "Mod+y"),
    "revert": ("Backspace",),
    "prev": ("PageUp",),
    "next": ("PageDown",),
    "next_open": ("n",),
    "jump": ("j",),
    "flag": ("k",),
    "remark_add": ("p",),
    "remarks": ("i",),
    "escape": ("Escape",),
    "hold_photo": ("c",),
    "hold_prediction": ("v",),
    "hold_saved": ("b",),
    "hold_pose": ("g",),
    "mode": ("m",),
    "opacity": ("[", "]"),
    "colour": ("y",),
    "others": ("o",),
    "zoom": ("-", "+"),
    "fit": ("0",),
    "frame": ("f",),
    "pan": ("Space",),
    "rule": ("h",),
    "keys": ("?",),
}
"""By the names of the stage's texts, in the order of its sheet."""

STEPS = frozenset({"azimuth", "elevation", "theta", "distance", "px", "py"})
HOLDS = frozenset({"hold_photo", "hold_prediction", "hold_saved", "hold_pose", "pan"})
FIXED = frozenset({"escape", "keys"})
"""Whoever is lost finds out by these."""

_NAMED = "ArrowLeft|ArrowRight|ArrowUp|ArrowDown|PageUp|PageDown|Home|End|Insert|Delete|Backspace|Enter|Space"
_KEY = re.compile(rf"(Mod\+)?(Shift\+)?([a-z0-9]|[!-/:-@\[-`{{-~]|{_NAMED})")
_KEPT_BY_BROWSERS = frozenset(
    {"Mod+c", "Mod+v", "Mod+x", "Mod+a", "Mod+w", "Mod+t", "Mod+n", "Mod+r", "Mod+f", "Mod+l", "Mod+p", "Mod+q"}
    | {"Mod+Shift+t", "Mod+Shift+n", "Mod+Shift+w", "Mod+Shift+i", "Mod+-", "Mod++", "Mod+0"}
)


class KeyRefused(InvalidInput):
    """A key that cannot be taken; `rule` says why. `taken_by` names what has it already."""

    code = "key_refused"

    def __init__(self, rule: str, message: str, taken_by: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.taken_by = taken_by


def kind_of(name: str) -> KeyKind:
    return KeyKind.STEP if name in STEPS else KeyKind.HOLD if name in HOLDS else KeyKind.PRESS


def keys_with(own: Keys) -> dict[str, tuple[str, ...]]:
    """All keys of somebody who has changed some. What does not fit any more, after an upgrade, is left out."""
    keys = dict(DEFAULT_KEYS)
    for name, chosen in own.items():
        try:
            keys = {**keys, name: _checked(keys, name, tuple(chosen))}
        except KeyRefused:
            continue
    return keys


def changed(own: Keys, name: str, chosen: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Somebody's own keys with these for `name`. Raises KeyRefused."""
    taken = _checked(keys_with(own), name, chosen)
    rest = {other: keys for other, keys in own.items() if other != name}
    return rest if taken == DEFAULT_KEYS[name] else {**rest, name: taken}


def _checked(keys: Keys, name: str, chosen: tuple[str, ...]) -> tuple[str, ...]:
    if name not in DEFAULT_KEYS or len(chosen) != len(DEFAULT_KEYS[name]):
        raise KeyRefused("unknown", f"there is nothing named {name!r} with {len(chosen)} keys")
    if name in FIXED:
        raise KeyRefused("fixed", f"the key of {name} is always the same")
    kind = kind_of(name)
    for key in chosen:
        found = _KEY.fullmatch(key)
        if found is None:
            raise KeyRefused("no_key", f"{key!r} is no key that can be used")
        if kind is not KeyKind.PRESS and (found[1] or found[2]):
            raise KeyRefused("modified", "this one is used with Shift and Alt already")
        if key in _KEPT_BY_BROWSERS:
            raise KeyRefused("browser", f"browsers keep {key} to themselves")
    if len(set(chosen)) != len(chosen):
        raise KeyRefused("twice", "the two keys must differ")
    for other, others in keys.items():
        if other != name and any(_clash(kind, key, kind_of(other), held) for key in chosen for held in others):
            raise KeyRefused("taken", f"{other} has this key", taken_by=other)
    return chosen


def _clash(kind: KeyKind, key: str, other_kind: KeyKind, other: str) -> bool:
    """Whether one press would mean both."""
    mod, shift, plain = _parts(key)
    other_mod, other_shift, other_plain = _parts(other)
    if plain != other_plain:
        return False
    letter = len(plain) == 1
    # A step takes Shift and Alt along, and Ctrl where it is no letter: with those a browser may mean something else.
    if KeyKind.STEP in (kind, other_kind):
        return not (mod or other_mod) or not letter
    # Where a character needs Shift depends on the keyboard: it counts without.
    symbol = letter and not plain.isalnum()
    return mod == other_mod and (shift == other_shift or (symbol and not mod))


def _parts(key: str) -> tuple[bool, bool, str]:
    found = _KEY.fullmatch(key)
    return (bool(found[1]), bool(found[2]), found[3]) if found else (False, False, key)
