"""The world of storage's tests, with what reviewers do in one call each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from storage.use_cases import review
from tests.storage.conftest import built_world, migrated_file, world  # noqa: F401  fixtures of the folder above
from tests.storage.world import World, answer, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """sue's. The first assignment is ann's."""

    world: World

    @property
    def item(self) -> int:
        return self.world.assignments[0]

    def do(self, use_case: Callable[..., Any], *, actor: Any = None, **given: Any) -> Any:
        with self.world.database.transaction() as session:
            return use_case(session, actor=actor or self.world.sue, **given)

    def see(self, use_case: Callable[..., Any], *, actor: Any = None, **given: Any) -> Any:
        with self.world.database.reading() as session:
            return use_case(session, actor=actor or self.world.sue, **given)

    def talk(self, actor: int | None = None) -> review.Talk:
        return self.see(review.talk_of, actor=actor, assignment_id=self.item)

    def decide(self, use_case: Callable[..., Any], **given: Any) -> Any:
        return self.do(use_case, **{"assignment_id": self.item, **given})

    def saved(self, azimuth: float = 0.5) -> int:
        return self.world.save(self.item, answer(azimuth)).revision

    def propose(self, given: Any = None, **options: Any) -> int:
        values = {"answer": given or answer(1.5, distance=7.0), "version": 0, "proposal_id": new_id(), **options}
        return self.decide(review.propose, **values)


@pytest.fixture
def desk(world: World) -> Desk:  # noqa: F811  the fixture
    return Desk(world=world)
