"""Everything that the running application answers × everybody. An address that `TABLE` does not name fails."""

import json
from dataclasses import dataclass, field

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from domain.permissions import Action, Actor, Role, allowed
from tests.ui.siege.conftest import BACKUP, Siege

EVERYBODY = ("anonymous", "owner", "other", "supervisor", "admin", "deactivated")
ROLE = {"owner": Role.ANNOTATOR, "other": Role.ANNOTATOR, "supervisor": Role.SUPERVISOR, "admin": Role.ADMIN}


@dataclass(frozen=True)
class Open:
    """To strangers too."""


@dataclass(frozen=True)
class SignedIn:
    """To everybody with a session: what is shown is their own."""


@dataclass(frozen=True)
class Right:
    """To whom `domain.permissions` gives the right, at an object of the owner's where it has an owner."""

    action: Action
    owned: bool = False


@dataclass(frozen=True)
class Absent:
    """To nobody: the siege's home has none. tests/storage/rights_of_gates.py asks who may see one."""


@dataclass(frozen=True)
class Line:
    """`address`: with names from `Siege.ids` in braces; empty: the route's own."""

    who: Open | SignedIn | Right | Absent
    address: str = ""
    form: dict[str, str] = field(default_factory=dict)


SEEING = Right(Action.SEE_IMAGE, owned=True)
HISTORY = Right(Action.SEE_HISTORY, owned=True)
PEOPLE, TASKS = Right(Action.MANAGE_USERS), Right(Action.MANAGE_TASKS)
LIBRARY, AUDIT = Right(Action.MANAGE_LIBRARY), Right(Action.SEE_AUDIT)
IMPORT, EXPORT, KEEPING = Right(Action.IMPORT), Right(Action.EXPORT), Right(Action.BACK_UP)

TABLE: dict[str, Line] = {
    "GET /login": Line(Open()),
    "POST /login": Line(Open(), form={"name": ""}),
    "POST /logout": Line(SignedIn()),
    "GET /setup": Line(Open()),
    "POST /setup": Line(Open()),
    "GET /password": Line(SignedIn()),
    "POST /password": Line(SignedIn()),
    "GET /reset": Line(Open()),
    "POST /reset": Line(Open()),
    "GET /account": Line(SignedIn()),
    "POST /account/password": Line(SignedIn()),
    "POST /account/sign-out": Line(SignedIn()),
    "POST /account/sign-out-others": Line(SignedIn()),
    "GET /favicon.ico": Line(Open()),
    "GET /healthz": Line(Open()),
    "POST /language": Line(Open()),
    "GET /images/{image_id:int}": Line(SEEING, "/images/{image}"),
    "GET /images/{image_id:int}/small": Line(SEEING, "/images/{image}/small"),
    "GET /thumbnails/{cad_id:int}.png": Line(SEEING, "/thumbnails/{cad}.png"),
    "GET /assets/{name}": Line(Open(), "/assets/mark.svg"),
    "GET /overlays/revision/{revision_id:int}.jpg": Line(HISTORY, "/overlays/revision/{revision}.jpg"),
    "GET /overlays/proposal/{proposal_id:int}.jpg": Line(HISTORY, "/overlays/proposal/{proposal}.jpg"),
    "GET /overlays/prediction/{assignment_id:int}.jpg": Line(HISTORY, "/overlays/prediction/{assignment}.jpg"),
    **{
        f"GET /overlays/{kind}/{{{name}:int}}.jpg": Line(Absent(), f"/overlays/{kind}/999999.jpg")
        for kind, name in {
            "truth": "answer_id",
            "told": "check_id",
            "flip": "question_id",
            "adjudication": "adjudication_id",
            "mean": "item_id",
            "chosen": "item_id",
            "model": "item_id",
            "left": "assignment_id",
            "right": "assignment_id",
        }.items()
    },
    "GET /evaluate/{assignment_id:int}": Line(Absent(), "/evaluate/999999"),
    "GET /evaluate/task/{task_id:int}": Line(Absent(), "/evaluate/task/999999"),
    "GET /qualify/{test_id:int}": Line(Absent(), "/qualify/999999"),
    "GET /qualify/{test_id:int}/{user_id:int}": Line(Absent(), "/qualify/999999/1"),
    "POST /qualify/{test_id:int}/start": Line(Absent(), "/qualify/999999/start"),
    "POST /qualify/{test_id:int}/hand-in": Line(Absent(), "/qualify/999999/hand-in"),
    "GET /qualify": Line(Right(Action.SEE_STATISTICS)),
    "GET /evaluate": Line(Right(Action.SEE_STATISTICS)),
    "GET /evaluate/agreement": Line(Right(Action.SEE_STATISTICS)),
    "GET /evaluate/models": Line(Right(Action.SEE_STATISTICS)),
    "GET /adjudicate": Line(Right(Action.ADJUDICATE)),
    "GET /verdicts": Line(Right(Action.REVIEW)),
    "GET /": Line(SignedIn()),
    "GET /tasks": Line(SignedIn()),
    "GET /statistics": Line(SignedIn()),
    "GET /how-to": Line(SignedIn()),
    "GET /how-to/practice": Line(SignedIn()),
    "POST /how-to/practice/seen": Line(SignedIn()),
    "GET /how-to/pictures/{name}": Line(SignedIn(), "/how-to/pictures/none"),
    "GET /how-to/photos/{number:int}.jpg": Line(SignedIn(), "/how-to/photos/99.jpg"),
    "GET /how-to/frame": Line(SignedIn()),
    "POST /account/keys": Line(SignedIn()),
    "POST /account/keys/reset": Line(SignedIn()),
    "GET /review": Line(Right(Action.REVIEW)),
    "GET /history/{assignment_id:int}": Line(HISTORY, "/history/{assignment}"),
    "GET /annotate/{assignment_id:int}": Line(Right(Action.SEE_ASSIGNMENT, owned=True), "/annotate/{assignment}"),
    "GET /task/{task_id:int}": Line(Right(Action.SEE_TASKS, owned=True), "/task/{task}"),
    "POST /task/{task_id:int}/draw": Line(SignedIn(), "/task/{pool}/draw"),
    "GET /board": Line(Right(Action.SEE_BOARD)),
    "GET /watch/{assignment_id:int}": Line(Right(Action.WATCH), "/watch/{assignment}"),
    "GET /admin/people": Line(PEOPLE),
    "GET /admin/people/csv": Line(PEOPLE),
    "GET /admin/tasks": Line(TASKS),
    "GET /admin/tasks/new": Line(TASKS),
    "GET /admin/tasks/{task_id:int}": Line(TASKS, "/admin/tasks/{task}"),
    "GET /admin/library": Line(LIBRARY),
    "GET /admin/library/{category_id:int}": Line(LIBRARY, "/admin/library/{category}"),
    "GET /admin/audit": Line(AUDIT),
    "GET /admin/audit.csv": Line(AUDIT),
    "GET /admin/audit.jsonl": Line(AUDIT),
    "GET /admin/system": Line(Right(Action.SEE_SYSTEM)),
    "POST /admin/data/uploads": Line(IMPORT, "/admin/data/uploads?name=a.exe"),
    "GET /admin/data/work/{job_id:int}/report.csv": Line(EXPORT, "/admin/data/work/{export}/report.csv"),
    "GET /admin/data/work/{job_id:int}/export.zip": Line(EXPORT, "/admin/data/work/{export}/export.zip"),
    "GET /admin/data/work/{job_id:int}/picture/{number:int}.jpg": Line(
        IMPORT, "/admin/data/work/{preview}/picture/{number}.jpg"
    ),
    "GET /admin/data": Line(IMPORT),
    "GET /admin/boxes": Line(LIBRARY),
    "POST /admin/keeping/backups": Line(KEEPING, "/admin/keeping/backups?name=a.exe"),
    "GET /admin/keeping/backups/{name}": Line(KEEPING, f"/admin/keeping/backups/{BACKUP}"),
    "GET /admin/keeping": Line(KEEPING),
}

SOCKETS: dict[str, Open | SignedIn | Right | Absent] = {
    "WEBSOCKET /ws/stage": SignedIn(),
    "WEBSOCKET /ws/board": Right(Action.SEE_BOARD),
    "WEBSOCKET /ws/news": SignedIn(),
    "MOUNT /_nicegui_ws": SignedIn(),
}
SOCKET_ADDRESS = {"MOUNT /_nicegui_ws": "/_nicegui_ws/socket.io/?EIO=4&transport=websocket&client_id=gone"}

NICEGUI = "/_nicegui/"
"""Its own scripts and styles: open to strangers, because the log-in page may need them; nothing of ours is there."""


def may(who: str, right: Open | SignedIn | Right | Absent) -> bool:
    match right:
        case Open():
            return True
        case SignedIn():
            return who in ROLE
        case Absent():
            return False
        case Right():
            actor = Actor(user_id=1 if who == "owner" else 2, name=who, role=ROLE.get(who, Role.ANNOTATOR))
            return who in ROLE and allowed(actor, right.action, owner_ids=(1,) if right.owned else ())


def test_the_table_names_all_that_is_answered(siege: Siege) -> None:
    answered = {route for route in siege.routes if NICEGUI not in route}
    assert answered - (TABLE.keys() | SOCKETS.keys()) == set(), "say in TABLE or SOCKETS who may"
    assert (TABLE.keys() | SOCKETS.keys()) - answered == set(), "it is gone: take the line away"


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_gets_what(siege: Siege, who: str) -> None:
    wrong = []
    with siege.browser(who) as browser:
        for route, line in sorted(TABLE.items()):  # what ends sessions comes last
            method, path = route.split(" ")
            address = (line.address or path).format(**siege.ids)
            if method == "GET":
                answer = browser.get(address)
            else:
                with siege.browser(who) as fresh:
                    answer = fresh.post(address, data=line.form)
            if (got := _got(answer, line.who)) != (may(who, line.who), who in ROLE or isinstance(line.who, Open)):
                wrong.append(f"{route}: {answer.status_code} {answer.headers.get('location', '')} {got}")
    assert wrong == []


def _got(answer: httpx.Response, who: Open | SignedIn | Right | Absent) -> tuple[bool, bool]:
    """(was let in, was known): a stranger is sent to the log-in, the others to a page that says no."""
    assert answer.status_code < 500, (str(answer.request.url), answer.text[:500])
    to_login = answer.headers.get("location", "").startswith("/login?next=")
    stranger = to_login or (answer.status_code == 401 and "not_signed_in" in answer.text)
    # What is not there is not there for everybody; only where a right is asked does 404 hide that it is somebody's.
    refused = answer.status_code in ({403, 404} if isinstance(who, Right | Absent) else {403})
    return not stranger and not refused, not stranger


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_gets_which_socket(siege: Siege, who: str) -> None:
    let_in, answers = set(), set()
    for name in SOCKETS:
        try:
            with siege.socket(SOCKET_ADDRESS.get(name, name.split(" ")[1]), who):
                let_in.add(name)
        except InvalidStatus as refused:
            answers.add(refused.response.status_code)
    assert answers <= {403}
    assert let_in == {name for name, right in SOCKETS.items() if may(who, right)}


@pytest.mark.parametrize("who", ["owner", "other", "supervisor", "admin"])
def test_a_socket_that_is_open_asks_again_for_each_assignment(siege: Siege, who: str) -> None:
    """Whoever was let onto the stage has the assignments that are theirs to see, and no other."""
    assignment = siege.ids["assignment"]
    for kind, right in (("open", Right(Action.SEE_ASSIGNMENT, owned=True)), ("watch", Right(Action.WATCH))):
        with siege.socket("/ws/stage", who) as socket:
            socket.send(json.dumps({"type": kind, "assignment": assignment}))
            answer = json.loads(socket.recv(20))
            while answer["type"] not in {"opened", "error"}:
                answer = json.loads(socket.recv(20))
            assert (answer["type"] == "opened") is may(who, right), (kind, answer)
            if not may(who, right):
                assert answer["code"] in {"not_allowed", "not_found"}
                socket.send(json.dumps({"type": "flag", "kind": "help", "reason": "let me in"}))
                socket.send(json.dumps({"type": "ping", "t": 1}))
                said = [json.loads(socket.recv(20)) for _ in range(2)]
                assert {each["type"] for each in said} <= {"pong", "error"}, said


def test_nothing_went_wrong_inside(siege: Siege) -> None:
    assert siege.errors() == []
