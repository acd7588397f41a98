"""What a start of the program may be told, by environment or by flag, and the home in which it keeps its files."""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import InvalidInput
from domain.pool import RESERVATION

SECRET_LENGTH = 32
"""Characters that a secret of one's own must have; ours has twice as many."""

SECRET_MODE = 0o600

REASONS = {
    "host": "must be an address or a name",
    "port": "must be a whole number from 1 to 65535",
    "demo_for_others": "must be 1 or 0",
    "render_workers": "must be a whole number from 1 to 64",
    "reservation_hours": "must be a number of hours above 0 and at most 2160",
}
"""For what pydantic finds by itself."""

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
DATABASE_SCHEMES = ("sqlite:///", "postgresql+psycopg://")
REDIS_SCHEMES = ("redis://", "rediss://", "unix://")


class SettingsRefused(InvalidInput):
    """A setting that cannot be used; the message is one line that names it and says what would be right."""

    code = "settings_refused"


def _workers_for_this_machine() -> int:
    """One for each core up to four: with two, a thumbnail or another person's frame never holds up a drag."""
    return min(os.cpu_count() or 1, 4)


class Settings(BaseSettings):
    """Read from `POSEWRIGHT_…` and `DATABASE_URL`; `load_settings` turns what is wrong into one clear line."""

    model_config = SettingsConfigDict(
        env_prefix="POSEWRIGHT_", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    home: Path = Path("workspace")
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=1, le=65535)
    secret: SecretStr | None = None
    demo_password: SecretStr | None = None
    demo_for_others: bool = False
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    import_dirs: str = ""
    """Folders of this machine, by the system's path separator, that admins may import from."""
    render_workers: int = Field(default_factory=_workers_for_this_machine, ge=1, le=64)
    reservation_hours: float = Field(default=RESERVATION.total_seconds() / 3600, gt=0, le=24 * 90)
    """How long after the last touch what somebody drew from a pool stays theirs."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: str = ""

    @field_validator("home")
    @classmethod
    def _absolute_home(cls, home: Path) -> Path:
        home = home.expanduser().resolve()
        if home.exists() and not home.is_dir():
            raise ValueError(f"{home} is a file, not a folder")
        return home

    @field_validator("secret")
    @classmethod
    def _long_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(
                f"must have at least {SECRET_LENGTH} characters; leave it out and one is made in the home"
            )
        return secret

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(DATABASE_SCHEMES):
            raise ValueError(f"must begin with {' or '.join(DATABASE_SCHEMES)}")
        return url

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, url: str) -> str:
        if url and not url.startswith(REDIS_SCHEMES):
            raise ValueError(f"must begin with {' or '.join(REDIS_SCHEMES)}")
        return url

    @field_validator("import_dirs")
    @classmethod
    def _absolute_import_dirs(cls, folders: str) -> str:
        if any(not Path(folder).expanduser().is_absolute() for folder in folders.split(os.pathsep) if folder):
            raise ValueError("must be whole paths, like /srv/photos")
        return folders

    @model_validator(mode="after")
    def _whole_tls(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("POSEWRIGHT_TLS_CERT and POSEWRIGHT_TLS_KEY belong together: give both or none")
        for path in (self.tls_cert, self.tls_key):
            if path is not None and not path.is_file():
                raise ValueError(f"the TLS file {path} is not there")
        return self

    @property
    def database(self) -> str:
        """The database's address; SQLite in the home unless another was given."""
        return self.database_url or f"sqlite:///{self.home / 'posewright.sqlite3'}"

    @property
    def reservation(self) -> timedelta:
        return timedelta(hours=self.reservation_hours)

    @property
    def images_directory(self) -> Path:
        return self.home / "images"

    @property
    def cad_directory(self) -> Path:
        return self.home / "cad"

    @property
    def cache_directory(self) -> Path:
        """Everything below can be deleted: it is made again."""
        return self.home / "cache"

    @property
    def import_directories(self) -> tuple[Path, ...]:
        """Below these an admin may import from a folder of this machine; the home's `incoming` unless told."""
        given = [folder for folder in self.import_dirs.split(os.pathsep) if folder]
        return tuple(Path(folder).expanduser() for folder in given) or (self.home / "incoming",)

    @property
    def uploads_directory(self) -> Path:
        return self.home / "uploads"

    @property
    def queue_file(self) -> Path:
        """The queue of long work, where Redis does not hold it."""
        return self.home / "queue.sqlite3"

    @property
    def log_directory(self) -> Path:
        return self.home / "logs"

    @property
    def secret_file(self) -> Path:
        return self.home / "secret"

    @property
    def uses_tls(self) -> bool:
        return self.tls_cert is not None

    @property
    def beyond_loopback(self) -> bool:
        """Whether the listener itself can be reached from other machines."""
        return self.host not in LOOPBACK_HOSTS and not self.host.startswith("127.")

    @property
    def exposed(self) -> bool:
        """Whether others can reach the listener and nothing that we know of encrypts the way to it."""
        return self.beyond_loopback and not self.uses_tls and not self.trusted_proxies

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the application."""
        host = {
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - told apart, not listened on
            "::": "[::1]",
            "::1": "[::1]",
        }.get(self.host, self.host)
        return f"{'https' if self.uses_tls else 'http'}://{host}:{self.port}"


def load_settings(**flags: Any) -> Settings:
    """Environment first, then the flags that were given (None: not given). Raises SettingsRefused."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        label = f"--{name}" if name in given else name if name.endswith("_URL") else f"POSEWRIGHT_{name.upper()}"
        own = first["type"] == "value_error"
        reason = first["msg"].removeprefix("Value error, ") if own else REASONS.get(name, first["msg"])
        secret = "secret" in name or "password" in name or not name
        found = "" if secret or name.endswith("_URL") else f" (it is {str(first.get('input'))!r})"
        raise SettingsRefused(f"{label}: {reason}{found}" if name else reason) from None


def prepare_home(settings: Settings) -> None:
    """Makes the home and its folders, for the owner's eyes only. Raises SettingsRefused where that cannot be done."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for directory in (
            settings.images_directory,
            settings.cad_directory,
            settings.cache_directory,
            settings.uploads_directory,
            settings.log_directory,
            *(() if settings.import_dirs else settings.import_directories),
        ):
            directory.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise SettingsRefused(f"the home {settings.home} cannot be used: {error.strerror}") from None


def signing_secret(settings: Settings) -> str:
    """The given secret, else the one kept in the home, made at the first start with mode 600.

    It signs the session cookies, so a new one logs everybody out.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value()
    path = settings.secret_file
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(SECRET_MODE)
        kept = path.read_text(encoding="ascii").strip()
        if len(kept) < SECRET_LENGTH:
            raise SettingsRefused(f"{path} holds no secret; delete it and a new one is made") from None
        return kept
    secret = secrets.token_hex(SECRET_LENGTH)
    with open(descriptor, "w", encoding="ascii") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(secret + "\n")
    return secret
