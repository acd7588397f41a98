"""Many people at once, from a file: looked through first, then made in one transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session, col, select

from domain.errors import InvalidInput, PosewrightError
from domain.permissions import Action, Role
from storage.acting import Acting, acting_with
from storage.errors import NameRefused, PasswordRefused
from storage.formats.people_csv import PersonLine
from storage.passwords import HashedPassword, check_password_rules
from storage.tables import User
from storage.use_cases.accounts import add_user, checked_name, name_key

NAMES_A_QUERY = 500
"""SQLite admits a limited number of values in one statement."""


class LineProblem(StrEnum):
    """Why a line makes nobody; passwords have the rules of `PasswordRefused` besides."""

    NAME_REFUSED = "name_refused"
    ROLE_UNKNOWN = "role_unknown"
    NAME_TAKEN = "name_taken"
    NAME_TWICE = "name_twice"
    PASSWORD_REFUSED = "password_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedLine:
    """A line and what is wrong with it, if anything. `rule`: that of a refused password."""

    line: PersonLine
    problem: LineProblem | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to be made; the password is hashed before the transaction. `must_change`: it is a temporary one."""

    number: int
    name: str
    role: Role
    password: HashedPassword
    must_change: bool


class LineRefused(InvalidInput):
    """Nobody was made, because this line makes nobody; `number` is the line's."""

    code = "line_refused"

    def __init__(self, number: int, reason: PosewrightError) -> None:
        super().__init__(f"line {number}: {reason}")
        self.number = number


def check_lines(session: Session, *, actor: Acting, lines: Sequence[PersonLine]) -> list[CheckedLine]:
    """What each line would make, or why it makes nobody; changes nothing."""
    acting_with(session, actor, Action.MANAGE_USERS)
    keys = [name_key(line.name) for line in lines]
    taken: set[str] = set()
    for start in range(0, len(keys), NAMES_A_QUERY):
        chunk = keys[start : start + NAMES_A_QUERY]
        taken.update(session.exec(select(User.name_key).where(col(User.name_key).in_(chunk))))
    times = Counter(keys)
    return [_checked(line, key, taken, times) for line, key in zip(lines, keys, strict=True)]


def add_people(session: Session, *, actor: Acting, people: Sequence[NewPerson], all_or_none: bool) -> list[int]:
    """Makes them in one transaction; returns the numbers of the lines that made nobody after all, because somebody
    took the name in the meantime. With `all_or_none` such a line raises LineRefused, and nobody is made."""
    acting_with(session, actor, Action.MANAGE_USERS)
    refused = []
    for person in people:
        try:
            add_user(
                session,
                actor=actor,
                name=person.name,
                role=person.role,
                password=person.password,
                must_change=person.must_change,
            )
        except InvalidInput as error:
            if all_or_none:
                raise LineRefused(person.number, error) from error
            refused.append(person.number)
    return refused


def _checked(line: PersonLine, key: str, taken: set[str], times: Counter[str]) -> CheckedLine:
    try:
        checked_name(line.name)
    except NameRefused:
        return CheckedLine(line=line, problem=LineProblem.NAME_REFUSED)
    if line.known_role() is None:
        return CheckedLine(line=line, problem=LineProblem.ROLE_UNKNOWN)
    if key in taken:
        return CheckedLine(line=line, problem=LineProblem.NAME_TAKEN)
    if times[key] > 1:
        return CheckedLine(line=line, problem=LineProblem.NAME_TWICE)
    if line.password is not None:
        try:
            check_password_rules(line.name, line.password)
        except PasswordRefused as error:
            return CheckedLine(line=line, problem=LineProblem.PASSWORD_REFUSED, rule=error.rule)
    return CheckedLine(line=line)
