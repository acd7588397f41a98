"""What can be wrong with a mesh file."""

from __future__ import annotations

from pathlib import Path

from domain.errors import InvalidInput


class MeshUnreadable(InvalidInput):
    """This file cannot be shown as a mesh.

    file: the path as it was given; only its name enters the message.
    reason: what is wrong, in words that tell the person what to mend.
    line: the 1-based line of a text file where it shows, if there is one.
    """

    code = "mesh_unreadable"

    def __init__(self, file: Path, reason: str, line: int | None = None) -> None:
        self.file = Path(file)
        self.reason = reason
        self.line = line
        where = self.file.name if line is None else f"{self.file.name}, line {line}"
        super().__init__(f"{where}: {reason}")

    def __reduce__(self) -> tuple[type[MeshUnreadable], tuple[Path, str, int | None]]:
        return type(self), (self.file, self.reason, self.line)
