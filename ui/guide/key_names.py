"""How keys are written on a page, as keys.js of the stage writes them."""

from collections.abc import Mapping

from domain.keys import DEFAULT_KEYS, Keys
from ui.stage.texts import stage_texts

NAMES = {
    "ArrowLeft": "←", "ArrowRight": "→", "ArrowUp": "↑", "ArrowDown": "↓", "PageUp": "Page ↑", "PageDown": "Page ↓",
    "Escape": "Esc", "Mod": "Ctrl", "Backspace": "Backspace",
}  # fmt: skip
GROUPS: Mapping[str, tuple[str, ...]] = {
    "keys_pose": ("azimuth", "elevation", "theta", "distance", "px", "py", "turn_round", "flip_swap"),
    "keys_answer": (
        "model_prev", "model_next", "quality_good", "quality_partially", "quality_barely", "quality_bad",
        "dense_no", "dense_yes",
    ),
    "keys_work": (
        "save", "save_next", "undo", "redo", "revert", "prev", "next", "next_open", "jump", "flag", "remark_add",
        "remarks", "escape",
    ),
    "keys_view": (
        "rule", "hold_photo", "hold_prediction", "hold_saved", "hold_pose", "mode", "opacity", "colour", "others",
        "zoom", "fit", "frame", "pan", "keys",
    ),
}  # fmt: skip


def key_name(key: str) -> str:
    """`Mod+Shift+z` as `Ctrl + Shift + Z`."""
    if key == "+":
        return key
    parts = [NAMES.get(part, part.upper() if len(part) == 1 else part) for part in key.split("+")]
    return " + ".join(parts)


def shown_keys(keys: Keys) -> dict[str, tuple[str, ...]]:
    """All keys by action, as they are written."""
    return {name: tuple(map(key_name, keys[name])) for name in DEFAULT_KEYS}


def key_groups(keys: Keys) -> list[tuple[str, list[tuple[tuple[str, ...], str]]]]:
    """The sheet: titles with (keys, what they do)."""
    texts, shown = stage_texts(), shown_keys(keys)
    return [(texts[group], [(shown[name], texts[name]) for name in names]) for group, names in GROUPS.items()]


def action_name(name: str) -> str:
    """What an action is called, in the reader's language."""
    return stage_texts().get(name, name)
