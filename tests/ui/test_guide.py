"""The guide's routes: everybody who is signed in, nobody else; keys are refused with a sentence."""

import zlib

import pytest

from domain.keys import DEFAULT_KEYS
from rendering.scene_shots import SHOTS
from tests.ui.conftest import World
from ui.guide.examples import CATEGORIES, PORTRAITS, SCENES
from ui.guide.key_names import GROUPS, key_name

POSE = {"azimuth": 0.6, "elevation": 0.3, "theta": 0.0, "distance": 6, "px": 160, "py": 100, "viewport": 2000}
JSON = {"Accept": "application/json"}
VIEW = {"left": 0, "top": 0, "scale": 0.5, "width": 160, "height": 100}


def test_every_example_has_a_picture_and_every_picture_a_photo() -> None:
    pictures = {*SCENES, *PORTRAITS}
    assert {one.picture for guide in CATEGORIES.values() for one in guide.examples} <= pictures
    assert all(0 <= scene.photo < len(SHOTS) for scene in SCENES.values())
    for guide in CATEGORIES.values():
        assert {example.right for example in guide.examples} >= {True, False}


def test_the_sheet_has_every_action_once() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(DEFAULT_KEYS)
    assert [key_name(key) for key in ("Mod+Shift+z", "+", "ArrowLeft")] == ["Ctrl + Shift + Z", "+", "←"]


def test_a_frame_of_a_built_in_model_and_a_picture_without_a_photo(world: World) -> None:
    with world.browser("bob") as client:
        answer = client.get("/how-to/frame", params={"model": "car/1", **POSE, **VIEW})
        assert answer.status_code == 200
        x, y, width, height = map(int, answer.headers["x-frame"].split())
        assert len(zlib.decompress(answer.content)) == width * height > 400
        assert 0 <= x < x + width <= 160
        assert 0 <= y < y + height <= 100
        portrait = client.get("/how-to/pictures/no-phone")
        assert portrait.content.startswith(b"\x89PNG")
        again = client.get("/how-to/pictures/no-phone", headers={"If-None-Match": portrait.headers["etag"]})
        assert again.status_code == 304
    with world.server.client() as stranger:
        for path in ("/how-to/frame", "/how-to/pictures/no-phone", "/how-to/photos/2.jpg", "/how-to/practice"):
            assert stranger.get(path).status_code in {303, 401}
        assert stranger.post("/account/keys", json={}).status_code in {303, 401, 403}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"model": "car/9"}, 404),
        ({"model": "../etc/1"}, 400),
        ({"azimuth": "nan"}, 400),
        ({"distance": "0.01"}, 400),
        ({"width": "x"}, 400),
    ],
)
def test_a_frame_that_cannot_be_asked_for(world: World, change: dict[str, str], status: int) -> None:
    with world.browser("bob") as client:
        asked = {"model": "car/1", **POSE, **VIEW, **change}
        assert client.get("/how-to/frame", params=asked).status_code == status
        assert client.get("/how-to/pictures/nothing").status_code == 404


def test_own_keys_over_http(world: World) -> None:
    with world.browser("sue") as client:
        taken = client.post("/account/keys", json={"name": "mode", "keys": ["k"]}, headers=JSON)
        assert taken.status_code == 409
        assert "Skip this item, or ask for help" in taken.json()["message"]
        for nonsense in (b"", b"[]", b'{"name": 1, "keys": [2]}', b'{"name": "mode", "keys": null}'):
            assert client.post("/account/keys", content=nonsense).status_code == 409
        kept = client.post("/account/keys", json={"name": "mode", "keys": ["l"]}, headers=JSON)
        assert kept.json()["keys"]["mode"] == ["l"]
        assert "<kbd>L</kbd>" in client.get("/how-to").text
        assert client.post("/account/keys/reset", headers=JSON).json()["own"] == []
