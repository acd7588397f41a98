"""What people set for themselves is theirs alone, noted, and kept."""

import pytest

from domain.errors import NotAllowed
from domain.keys import DEFAULT_KEYS, KeyRefused
from domain.permissions import CONSOLE
from storage.use_cases.accounts import deactivate_user
from storage.use_cases.preferences import change_own_key, own_preferences, practice_seen, reset_own_keys
from tests.storage.world import World


def test_own_keys_are_kept_and_nobody_elses(world: World) -> None:
    with world.database.transaction() as session:
        change_own_key(session, actor=world.ann, name="save", chosen=("Mod+Enter",))
        change_own_key(session, actor=world.bob, name="mode", chosen=("l",))
    with pytest.raises(KeyRefused), world.database.transaction() as session:
        change_own_key(session, actor=world.ann, name="mode", chosen=("k",))
    with world.database.transaction() as session:
        assert own_preferences(session, actor=world.ann).own_keys == {"save": ("Mod+Enter",)}
        assert own_preferences(session, actor=world.ann).keys["save"] == ("Mod+Enter",)
        assert reset_own_keys(session, actor=world.ann).keys == DEFAULT_KEYS
        assert own_preferences(session, actor=world.bob).own_keys == {"mode": ("l",)}
        assert own_preferences(session, actor=world.sue).keys == DEFAULT_KEYS


def test_the_practice_is_offered_until_it_was_seen(world: World) -> None:
    with world.database.transaction() as session:
        assert own_preferences(session, actor=world.ann).practice_seen_at is None
        practice_seen(session, actor=world.ann)
    with world.database.transaction() as session:
        first = own_preferences(session, actor=world.ann).practice_seen_at
        practice_seen(session, actor=world.ann)
        assert own_preferences(session, actor=world.ann).practice_seen_at == first is not None
        assert own_preferences(session, actor=world.bob).practice_seen_at is None


def test_who_is_nobody_here_has_nothing_to_set(world: World) -> None:
    with world.database.transaction() as session:
        deactivate_user(session, actor=CONSOLE, user_id=world.bob)
    for actor in (world.bob, 424242, CONSOLE):
        with pytest.raises(NotAllowed), world.database.transaction() as session:
            practice_seen(session, actor=actor)
        with pytest.raises(NotAllowed), world.database.transaction() as session:
            reset_own_keys(session, actor=actor)
