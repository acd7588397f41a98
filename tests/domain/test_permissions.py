"""The table of rights, and that docs/permissions.md says the same."""

import re
from pathlib import Path

import pytest

from domain.errors import NotAllowed
from domain.permissions import CONSOLE, TABLE, Action, Actor, Role, Scope, allowed, require

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
ROW = re.compile(r"\| (\w+) \| (own|any|–) \| (own|any|–) \| (own|any|–) \| .+ \|")


def test_the_page_says_what_the_table_says() -> None:
    found = [match.groups() for line in PAGE.read_text("utf-8").splitlines() if (match := ROW.fullmatch(line))]
    assert [name for name, *_scopes in found] == [action.value for action in Action]
    for name, *scopes in found:
        given = {role: Scope(scope) for role, scope in zip(Role, scopes, strict=True) if scope != "–"}
        assert given == TABLE[Action(name)], name


@pytest.mark.parametrize("action", Action)
def test_own_is_only_for_owners_and_the_console_may_everything(action: Action) -> None:
    assert allowed(CONSOLE, action)
    for role in Role:
        actor = Actor(user_id=7, name="ann", role=role)
        scope = TABLE[action].get(role)
        assert allowed(actor, action, owner_ids=(3, 7)) == (scope is not None)
        assert allowed(actor, action, owner_ids=(3,)) == (scope is Scope.ANY)
        if scope is None:
            with pytest.raises(NotAllowed, match="ann"):
                require(actor, action, owner_ids=(7,))
