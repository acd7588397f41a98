"""The routes that are no pages, against the running server."""

import io

import httpx
import pytest
from PIL import Image, ImageOps

from tests.ui.conftest import World
from ui.version import VERSION


def test_health_needs_no_log_in(world: World) -> None:
    answer = httpx.get(f"{world.url}/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": VERSION}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("name", "statuses"), [("ann", (200, 404)), ("bob", (404, 404)), ("sue", (200, 200))])
def test_who_sees_which_photo(world: World, name: str, statuses: tuple[int, int]) -> None:
    with world.browser(name) as client:
        assert tuple(client.get(f"/images/{image_id}").status_code for image_id in world.image_ids) == statuses
        assert client.get("/images/999999").status_code == 404


def test_a_stranger_sees_no_photo(world: World) -> None:
    for path in (f"/images/{world.image_ids[0]}", f"/thumbnails/{world.cad_id}.png"):
        assert httpx.get(world.url + path, headers={"Accept": "image/*"}).status_code == 401


def test_a_photo_shows_its_stored_pixels(world: World) -> None:
    with world.browser("ann") as client:
        answer = client.get(f"/images/{world.image_ids[0]}")
    with Image.open(io.BytesIO(answer.content)) as served, Image.open(io.BytesIO(world.photo)) as stored:
        assert ImageOps.exif_transpose(stored).size != stored.size
        assert ImageOps.exif_transpose(served).tobytes() == stored.tobytes()
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith("private")


def test_a_known_photo_is_not_sent_again_but_its_right_is_asked(world: World) -> None:
    path = f"/images/{world.image_ids[0]}"
    with world.browser("ann") as client:
        etag = client.get(path).headers["etag"]
        again = client.get(path, headers={"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
    with world.browser("bob") as client:
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 404


def test_thumbnails_are_pictures_of_the_model(world: World) -> None:
    with world.browser("ann") as client:
        answer = client.get(f"/thumbnails/{world.cad_id}.png")
        assert answer.headers["content-type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert picture.size == (160, 160)
            assert 0.02 < sum(value > 0 for value in picture.getchannel("A").tobytes()) / 160**2 < 0.9
        assert list((world.server.home / "cache" / "thumbnails").glob("*.png"))
        assert client.get(f"/thumbnails/{world.cad_id}.png").content == answer.content
        placeholder = client.get(f"/thumbnails/{world.broken_cad_id}.png")
        assert (placeholder.status_code, placeholder.headers["content-type"]) == (200, "image/svg+xml")
    with world.browser("bob") as client:
        assert client.get(f"/thumbnails/{world.cad_id}.png").status_code == 404


def test_the_language_is_the_browsers_until_the_person_chooses(world: World) -> None:
    with world.server.client() as client:
        chinese = {"Accept-Language": "zh-CN,zh;q=0.9"}
        assert 'lang="zh-CN"' in client.get("/login", headers=chinese).text
        answer = client.post("/language", data={"language": "en", "back": "/login?next=%2Ftasks"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Ftasks")
        assert 'lang="en-US"' in client.get("/login", headers=chinese).text
        client.post("/language", data={"language": "xx"})
        assert 'lang="en-US"' in client.get("/login", headers=chinese).text


def test_the_language_switch_leads_to_our_own_pages_only(world: World) -> None:
    with world.server.client() as client:
        for target in ("//evil.example", "https://evil.example/"):
            answer = client.post("/language", data={"language": "en", "back": target})
            assert answer.headers["location"] == "/tasks"


@pytest.mark.parametrize(
    "path", ["/assets/../settings.py", "/assets/%2e%2e/settings.py", "/assets/nothing", "/images/../../etc/passwd"]
)
def test_no_path_leads_out_of_the_assets(world: World, path: str) -> None:
    with world.browser("ann") as client:
        assert client.get(path).status_code == 404


def test_security_headers_are_on_every_answer(world: World) -> None:
    with world.server.client() as client:
        for path in ("/login", "/healthz", "/tasks", "/nowhere"):
            headers = client.get(path).headers
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
