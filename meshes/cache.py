"""Meshes ready to draw: in memory while they are used, on disk in arrays so that a file is parsed once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from meshes.errors import MeshUnreadable
from meshes.limits import DEFAULT_LIMITS, MIB, MeshLimits
from meshes.mesh import Mesh
from meshes.read import digest_of, mesh_from, read_bytes
from meshes.stored import arrays_of, load_arrays, mesh_of, save_arrays

CACHE_FORMAT = 3
"""Part of each entry's name. Raise it when a reader, the normals or the edges change what a mesh is."""

LIGHT = "-light"
"""Behind the digest of a mesh: the lighter one that was made from it."""

LIGHT_FORMAT = 2
"""Likewise for lighter meshes, whenever they are made or judged in another way."""

_REMEMBERED_FILES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lighter:
    """What came of making a mesh lighter: a mesh to draw while it moves, or none, and why."""

    mesh: Mesh | None
    reason: str


_FileKey = tuple[str, int, int, int, int]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class MeshCache:
    """Meshes by content: the same bytes under two names are parsed and held once.

    directory: holds one `<digest>-v<format>.npz` for each mesh, not compressed. Entries are written beside
        and renamed, so that processes may share it; one that is damaged is built again.
    max_bytes: of the meshes in memory. The least recently used go first; one that is larger alone is given
        out but not kept.

    May be called from several threads. One file is parsed by one of them while the others wait.
    """

    def __init__(self, directory: Path, max_bytes: int = 512 * MIB, limits: MeshLimits = DEFAULT_LIMITS) -> None:
        self._directory = Path(directory)
        self._max_bytes = max_bytes
        self._limits = limits
        self._lock = threading.Lock()
        self._meshes: OrderedDict[str, Mesh] = OrderedDict()
        self._nbytes = 0
        self._digests: OrderedDict[_FileKey, str] = OrderedDict()
        self._refusals: OrderedDict[_FileKey, MeshUnreadable] = OrderedDict()
        self._lighter: OrderedDict[str, Lighter] = OrderedDict()
        self._busy: dict[_FileKey, threading.Lock] = {}

    @property
    def nbytes(self) -> int:
        """Memory of the meshes that are held."""
        return self._nbytes

    def get(self, path: Path) -> Mesh:
        """The mesh of a file, see `read_mesh`. Raises MeshUnreadable, at once when the file was refused before."""
        path = Path(path)
        key = _file_key(path)
        with self._lock:
            known = self._known(key, path)
            if known is not None:
                return known
            busy = self._busy.setdefault(key, threading.Lock())
        with busy:
            with self._lock:
                known = self._known(key, path)
            if known is not None:
                return known
            try:
                mesh = self._load(key, path)
            except MeshUnreadable as refusal:
                with self._lock:
                    _remember(self._refusals, key, refusal)
                raise
            finally:
                with self._lock:
                    self._busy.pop(key, None)
            return mesh

    def get_lighter(self, path: Path) -> Lighter | None:
        """What `put_lighter` left for the content of this file; None where nothing has, or it is damaged.

        May be asked for each picture. Raises MeshUnreadable.
        """
        path = Path(path)
        key = _file_key(path)
        with self._lock:
            digest = self._digests.get(key)
        if digest is None:
            digest = self.get(path).digest
        with self._lock:
            known = self._lighter.get(digest)
            if known is not None:
                return known
            held = self._meshes.get(digest + LIGHT)
            if held is not None:
                self._meshes.move_to_end(held.digest)
                return Lighter(mesh=held, reason="")
        arrays = load_arrays(self._light_entry(digest))
        if arrays is None:
            return None
        if "reason" in arrays:
            known = Lighter(mesh=None, reason=str(arrays["reason"]))
            with self._lock:
                _remember(self._lighter, digest, known)
            return known
        mesh = mesh_of(arrays, digest + LIGHT)
        return None if mesh is None else Lighter(mesh=self._hold(mesh), reason="")

    def put_lighter(self, digest: str, lighter: Lighter) -> Lighter:
        """Keep on disk what came of making the mesh with this digest lighter. Raises OSError."""
        if lighter.mesh is None:
            save_arrays(self._light_entry(digest), {"reason": np.str_(lighter.reason)})
            return lighter
        mesh = replace(lighter.mesh, digest=digest + LIGHT)
        save_arrays(self._light_entry(digest), arrays_of(mesh))
        return Lighter(mesh=mesh, reason=lighter.reason)

    def _known(self, key: _FileKey, path: Path) -> Mesh | None:
        """What memory has on a file; the lock is held."""
        refusal = self._refusals.get(key)
        if refusal is not None:
            raise MeshUnreadable(path, refusal.reason, refusal.line)
        digest = self._digests.get(key)
        if digest is None or digest not in self._meshes:
            return None
        self._meshes.move_to_end(digest)
        return self._meshes[digest]

    def _load(self, key: _FileKey, path: Path) -> Mesh:
        with self._lock:
            digest = self._digests.get(key)
        if digest is not None:
            # Seen before with this very content, and pushed out of memory since: no need to hash it again.
            mesh = self._from_disk(digest)
            if mesh is not None:
                return self._keep(key, mesh)
        content = read_bytes(path, self._limits)
        digest = digest_of(content)
        with self._lock:
            held = self._meshes.get(digest)
        mesh = held or self._from_disk(digest)
        if mesh is None:
            mesh = mesh_from(path, content, self._limits)
            self._to_disk(mesh)
        return self._keep(key, mesh)

    def _keep(self, key: _FileKey, mesh: Mesh) -> Mesh:
        with self._lock:
            _remember(self._digests, key, mesh.digest)
        return self._hold(mesh)

    def _hold(self, mesh: Mesh) -> Mesh:
        with self._lock:
            mesh = self._meshes.setdefault(mesh.digest, mesh)
            self._meshes.move_to_end(mesh.digest)
            self._nbytes = sum(held.nbytes for held in self._meshes.values())
            while self._nbytes > self._max_bytes:
                _, oldest = self._meshes.popitem(last=False)
                self._nbytes -= oldest.nbytes
        return mesh

    def _entry(self, digest: str) -> Path:
        return self._directory / f"{digest}-v{CACHE_FORMAT}.npz"

    def _light_entry(self, digest: str) -> Path:
        return self._directory / f"{digest}-light-v{CACHE_FORMAT}.{LIGHT_FORMAT}.npz"

    def _from_disk(self, digest: str) -> Mesh | None:
        """A mesh from its entry; None where there is none or it is damaged."""
        arrays = load_arrays(self._entry(digest))
        return None if arrays is None else mesh_of(arrays, digest)

    def _to_disk(self, mesh: Mesh) -> None:
        """Write an entry. A full or read-only disk only costs time: the mesh is parsed again next time."""
        with suppress(OSError):
            save_arrays(self._entry(mesh.digest), arrays_of(mesh))


def _file_key(path: Path) -> _FileKey:
    """What changes when a file's content does: content hashed under the same key need not be hashed again."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise MeshUnreadable(path, "the file is missing") from error
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _remember(memory: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    memory[key] = value
    while len(memory) > _REMEMBERED_FILES:
        memory.popitem(last=False)
