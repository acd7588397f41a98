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


class Scope(StrEnum):
    """OWN: only objects whose owners include the person. ANY: all."""

    OWN = "own"
    ANY = "any"


TABLE: dict[Action, dict[Role, Scope]] = {
    Action.SEE_TASKS: {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SEE_ASSIGNMENT: {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.ANNOTATE: {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.OWN, Role.ADMIN: Scope.OWN},
    Action.FLAG: {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SEE_IMAGE: {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SEE_FLAGS: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.SEE_ALL_PROGRESS: {Role.SUPERVISOR: Scope.ANY, Role.ADMIN: Scope.ANY},
    Action.MANAGE_USERS: {Role.ADMIN: Scope.ANY},
    Action.MANAGE_TASKS: {Role.ADMIN: Scope.ANY},
    Action.MANAGE_LIBRARY: {Role.ADMIN: Scope.ANY},
    Action.IMPORT: {Role.ADMIN: Scope.ANY},
    Action.EXPORT: {Role.ADMIN: Scope.ANY},
    Action.SEE_AUDIT: {Role.ADMIN: Scope.ANY},
    Action.CHANGE_OWN_PASSWORD: {Role.ANNOTATOR: Scope.OWN, Role.SUPERVISOR: Scope.OWN, Role.ADMIN: Scope.OWN},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. `user_id` None is the operator at the command line of the server, who may do everything."""

    user_id: int | None
    name: str
    role: Role


CONSOLE = Actor(user_id=None, name="console", role=Role.ADMIN)


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
