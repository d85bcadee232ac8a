"""Runs a tool that `scripts/interop-prerequisites` installs."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import subprocess
from collections.abc import Mapping

#: Debian's servers live in sbin, which a user's PATH may lack.
SEARCHED = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])

#: No call takes longer than this, in seconds.
PATIENCE = 60.0


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How a tool ended, and all that it printed."""

    status: int
    text: str

    @property
    def ok(self) -> bool:
        """Did the tool end with success? Some do whatever they found: then the text decides."""
        return self.status == 0


def tool(name: str) -> str:
    """Where the tool is; a failure that says what to install when it is nowhere."""
    found = shutil.which(name, path=SEARCHED)
    assert found is not None, f"{name} is missing: run scripts/interop-prerequisites"
    return found


def run(
    name: str,
    *arguments: str | pathlib.Path,
    input: bytes = b"",
    place: pathlib.Path | None = None,
    environment: Mapping[str, str] | None = None,
    patience: float = PATIENCE,
) -> Verdict:
    """Runs the tool to its end, in the folder `place`."""
    done = subprocess.run(
        [tool(name), *map(str, arguments)],
        input=input,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=place,
        env={**os.environ, **(environment or {})},
        timeout=patience,
        check=False,
    )
    return Verdict(done.returncode, done.stdout.decode(errors="replace"))
