"""Each kind of work, done to its end in this process, and who may ask for it."""

import csv
import shutil
import tarfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture
from sqlmodel import col, select

from domain.errors import NotAllowed, WrongState
from domain.jobs import KINDS, MOST_ATTEMPTS, JobState
from domain.permissions import CONSOLE, Role
from storage.errors import WorkRefused
from storage.passwords import HashedPassword
from storage.record import acting_from
from storage.tables import Assignment, Audit, Category, Dataset, Gold, Image, Item, Job, Outbox
from storage.use_cases.accounts import add_user, deactivate_user
from storage.use_cases.job_work import claim_job, release_jobs
from storage.use_cases.jobs import cancel_job, list_jobs, one_job, start_job
from storage.use_cases.tasks import create_tasks
from tests.storage.formats.folders import record, released, write_labels, write_photo
from tests.ui.jobs.conftest import Home
from ui.jobs.context import Progress
from ui.jobs.orphans import GRACE_S, delete_orphans
from ui.jobs.paths import UPLOADS_KEPT_S
from ui.jobs.run import run_job
from ui.jobs.serializer import JsonSerializer


def person(home: Home, name: str, role: Role) -> int:
    with home.database.transaction() as session:
        hashed = HashedPassword("no password has this hash")
        return add_user(session, actor=CONSOLE, name=name, role=role, password=hashed).id


def packed(folder: Path, archive: Path) -> Path:
    """The folder with its own name around it, as people pack."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(folder.rglob("*")):
                file.write(path, path.relative_to(folder.parent))
    else:
        with tarfile.open(archive, "w:gz") as file:
            file.add(folder, folder.name)
    return archive


def uploaded(home: Home, archive: Path) -> str:
    name = f"{'a' * 32}{''.join(archive.suffixes)}"
    shutil.copyfile(archive, home.paths.uploads / name)
    return name


def report(home: Home, job_id: int) -> list[list[str]]:
    with home.paths.report(job_id).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def own_photos(root: Path) -> Path:
    for number in range(3):
        write_photo(root / f"p{number}.jpg", width=640, height=480, shade=40 * number)
    (root / "broken.jpg").write_bytes(b"no photo")
    (root / "boxes.csv").write_text(
        "image,category,x1,y1,x2,y2\n"
        "p0.jpg,mug,10,20,300,400\np0.jpg,mug,310,20,600,400\np0.jpg,cup,1,1,20,20\n"
        "p1.jpg,mug,1,2,bad,4\np1.jpg,mug,700,2,800,4\n=HYPERLINK(1).jpg,mug,1,2,3,4\n"
    )
    return root


@pytest.mark.parametrize("suffix", [".zip", ".tar.gz"])
def test_an_uploaded_archive_is_imported_with_its_predictions_and_reported(
    suffix: str, home: Home, tmp_path: Path
) -> None:
    root = released(tmp_path / "cars")
    (root / "annotations/car/n00.npz").write_bytes(b"broken")
    upload = uploaded(home, packed(root, tmp_path / f"cars{suffix}"))
    job = home.do("import_dataset", upload=upload, dataset="cars", labels_as="gold")
    assert (job.state, job.bad, job.result["layout"]) == (JobState.DONE, 1, "released")
    assert home.counts(Image, Gold) == {"Image": 1, "Gold": 2}
    assert ["counted", "photos, created", "1"] in report(home, job.id)
    assert [line[:2] for line in report(home, job.id) if line[0] == "left out"] == [
        ["left out", "annotations/car/n00.npz"]
    ]
    assert not home.paths.work(job.id).exists()


def test_repeating_an_import_doubles_nothing(home: Home) -> None:
    root = released(home.incoming / "cars")
    for outcome in ("created", "unchanged"):
        job = home.do("import_dataset", place=str(root), dataset="cars")
        assert job.result["counts"][f"items, {outcome}"] == 4
    assert home.counts(Image, Item) == {"Image": 2, "Item": 4}


def test_only_allowed_folders_are_read(home: Home, tmp_path: Path) -> None:
    outside = released(tmp_path / "outside")
    (home.incoming / "link").symlink_to(outside)
    for place in (str(outside), str(home.incoming / "link"), f"{home.incoming}/../../outside", "incoming", "/etc"):
        job = home.do("import_dataset", place=place, dataset="stolen")
        assert (job.state, job.error_code) in {
            (JobState.FAILED, "not_allowed"),
            (JobState.FAILED, "invalid_input"),
        }
    for upload in ("../secret", "a" * 32 + ".zip", "", "posewright.sqlite3"):
        assert home.do("import_dataset", upload=upload, dataset="stolen").state is JobState.FAILED
    job = home.do("import_dataset", place=str(released(home.incoming / "in")), predictions="../..", dataset="x")
    assert job.error_code == "invalid_input"
    assert home.counts(Image, Dataset) == {"Image": 0, "Dataset": 0}


@pytest.mark.parametrize("kind", ["import_dataset", "preview_photos", "import_photos"])
def test_a_hostile_archive_fails_with_the_reason_and_leaves_nothing(kind: str, home: Home, tmp_path: Path) -> None:
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("images/car/n.JPEG", b"\0" * 60_000_000)
        file.writestr("../../../evil.txt", b"x")
    job = home.do(kind, upload=uploaded(home, archive), dataset="evil")
    assert (job.state, job.error_code) == (JobState.FAILED, "archive_refused")
    assert home.counts(Dataset) == {"Dataset": 0}
    assert not home.paths.work(job.id).exists()


def test_an_export_is_the_same_zip_each_time_and_what_numpy_reads(home: Home, tmp_path: Path) -> None:
    home.do("import_dataset", place=str(released(home.incoming / "cars")), dataset="cars")
    contents = []
    for _round in range(2):
        job = home.do("export_dataset", dataset="cars", layout="released", all_answers=True)
        assert (job.state, job.result["counts"]) == (JobState.DONE, {"photos": 2, "objects": 4})
        contents.append((home.paths.results(job.id) / "export.zip").read_bytes())
    assert contents[0] == contents[1]
    with zipfile.ZipFile(home.paths.results(job.id) / "export.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "out")
    assert len(np.load(tmp_path / "out/annotations/car/n00.npz", allow_pickle=True)["annotations"]) == 2
    assert (tmp_path / "out/manifest.json").is_file()
    assert home.do("export_dataset", dataset="none").error_code == "not_found"


def test_own_photos_are_shown_first_and_then_imported_once(home: Home) -> None:
    place = str(own_photos(home.incoming / "own"))
    preview = home.do("preview_photos", place=place, dataset="own")
    assert preview.result["counts"] == {"photos": 3, "objects": 3, "photos without a box": 2}
    assert {where for where, _reason in preview.result["problems"]} == {
        "broken.jpg",
        "boxes.csv, line 5",
        "boxes.csv, line 6",
        "boxes.csv, line 7",
    }
    assert str(home.settings.home) not in str(preview.result), "where it lies is the server's own business"
    assert home.counts(Dataset, Image) == {"Dataset": 0, "Image": 0}
    with Picture.open(home.paths.results(preview.id) / "0.jpg") as picture:
        assert max(picture.size) <= 420
        column = round(155 * picture.width / 640)
        warmth = [red - blue for red, _green, blue in (picture.getpixel((column, y)) for y in range(60))]
        assert warmth.index(max(warmth)) == pytest.approx(20.5 * picture.height / 480, abs=2), "the first box"
        assert max(warmth) > 100 > warmth[40]

    for created in (3, 0):
        job = home.do("import_photos", place=place, dataset="own")
        assert (job.state, job.result["counts"].get("items, created", 0)) == (JobState.DONE, created)
        assert job.result["left_out"] == 4
    assert home.counts(Image, Item, Category) == {"Image": 3, "Item": 3, "Category": 2}
    assert all(not cell.startswith("=") for line in report(home, job.id) for cell in line)


def test_the_list_in_an_archive_is_found_within_its_wrapping(home: Home, tmp_path: Path) -> None:
    upload = uploaded(home, packed(own_photos(tmp_path / "own"), tmp_path / "own.zip"))
    result = home.do("preview_photos", upload=upload, dataset="own").result
    assert (result["list"], result["counts"]["objects"]) == ("boxes.csv", 3)
    assert [shown["name"] for shown in result["shown"]] == ["p0.jpg", "p1.jpg", "p2.jpg"]


def test_a_box_that_is_somebodys_work_is_left_as_it_is(home: Home) -> None:
    root = own_photos(home.incoming / "own")
    home.do("import_photos", place=str(root), dataset="own")
    ann = person(home, "ann", Role.ANNOTATOR)
    with home.database.transaction() as session:
        create_tasks(session, actor=CONSOLE, dataset="own", category="cup", user_id=ann)
    text = (root / "boxes.csv").read_text()
    (root / "boxes.csv").write_text(text.replace("1,1,20,20", "2,2,30,30").replace("10,20,300,400", "11,20,300,400"))
    home.do("import_photos", place=str(root), dataset="own")
    with home.database.reading() as session:
        boxes = {(item.x1, item.x2) for item in session.exec(select(Item))}
    assert boxes == {(1.0, 20.0), (11.0, 300.0), (310.0, 600.0)}


def test_a_cancellation_leaves_what_is_somebodys_work(home: Home) -> None:
    """The import is asked to stop after its last photo; meanwhile a task was made of one photo."""
    root = released(home.incoming / "cars")
    write_photo(root / "images/bus/n.JPEG")
    write_labels(root / "annotations/bus/n.npz", record())
    job_id = home.start("import_dataset", place=str(root), dataset="cars")
    ann = person(home, "ann", Role.ANNOTATOR)

    class Meddling(Progress):
        def step(self, done: int, total: int, what: str = "") -> None:
            if done == total:
                with home.database.transaction() as session:
                    create_tasks(session, actor=CONSOLE, dataset="cars", category="bus", user_id=ann)
                home.cancel(job_id)
            super().step(done, total, what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.jobs.run.Progress", Meddling)
        run_job(home.workshop, job_id, give_up=lambda: None)
    job = home.job(job_id)
    assert (job.state, job.result["stays"] > 0) == (JobState.CANCELLED, True)
    assert home.counts(Image, Assignment) == {"Image": 1, "Assignment": 1}


def test_what_a_cancelled_import_has_put_into_the_stores_goes_in_time(home: Home) -> None:
    def files() -> set[Path]:
        stores = (home.settings.images_directory, home.settings.cad_directory)
        return {path for store in stores for path in store.rglob("*") if path.is_file()}

    home.do("import_dataset", place=str(released(home.incoming / "kept")), dataset="kept")
    kept = files()
    root = released(home.incoming / "cars")
    write_photo(root / "images/bus/n.JPEG", shade=77)
    write_labels(root / "annotations/bus/n.npz", record())
    (root / "CAD/car/03.off").write_text("OFF\n3 1 0\n0 0 0\n0 0 1\n0 1 0\n3 0 1 2\n")
    job_id = home.start("import_dataset", place=str(root), dataset="cars")

    class Cancelling(Progress):
        def step(self, done: int, total: int, what: str = "") -> None:
            if done == total:
                home.cancel(job_id)
            super().step(done, total, what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.jobs.run.Progress", Cancelling)
        run_job(home.workshop, job_id, give_up=lambda: None)
    assert home.job(job_id).state is JobState.CANCELLED
    assert len(files() - kept) == 2
    assert delete_orphans(home.workshop) == 0, "somebody may be about to name them"
    assert delete_orphans(home.workshop, now=time.time() + GRACE_S + 1) == 2
    assert files() == kept


def test_the_audit_log_tells_how_work_ended_and_from_where_it_was_started(home: Home) -> None:
    adm = person(home, "adm", Role.ADMIN)
    root = released(home.incoming / "cars")
    (root / "annotations/car/n00.npz").write_bytes(b"broken")
    with acting_from("192.0.2.7"):
        done, failed, cancelled = (home.start("import_dataset", adm, place=str(root), dataset=d) for d in "abc")
    root_gone = home.start("import_dataset", place=str(home.incoming / "gone"), dataset="d")
    run_job(home.workshop, done, give_up=lambda: None)
    with acting_from("192.0.2.8"):
        home.cancel(cancelled)
    for _attempt in range(MOST_ATTEMPTS):
        with home.database.transaction() as session:
            claim_job(session, job_id=failed, worker="here")
        with home.database.transaction() as session:
            release_jobs(session, worker="here")
    run_job(home.workshop, root_gone, give_up=lambda: None)
    with home.database.reading() as session:
        told = session.exec(select(Audit).where(Audit.at >= home.job(done).created_at).order_by(col(Audit.id))).all()
    ends = {row.object_id: row for row in told if row.action in {"job_done", "job_failed", "job_cancelled"}}
    assert (ends[done].action, ends[done].actor_name, ends[done].address) == ("job_done", "adm", "192.0.2.7")
    detail = ends[done].detail
    assert (detail["kind"], detail["dataset"], detail["photos_created"], detail["left_out"]) == (
        "import_dataset", "a", 1, 1,
    )  # fmt: skip
    assert {row.address for row in told if row.action == "add_to_dataset"} == {"192.0.2.7"}
    assert (ends[failed].action, ends[failed].address, ends[failed].detail["error"]) == (
        "job_failed", "192.0.2.7", "interrupted",
    )  # fmt: skip
    assert (ends[root_gone].action, ends[root_gone].actor_name, ends[root_gone].address) == (
        "job_failed", "console", None,
    )  # fmt: skip
    assert ends[root_gone].detail["error"] == "not_found"
    assert (ends[cancelled].action, ends[cancelled].address) == ("job_cancelled", "192.0.2.8")


def test_lighter_meshes_are_put_in_line_for_heavy_models_only(home: Home, tmp_path: Path) -> None:
    root = released(home.incoming / "cars")
    home.do("import_dataset", place=str(root), dataset="light")
    rows = "".join(f"{x} {y} {np.sin(x / 5.0) * np.cos(y / 7.0)}\n" for x in range(40) for y in range(40))
    faces = "".join(f"3 {a} {a + 1} {a + 40}\n3 {a + 1} {a + 41} {a + 40}\n" for a in range(39 * 40) if a % 40 < 39)
    (root / "CAD/car/03.off").write_text(f"OFF\n1600 {39 * 39 * 2} 0\n{rows}{faces}")
    home.do("import_dataset", place=str(root), dataset="heavy")
    with home.database.reading() as session:
        waiting = [job for job in list_jobs(session, actor=CONSOLE) if job.kind == "lighten"]
    assert [job.parameters for job in waiting] == [{"dataset": "heavy"}]
    run_job(home.workshop, waiting[0].id, give_up=lambda: None)
    assert home.job(waiting[0].id).result["counts"] == {"CAD models": 1}
    assert list((home.settings.cache_directory / "meshes").rglob("*"))


def test_who_may_start_see_and_cancel(home: Home) -> None:
    everybody = {role: person(home, role.value, role) for role in Role}
    job_id = home.start("import_dataset", place="x", dataset="d")
    for role, user_id in everybody.items():
        for kind in KINDS:
            for ask in (
                lambda s, u=user_id, k=kind: start_job(s, actor=u, kind=k, parameters={}),
                lambda s, u=user_id, k=kind: one_job(s, actor=u, job_id=job_id),
                lambda s, u=user_id, k=kind: list_jobs(s, actor=u),
            ):
                with home.database.transaction() as session:
                    if role is Role.ADMIN:
                        ask(session)
                    else:
                        with pytest.raises(NotAllowed):
                            ask(session)
        with home.database.transaction() as session:
            if role is not Role.ADMIN:
                with pytest.raises(NotAllowed):
                    cancel_job(session, actor=user_id, job_id=job_id)
    assert home.job(job_id).state is JobState.WAITING
    home.cancel(job_id)
    assert home.job(job_id).state is JobState.CANCELLED
    with pytest.raises(WrongState):
        home.cancel(job_id)


def test_the_right_is_asked_again_when_the_work_begins(home: Home) -> None:
    adm = person(home, "adm", Role.ADMIN)
    person(home, "other", Role.ADMIN)
    job_id = home.start("import_dataset", adm, place=str(released(home.incoming / "cars")), dataset="cars")
    with home.database.transaction() as session:
        deactivate_user(session, actor=CONSOLE, user_id=adm)
    run_job(home.workshop, job_id, give_up=lambda: None)
    assert (home.job(job_id).state, home.job(job_id).error_code) == (JobState.FAILED, "not_allowed")
    assert home.counts(Dataset, Image) == {"Dataset": 0, "Image": 0}


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 129, "a\0b", " "])
def test_a_name_that_could_be_no_folder_is_refused_at_once(name: str, home: Home) -> None:
    with pytest.raises(WorkRefused):
        home.start("import_dataset", dataset=name)


def test_work_is_given_out_once_and_given_up_in_the_end(home: Home) -> None:
    job_id = home.start("import_dataset", dataset="x")
    for _attempt in range(MOST_ATTEMPTS):
        with home.database.transaction() as session:
            assert claim_job(session, job_id=job_id, worker="here") is not None
            assert claim_job(session, job_id=job_id, worker="there") is None
        with home.database.transaction() as session:
            release_jobs(session, worker="there")
        assert home.job(job_id).state is JobState.RUNNING, "whoever is heard of keeps it"
        with home.database.transaction() as session:
            release_jobs(session, worker="here")
    job = home.job(job_id)
    assert (job.state, job.error_code, job.attempts) == (JobState.FAILED, "interrupted", MOST_ATTEMPTS)


def test_what_nobody_waits_for_takes_one_place_only(home: Home) -> None:
    first, second = (home.start("lighten", dataset=name) for name in ("a", "b"))
    with home.database.transaction() as session:
        assert claim_job(session, job_id=first, worker="here") is not None
        assert claim_job(session, job_id=second, worker="here") is None
    with home.database.transaction() as session:
        release_jobs(session, worker="here")
        assert claim_job(session, job_id=second, worker="here") is not None


def test_progress_is_written_seldom(home: Home) -> None:
    job_id = home.start("lighten", dataset="x")
    with home.database.transaction() as session:
        job = claim_job(session, job_id=job_id, worker="here")
    assert job is not None
    with home.database.reading() as session:
        before = len(session.exec(select(Outbox.id)).all())
    with Progress(home.workshop, job, lambda: None) as progress:
        progress.phase("lighten", 10_001)
        for done in range(10_000):
            progress.step(done, 10_001)
    with home.database.reading() as session:
        assert len(session.exec(select(Outbox.id)).all()) == before, "progress is read from its row"
        row = session.get_one(Job, job_id)
        assert (row.phase, row.total) == ("lighten", 10_001)


def test_uploads_that_nobody_needs_are_deleted_in_time(home: Home) -> None:
    needed, old = home.paths.uploads / f"{'a' * 32}.zip", home.paths.uploads / f"{'b' * 32}.zip"
    for path in (needed, old):
        path.write_bytes(b"x")
    home.paths.tidy(needed_uploads={needed.name})
    assert old.exists()
    home.paths.tidy(needed_uploads={needed.name}, now=old.stat().st_mtime + UPLOADS_KEPT_S + 1)
    assert (needed.exists(), old.exists()) == (True, False)


def test_the_queue_holds_no_pickles() -> None:
    message = JsonSerializer().serialize(("id", "ui.jobs.consumer.run", None, 0, 0, None, [7], {}))
    assert message.startswith(b"[")
    assert JsonSerializer().deserialize(message).args == [7]
