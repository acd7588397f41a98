"""The data room and its routes against the running server: rights, cross-site, and an import by its consumer."""

import io
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from domain.jobs import JobState
from domain.permissions import CONSOLE
from storage.database import Database
from storage.use_cases.jobs import JobView, one_job, start_job
from tests.storage.formats.folders import released
from tests.ui.conftest import World
from ui.guard import LARGEST_BODY
from ui.settings import load_settings
from ui.uploads import ARCHIVE_UPLOADS

PATIENCE_S = 60.0


def archive(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for path in sorted(folder.rglob("*")):
            file.write(path, path.relative_to(folder.parent))
    return content.getvalue()


def send(client: httpx.Client, content: bytes, name: str = "cars.zip", **headers: str) -> httpx.Response:
    return client.post(ARCHIVE_UPLOADS, params={"name": name}, content=content, headers=headers)


def kept(world: World) -> set[str]:
    return {path.name for path in (world.server.home / "uploads").iterdir()}


@pytest.mark.parametrize(("name", "status"), [("ann", 403), ("sue", 403), (None, 401)])
def test_only_admins_upload_and_look(world: World, tmp_path: Path, name: str | None, status: int) -> None:
    before = kept(world)
    if name is None:
        with world.server.client() as client:
            assert send(client, b"PK", Accept="application/json").status_code == status
    else:
        with world.browser(name) as client:
            assert send(client, b"PK").status_code == status
            assert "work-row" not in client.get("/admin/data").text
            assert "import-dataset" not in client.get("/admin/data").text
    assert kept(world) == before


def test_uploads_from_elsewhere_or_of_the_wrong_kind_are_refused(world: World, tmp_path: Path) -> None:
    good = archive(released(tmp_path / "cars"))
    before = kept(world)
    with world.browser("adm") as client:
        assert send(client, good, Origin="https://evil.example").status_code == 403
        assert send(client, good, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
        for content, name in ((good, "cars.svg"), (good, ""), (b"<html>", "cars.zip"), (b"", "cars.zip")):
            answer = send(client, content, name)
            assert answer.status_code == 400
            assert answer.json()["code"] == "upload_refused"
    assert kept(world) == before


def test_archives_are_larger_than_other_requests(world: World) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("cars/images/car/noise.JPEG", bytes(2 * LARGEST_BODY))
    with world.browser("adm") as client:
        said = send(client, content.getvalue()).json()
        assert said["size"] == len(content.getvalue()) > LARGEST_BODY
    (world.server.home / "uploads" / said["upload"]).unlink()


def test_an_import_runs_beside_the_server_and_its_report_is_the_admins(world: World, tmp_path: Path) -> None:
    root = released(tmp_path / "=cars")
    (root / "annotations/car/n00.npz").write_bytes(b"broken")
    with world.browser("adm") as client:
        said = send(client, archive(root), "../../=cars.zip").json()
        assert said["name"] == "=cars.zip"
        assert said["upload"] in kept(world)
        job = imported(world, said["upload"])
        assert (job.state, job.result["counts"]["photos, created"]) == (JobState.DONE, 1)
        assert client.get("/healthz").json()["status"] == "ok"
        page = client.get("/admin/data").text
        assert "work-row" in page
        answer = client.get(f"/admin/data/work/{job.id}/report.csv")
        assert answer.headers["content-disposition"].startswith("attachment")
        assert "no-store" in answer.headers["cache-control"]
        assert "annotations/car/n00.npz" in answer.text
        for path in ("export.zip", "picture/0.jpg", "report.csv/../../1"):
            assert client.get(f"/admin/data/work/{job.id}/{path}").status_code == 404
        assert client.get("/admin/data/work/999999/report.csv").status_code == 404
    for name in ("ann", "sue"):
        with world.browser(name) as client:
            assert client.get(f"/admin/data/work/{job.id}/report.csv").status_code == 404


def imported(world: World, upload: str) -> JobView:
    """Started as another process of this home would: the server hears of it and starts its consumer."""
    database = Database(load_settings(home=world.server.home).database)
    try:
        with database.transaction() as session:
            job_id = start_job(
                session,
                actor=world.user_ids["adm"],
                kind="import_dataset",
                parameters={"upload": upload, "dataset": "uploaded"},
            )
        deadline = time.monotonic() + PATIENCE_S
        while True:
            with database.reading() as session:
                job = one_job(session, actor=CONSOLE, job_id=job_id)
            if not job.unfinished:
                return job
            assert time.monotonic() < deadline, job
            time.sleep(0.05)
    finally:
        database.close()
