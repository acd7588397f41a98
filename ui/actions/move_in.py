"""Move in from the old Flask app: photos and CAD models, people, their tasks, and what they answered.

docs/move-in.md says how its database is read. Repeating it completes what was cut off and doubles nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import PosewrightError
from domain.permissions import CONSOLE, Action, Role
from storage.acting import Acting, acting_with
from storage.cad_files import CadFiles
from storage.database import Database
from storage.formats.flask_app.database import OldDatabase, OldTask, read_old_database
from storage.formats.flask_app.places import OldPlaces, locate
from storage.formats.imagenet3d.layout import DatasetFolder, Layout, survey
from storage.formats.imagenet3d.objects import LabelsAs
from storage.images import ImageStore
from storage.passwords import hashed
from storage.use_cases.accounts import add_user, checked_name, list_users, name_key
from storage.use_cases.library import dataset_named
from storage.use_cases.move_in import MovedQuestion, move_task
from ui.actions.import_imagenet3d import Finding, ImportReport, Progress, import_imagenet3d


@dataclass(slots=True, kw_only=True)
class MoveInReport:
    """What came over, and what did not and why.

    `passwords`: temporary ones of the people who are new, to be shown once. `known` counts what was here already.
    `left_behind`: rows of the old database for which there is no place, by what they are. With `dry_run` the counts
    are what would come, as far as that shows without doing it.
    """

    places: OldPlaces
    dataset: str
    dry_run: bool
    passwords: dict[str, str] = field(default_factory=dict)
    new: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    imported: list[ImportReport] = field(default_factory=list)
    left_out: list[Finding] = field(default_factory=list)
    left_behind: Mapping[str, int] = field(default_factory=dict)


def move_in(
    *,
    database: Database,
    images: ImageStore,
    cad_files: CadFiles,
    folder: Path,
    make_password: Callable[[], str],
    dataset: str | None = None,
    old_database: Path | None = None,
    data: Path | None = None,
    dry_run: bool = False,
    actor: Acting = CONSOLE,
    progress: Progress | None = None,
) -> MoveInReport:
    """Moves the old app in `folder` into this installation.

    `make_password` gives a temporary password for each person who is new; they must change it when they log in.
    `dry_run` reads everything and writes nothing. Raises NotAllowed, OldAppUnreadable, NotADataset, ImportStopped.
    """
    with database.reading() as session:
        for action in (Action.MANAGE_USERS, Action.MANAGE_TASKS, Action.IMPORT):
            person = acting_with(session, actor, action)
    places = locate(folder, database=old_database, data=data)
    old = read_old_database(places.database)
    name = dataset or places.data.resolve().name
    report = MoveInReport(places=places, dataset=name, dry_run=dry_run, left_behind=dict(old.left_behind))
    report.left_out += [Finding(where=problem.where, reason=problem.reason) for problem in old.problems]
    tell = progress or (lambda done, total, what: None)
    run = _MoveIn(database, person, old, report, make_password)
    found = survey(places.data)
    if dry_run:
        run.foresee(found)
        return report
    # Without annotations_new nobody has answered yet, and what is in annotations/ is the model's guess.
    labels_as = LabelsAs.ANNOTATIONS if found.layout is Layout.FLASK_APP else LabelsAs.PREDICTIONS
    for source in filter(None, (places.cad, places.data)):
        report.imported.append(
            import_imagenet3d(
                database=database,
                images=images,
                cad_files=cad_files,
                folder=source,
                dataset=name,
                labels_as=labels_as,
                actor=person,
                progress=tell,
            )
        )
    run.bring(found, tell)
    return report


class _MoveIn:
    def __init__(
        self,
        database: Database,
        actor: Acting,
        old: OldDatabase,
        report: MoveInReport,
        make_password: Callable[[], str],
    ) -> None:
        self._database = database
        self._actor = actor
        self._old = old
        self._report = report
        self._make_password = make_password

    def foresee(self, found: DatasetFolder) -> None:
        """Counts what would come."""
        report, known = self._report, self._known_people()
        for name in self._names():
            if self._usable(name) is not None:
                (report.known if name_key(name) in known else report.new)["people"] += 1
        photos = {(photo.name, photo.category): photo for photo in found.photos}
        report.new["photos"], report.new["CAD models"] = len(found.photos), len(found.meshes)
        for task in self._old.tasks:
            report.new["tasks"] += 1
            for question in task.questions:
                photo = photos.get((question.photo, question.category))
                if photo is None:
                    self._leave_out(task, question.key, "has no photo in the data folder")
                    continue
                report.new["assignments"] += 1
                if question.finished and found.layout is Layout.FLASK_APP and photo.labels is not None:
                    report.new["answers"] += 1
                elif question.finished:
                    self._leave_out(task, question.key, "is called finished, but its answer is not there")

    def bring(self, found: DatasetFolder, tell: Progress) -> None:
        people = self._bring_people(tell)
        written = {photo.name: photo.labels for photo in found.photos if found.layout is Layout.FLASK_APP}
        with self._database.reading() as session:
            dataset_id = dataset_named(session, actor=self._actor, name=self._report.dataset)
        for done, task in enumerate(self._old.tasks):
            tell(done, len(self._old.tasks), task.name)
            if task.person not in people:
                self._leave_out(task, None, f"its person {task.person!r} could not come")
                continue
            questions = [
                MovedQuestion(
                    key=question.key,
                    photo=question.photo,
                    category=question.category,
                    finished=question.finished,
                    rejected=question.rejected,
                    saved_at=_written_at(written.get(question.photo)) if question.finished else None,
                )
                for question in task.questions
            ]
            self._bring_task(task, dataset_id, people, questions)
        tell(len(self._old.tasks), len(self._old.tasks), "")

    def _bring_task(
        self, task: OldTask, dataset_id: int, people: Mapping[str, int], questions: list[MovedQuestion]
    ) -> None:
        try:
            with self._database.transaction() as session:
                moved = move_task(
                    session,
                    actor=self._actor,
                    dataset_id=dataset_id,
                    name=task.name,
                    user_id=people[task.person],
                    questions=questions,
                    people=people,
                )
        except PosewrightError as error:
            self._leave_out(task, None, str(error))
            return
        report = self._report
        (report.new if moved.is_new else report.known)["tasks"] += 1
        report.new["assignments"] += moved.assignments
        report.known["assignments"] += moved.assignments_known
        report.new["answers"] += moved.answers
        report.known["answers"] += moved.answers_known
        report.new["of them rejected, so sent back"] += moved.sent_back
        for key, reason in moved.left_out:
            self._leave_out(task, key, reason)

    def _bring_people(self, tell: Progress) -> dict[str, int]:
        """The user id of each of the old app's people who could come. Hashes are made outside the transactions."""
        known, people = self._known_people(), {}
        names = self._names()
        for done, old_name in enumerate(names):
            tell(done, len(names), old_name)
            name = self._usable(old_name)
            if name is None:
                continue
            if (user_id := known.get(name_key(name))) is not None:
                people[old_name] = user_id
                self._report.known["people"] += 1
                continue
            password = self._make_password()
            hash_ = hashed(name, password)
            with self._database.transaction() as session:
                user = add_user(
                    session, actor=self._actor, name=name, role=Role.ANNOTATOR, password=hash_, must_change=True
                )
            people[old_name] = known[name_key(name)] = user.id
            self._report.passwords[name] = password
            self._report.new["people"] += 1
        return people

    def _names(self) -> list[str]:
        """Everybody in the table of annotators, and whoever else has a task."""
        return list(dict.fromkeys((*self._old.people, *(task.person for task in self._old.tasks))))

    def _usable(self, name: str) -> str | None:
        try:
            return checked_name(name)
        except PosewrightError as error:
            if not any(finding.where == f"person {name}" for finding in self._report.left_out):
                self._report.left_out.append(Finding(where=f"person {name}", reason=str(error)))
            return None

    def _known_people(self) -> dict[str, int]:
        with self._database.reading() as session:
            return {name_key(user.name): user.id for user in list_users(session, actor=self._actor)}

    def _leave_out(self, task: OldTask, key: str | None, reason: str) -> None:
        where = f"task {task.name}" + (f", question {key}" if key else "")
        self._report.left_out.append(Finding(where=where, reason=reason))


def _written_at(answer: Path | None) -> datetime | None:
    """When the old app last wrote an answer: the only trace of the time that it left."""
    try:
        return None if answer is None else datetime.fromtimestamp(answer.stat().st_mtime, UTC)
    except OSError:
        return None
