"""The demo's names are known to everybody: it stays on its machine unless told so twice."""

from pathlib import Path

import pytest

from domain.permissions import CONSOLE, Role
from storage.use_cases.accounts import add_user
from storage.use_cases.library import add_dataset
from tests.empty_database import empty_database
from tests.server import command_here, free_port
from tests.storage.world import UNUSABLE
from ui.settings import load_settings, prepare_home


def serve(home: Path, *arguments: str, **settings: str):
    return command_here(home, "serve", "--host", "0.0.0.0", "--port", str(free_port()), *arguments, **settings)


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [((), {}), (("--demo-for-others",), {}), ((), {"POSEWRIGHT_DEMO_FOR_OTHERS": "1"})],
)
def test_an_empty_home_gets_no_demo_that_others_can_reach(
    tmp_path: Path, arguments: tuple[str, ...], settings: dict[str, str]
) -> None:
    refused = serve(tmp_path / "home", *arguments, **settings)
    assert refused.exit_code == 2
    assert "--demo-for-others" in refused.stderr


def test_a_demo_that_was_built_before_is_known_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = load_settings(home=home)
    prepare_home(settings)
    database = empty_database(settings.database)
    with database.transaction() as session:
        add_user(session, actor=CONSOLE, name="admin", role=Role.ADMIN, password=UNUSABLE)
        add_dataset(session, actor=CONSOLE, name="demo")
    database.close()
    assert serve(home, "--no-demo").exit_code == 2
