"""Who may do what: the one table that pages, routes, sockets and use cases ask."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import NotAllowed


class Role(StrEnum):
    ANNOTATOR = "annotator"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be done; the scope in which a role may do it is in `TABLE`."""

    SEE_TASKS = "see_tasks"
    SEE_ASSIGNMENT = "see_assignment"
    ANNOTATE = "annotate"
    FLAG = "flag"
    SEE_IMAGE = "see_image"
    SEE_FLAGS = "see_flags"
    SEE_ALL_PROGRESS = "see_all_progress"
    MANAGE_USERS = "manage_users"
    MANAGE_TASKS = "manage_tasks"
    MANAGE_LIBRARY = "manage_library"
    IMPORT = "import"
    EXPORT = "export"
    SEE_AUDIT = "see_audit"
    CHANGE_OWN_PASSWORD = "change_own_password"
    MANAGE_OWN_SESSIONS = "manage_own_sessions"
    SEE_SYSTEM = "see_system"
    BACK_UP = "back_up"
    TAKE_DOWN = "take_down"
    DRAW_FROM_POOL = "draw_from_pool"
    SEE_BOARD = "see_board"
    WATCH = "watch"
    REVIEW = "review"
    REMARK = "remark"
    PROPOSE = "propose"
    SEE_HISTORY = "see_history"
    ADD_COLLABORATOR = "add_collaborator"
    SEE_STATISTICS = "see_statistics"
    EVALUATE = "evaluate"
    ADJUDICATE = "adjudicate"
    SET_OWN_PREFERENCES = "set_own_preferences"
    TAKE_TEST = "take_test"
    SETTLE_ALERTS = "settle_alerts"


class Scope(StrEnum):
    """OWN: only objects whose owners include the person. ANY: all."""

    OWN = "own"
    ANY = "any"


_OWN = {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.OWN, Role.ADMIN: Scope.OWN}
_OWN_OR_TEAM = {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY}

TABLE: dict[Action, dict[Role, Scope]] = {
    Action.SEE_TASKS: _OWN_OR_TEAM,
    Action.SEE_ASSIGNMENT: _OWN_OR_TEAM,
    Action.ANNOTATE: _OWN,
    Action.FLAG: _OWN_OR_TEAM,
    Action.SEE_IMAGE: _OWN_OR_TEAM,
    Action.SEE_FLAGS: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SEE_ALL_PROGRESS: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.MANAGE_USERS: {Role.ADMIN: Scope.ANY},
    Action.MANAGE_TASKS: {Role.ADMIN: Scope.ANY},
    Action.MANAGE_LIBRARY: {Role.ADMIN: Scope.ANY},
    Action.IMPORT: {Role.ADMIN: Scope.ANY},
    Action.EXPORT: {Role.ADMIN: Scope.ANY},
    Action.SEE_AUDIT: {Role.ADMIN: Scope.ANY},
    Action.CHANGE_OWN_PASSWORD: _OWN,
    Action.MANAGE_OWN_SESSIONS: _OWN,
    Action.SEE_SYSTEM: {Role.ADMIN: Scope.ANY},
    Action.BACK_UP: {Role.ADMIN: Scope.ANY},
    Action.TAKE_DOWN: {Role.ADMIN: Scope.ANY},
    Action.DRAW_FROM_POOL: _OWN,
    Action.SEE_BOARD: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.WATCH: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.REVIEW: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.REMARK: _OWN_OR_TEAM,
    Action.PROPOSE: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SEE_HISTORY: _OWN_OR_TEAM,
    Action.ADD_COLLABORATOR: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SEE_STATISTICS: _OWN_OR_TEAM,
    Action.EVALUATE: _OWN,
    Action.ADJUDICATE: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SET_OWN_PREFERENCES: _OWN,
    Action.TAKE_TEST: _OWN,
    Action.SETTLE_ALERTS: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. `user_id` None is the operator at the command line of the server, who may do everything."""

    user_id: int | None
    name: str
    role: Role


CONSOLE = Actor(user_id=None, name="console", role=Role.ADMIN)


def roles_with(action: Action, scope: Scope) -> list[Role]:
    """Who may do this to all objects, or to their own only."""
    return [role for role, given in TABLE[action].items() if given is scope]


def allowed(actor: Actor, action: Action, *, owner_ids: Collection[int] = ()) -> bool:
    """Whether the actor may do this to an object with these owners."""
    if actor.user_id is None:
        return True
    scope = TABLE[action].get(actor.role)
    return scope is Scope.ANY or (scope is Scope.OWN and actor.user_id in owner_ids)


def require(actor: Actor, action: Action, *, owner_ids: Collection[int] = ()) -> None:
    """Raises NotAllowed unless `allowed`."""
    if not allowed(actor, action, owner_ids=owner_ids):
        raise NotAllowed(f"{actor.name} ({actor.role.value}) may not {action.value.replace('_', ' ')} here")
