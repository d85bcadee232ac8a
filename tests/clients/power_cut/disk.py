"""What a disk holds after a power cut, given what was done and what was synced.

The rules, as POSIX promises and as ext4 keeps them:

* what was written to a file before an fsync of that file is there, with the file's length and the
  directory entry under which it was created;
* what was written after it may be there or not, each write for itself, and some of them in part;
* a rename, a link, a removal or a new directory is there after an fsync of its directory, and
  before it may be there or not.
"""

from __future__ import annotations

import dataclasses
import pathlib
import random
from collections.abc import Iterable

from .journal import Operation

SECTOR = 512


class CannotFollow(Exception):
    """The recorded process did what the recorder does not understand."""


@dataclasses.dataclass
class File:
    """One file: what is surely on the disk, and what was done to it since."""

    durable: bytearray = dataclasses.field(default_factory=bytearray)
    pending: list[Operation] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Entry:
    """A change of a directory that has not reached the disk for certain."""

    kind: str
    path: str
    other: str
    file: File | None
    certain: bool = False


def apply(contents: bytearray, operation: Operation, length: int | None = None) -> None:
    """Does a write (its first `length` octets) or a truncation to the contents."""
    if operation.kind == "t":
        del contents[operation.offset :]
        contents.extend(bytes(operation.offset - len(contents)))
        return
    written = operation.contents[:length]
    gap = operation.offset - len(contents)
    if gap > 0:
        contents.extend(bytes(gap))
    contents[operation.offset : operation.offset + len(written)] = written


class Disk:
    """The files below one directory, as the operations change them one by one."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.live: dict[str, File | None] = {}
        self.entries: list[Entry] = []

    def do(self, operations: Iterable[Operation]) -> Disk:
        """Follows the operations."""
        for operation in operations:
            if not operation.path.endswith("-shm"):
                self._do(operation)
        return self

    def _do(self, done: Operation) -> None:
        path = done.path
        if done.kind == "c":
            self.live[path] = File()
            self.entries.append(Entry("create", path, "", self.live[path]))
        elif done.kind == "d":
            self.live[path] = None
            self.entries.append(Entry("create", path, "", None))
        elif done.kind in "wt":
            file = self.live.get(path)
            if file is None:
                raise CannotFollow(f"a write to {path}, which nobody created")
            file.pending.append(done)
        elif done.kind == "s":
            self._sync(path)
        elif done.kind == "r":
            file = self.live.pop(path)
            self.live[done.second] = file
            self.entries.append(Entry("rename", path, done.second, file))
        elif done.kind == "l":
            self.live[done.second] = self.live[path]
            self.entries.append(Entry("create", done.second, "", self.live[path]))
        elif done.kind == "u":
            self.live.pop(path)
            self.entries.append(Entry("remove", path, "", None))
        else:
            raise CannotFollow(f"{done.kind} {path} {done.second}")

    def _sync(self, path: str) -> None:
        file = self.live.get(path)
        if file is not None:
            for operation in file.pending:
                apply(file.durable, operation)
            file.pending.clear()
            for entry in self.entries:
                if entry.kind == "create" and entry.file is file:
                    entry.certain = True
            return
        for entry in self.entries:
            parents = {
                str(pathlib.PurePath(each).parent) for each in (entry.path, entry.other) if each
            }
            if path in parents:
                entry.certain = True

    def after_power_cut(self, chance: random.Random, keep: float) -> dict[str, bytes | None]:
        """Path -> contents (None: a directory); each unsynced thing survives with this probability."""
        survivors: dict[str, File | None] = {}
        for entry in self.entries:
            if not entry.certain and chance.random() >= keep:
                continue
            if entry.kind == "create":
                survivors[entry.path] = entry.file
            elif entry.kind == "rename":
                survivors.pop(entry.path, None)
                survivors[entry.other] = entry.file
            else:
                survivors.pop(entry.path, None)
        return {
            path: None if file is None else self._contents(file, chance, keep)
            for path, file in survivors.items()
        }

    @staticmethod
    def _contents(file: File, chance: random.Random, keep: float) -> bytes:
        contents = bytearray(file.durable)
        for operation in file.pending:
            if chance.random() < keep:
                whole = len(operation.contents)
                torn = keep < 1 and whole > SECTOR and chance.random() < 0.2
                length = chance.randrange(0, whole, SECTOR) if torn else whole
                apply(contents, operation, length)
        return bytes(contents)


def write_out(survivors: dict[str, bytes | None], root: str, place: pathlib.Path) -> None:
    """Builds the directory that was at `root` anew at `place`, readable by its owner alone."""
    place.mkdir(mode=0o700, exist_ok=True)
    for path, contents in sorted(survivors.items()):
        target = place / pathlib.PurePath(path).relative_to(root)
        if contents is None:
            target.mkdir(mode=0o700, exist_ok=True)
        elif target.parent.is_dir():
            target.write_bytes(contents)
            target.chmod(0o600)
