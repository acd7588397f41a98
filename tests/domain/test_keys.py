"""Own keys: no press ever means two things, and what was changed can be changed back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.keys import DEFAULT_KEYS, FIXED, KeyRefused, changed, keys_with, kind_of

NAMES = st.sampled_from(sorted(DEFAULT_KEYS))
PLAIN = st.sampled_from([*"abcdhklmtuz0179,.;[]?/", "ArrowLeft", "PageUp", "Home", "Enter", "Space"])
KEY = st.builds(
    lambda mod, shift, key: mod + shift + key, st.sampled_from(["", "Mod+"]), st.sampled_from(["", "Shift+"]), PLAIN
)


def presses(name: str, key: str) -> set[tuple[bool, bool, str]]:
    """The (ctrl, shift, key) that the keyboard takes for it."""
    parts = key.split("+") if key != "+" else ["+"]
    mod, shift, plain = "Mod" in parts, "Shift" in parts, parts[-1]
    if kind_of(name) == "step":
        return {(m, s, plain) for m in ((False,) if len(plain) == 1 else (False, True)) for s in (False, True)}
    if len(plain) == 1 and not plain.isalnum() and not mod:
        return {(False, False, plain), (False, True, plain)}
    return {(mod, shift, plain)}


def assert_unambiguous(keys: dict[str, tuple[str, ...]]) -> None:
    taken: dict[tuple[bool, bool, str], str] = {}
    for name, chosen in keys.items():
        for press in {press for key in chosen for press in presses(name, key)}:
            assert taken.setdefault(press, name) == name, press


def test_the_delivered_keys_are_unambiguous() -> None:
    assert_unambiguous(dict(DEFAULT_KEYS))
    assert keys_with({}) == DEFAULT_KEYS


@given(st.lists(st.tuples(NAMES, KEY, KEY), max_size=12))
def test_whatever_is_chosen_stays_unambiguous(choices: list[tuple[str, str, str]]) -> None:
    own: dict[str, tuple[str, ...]] = {}
    for name, *keys in choices:
        try:
            own = changed(own, name, tuple(keys[: len(DEFAULT_KEYS[name])]))
        except KeyRefused:
            continue
    assert_unambiguous(keys_with(own))
    assert FIXED.isdisjoint(own)
    assert {name: keys_with(own)[name] for name in own} == own


def test_changed_back_is_as_delivered() -> None:
    own = changed({}, "azimuth", ("l", ";"))
    assert keys_with(own)["azimuth"] == ("l", ";")
    own = changed(own, "fit", ("a",))
    with pytest.raises(KeyRefused) as refused:
        changed(own, "azimuth", DEFAULT_KEYS["azimuth"])
    assert (refused.value.rule, refused.value.taken_by) == ("taken", "fit")
    assert changed(changed(own, "fit", ("0",)), "azimuth", ("a", "d")) == {}


@pytest.mark.parametrize(
    ("name", "chosen", "rule"),
    [
        ("azimuth", ("k", "d"), "taken"),
        ("azimuth", ("l", "l"), "twice"),
        ("azimuth", ("Shift+l", ";"), "modified"),
        ("save", ("Mod+w",), "browser"),
        ("save", ("F5",), "no_key"),
        ("escape", ("t",), "fixed"),
        ("nothing", ("t",), "unknown"),
        ("azimuth", ("t",), "unknown"),
        ("mode", ("Shift+ArrowLeft",), "taken"),
    ],
)
def test_what_is_refused(name: str, chosen: tuple[str, ...], rule: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        changed({}, name, chosen)
    assert refused.value.rule == rule


def test_keys_of_another_release_that_clash_are_left_out() -> None:
    assert keys_with({"azimuth": ("k", "d"), "gone": ("t",), "mode": ("l",)}) == {**DEFAULT_KEYS, "mode": ("l",)}
