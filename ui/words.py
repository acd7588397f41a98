"""Names of roles, kinds and states as people read them; translated where they are shown."""

from domain.permissions import Role
from domain.task_state import TaskKind
from ui.i18n import N_

ROLE_NAMES: dict[Role, str] = {
    Role.ANNOTATOR: N_("Annotator"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.ADMIN: N_("Admin"),
}

KIND_NAMES: dict[TaskKind, str] = {
    TaskKind.ANNOTATE: N_("Annotate"),
    TaskKind.QUALIFY: N_("Qualify"),
    TaskKind.EVALUATE: N_("Evaluate"),
}
