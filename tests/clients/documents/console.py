"""The ```console blocks of a document, run in order in one shell, and their printed output compared.

In a block, a line that begins with `$ ` is a command; it goes on over the lines that bash needs
to have it whole (quotes, here-documents, backslashes). What follows is its output. In output,
`...` within a line stands for anything, and a line of `...` alone for any lines; ids, times,
hexadecimal and base64 need not be the printed ones.

The words after `console` say what is special: `background` for a command that keeps running (the
shell waits until the server answers), `fails` for one that ends with an error.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time

from harness.server import PATIENCE, PROJECT, binary, clean_environment

#: The ports that the documents name, with the reader's defaults.
PORTS = ("8443", "8080", "9464")


@dataclasses.dataclass(frozen=True)
class Step:
    """One command, what it is said to print, and where the document says so."""

    command: str
    output: str
    words: tuple[str, ...]
    line: int


def steps(document: str) -> list[Step]:
    """The commands of a document's console blocks, in order."""
    found: list[Step] = []
    lines = document.splitlines()
    at = 0
    while at < len(lines):
        opening = re.fullmatch(r"(\s*)```console(.*)", lines[at])
        at += 1
        if not opening:
            continue
        indent, words = len(opening[1]), tuple(opening[2].split())
        start, block = at, []
        while lines[at].strip() != "```":
            block.append(lines[at][indent:])
            at += 1
        found += _steps_of_block(block, words, start + 1)
        at += 1
    return found


def _steps_of_block(block: list[str], words: tuple[str, ...], first_line: int) -> list[Step]:
    found: list[Step] = []
    at = 0
    while at < len(block):
        begins = at
        if not block[at].startswith("$ "):
            raise ValueError(f"line {first_line + at}: a console block begins with a command")
        command = [block[at][2:]]
        at += 1
        while at < len(block) and not _is_whole("\n".join(command)):
            command.append(block[at])
            at += 1
        output = []
        while at < len(block) and not block[at].startswith("$ "):
            output.append(block[at])
            at += 1
        found.append(
            Step("\n".join(command), "\n".join(output).strip("\n"), words, first_line + begins)
        )
    return found


def _is_whole(command: str) -> bool:
    """Has bash all of this command, or does it wait for more lines?"""
    if command.endswith("\\"):
        return False
    read = subprocess.run(["bash", "-n", "-c", command], capture_output=True, timeout=PATIENCE)
    return read.returncode == 0 and not read.stderr


_VARYING = [
    # A PEM block's body, also with escaped line ends as JSON has them.
    (re.compile(r"(-----BEGIN [A-Z ]+-----).*?(-----END [A-Z ]+-----)", re.DOTALL), r"\1<pem>\2"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z| GMT| UTC)?"), "<time>"),
    (
        re.compile(
            r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d+ \d\d:\d\d:\d\d \d{4} GMT"
        ),
        "<time>",
    ),
    (re.compile(r"\b1\d{12}\b"), "<time>"),
    (re.compile(r"\b[0-9A-F]{2}(?::[0-9A-Fa-f]{2}){7,}:?"), "<hex>"),
    (re.compile(r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){7,}:?"), "<hex>"),
    (re.compile(r"\b[0-9A-Fa-f]{32,}\b"), "<hex>"),
    (re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}"), "<base64>"),
]


def normalised(text: str) -> str:
    """The text with everything that differs from run to run replaced by its kind."""
    for pattern, kind in _VARYING:
        text = pattern.sub(kind, text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def matches(expected: str, printed: str) -> bool:
    """Is this output what the document says?"""
    pattern = ""
    for line in normalised(expected).splitlines():
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += re.escape(line).replace(re.escape("..."), r"[^\n]*") + r"\n"
    return (
        re.fullmatch(pattern, normalised(printed).rstrip("\n") + "\n" if printed.strip() else "")
        is not None
    )


def _free_ports(count: int) -> list[str]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def _without_python(**more: str) -> dict[str, str]:
    environment = clean_environment(**more)
    return {name: value for name, value in environment.items() if not name.startswith("PYTHON")}


class Shell:
    """One bash session in a directory, with `cinnabar` and the SDKs' Python on its path."""

    def __init__(self, directory: pathlib.Path) -> None:
        self.directory = directory
        self.ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
        self.script = directory.parent / "step.sh"
        path = f"{binary().parent}:{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=directory,
            # A reader's terminal has none of the developer's settings for Python.
            env=_without_python(
                PATH=path,
                HOME=str(directory),
                PROJECT=str(PROJECT),
                CINNABAR_LISTEN=f"127.0.0.1:{self.ports['8443']}",
                CINNABAR_PUBLIC_LISTEN=f"127.0.0.1:{self.ports['8080']}",
                CINNABAR_ADMIN_LISTEN=f"127.0.0.1:{self.ports['9464']}",
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        # In the tests the server is the one that was built for them, not a release build.
        self.run(
            'make() { if [ "$*" = run ]; then cinnabar serve --data-dir ./data; '
            'else command make "$@"; fi; }'
        )

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the shell and all that it started: they are one session."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait(PATIENCE)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def run(self, command: str, *, background: bool = False) -> tuple[int, str]:
        """Runs one command in the session; returns its status and what it printed."""
        for named, real in self.ports.items():
            command = re.sub(rf"\b{named}\b", real, command)
        if background:
            command = f"{{ {command}\n}} > ./.background.log 2>&1 &"
        self.script.write_text(command + "\n")
        mark = f"--- step {time.monotonic_ns()} ended with"
        assert self.process.stdin is not None
        self.process.stdin.write(
            f"source '{self.script}' </dev/null\nprintf '\\n%s %s\\n' '{mark}' \"$?\"\n"
        )
        self.process.stdin.flush()
        printed = ""
        deadline = time.monotonic() + 4 * PATIENCE
        while True:
            line = self.lines.get(timeout=max(0.1, deadline - time.monotonic()))
            if line is None:
                raise AssertionError(f"the shell ended in {command!r}:\n{printed}")
            if line.startswith(mark):
                status = int(line.rsplit(" ", 1)[1])
                break
            printed += line
        for named, real in self.ports.items():
            printed = printed.replace(real, named)
        return status, printed.removesuffix("\n")

    def wait_until_it_serves(self) -> None:
        """Returns once something accepts connections on the documents' port."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", int(self.ports["8443"])), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        log = self.directory / ".background.log"
        raise AssertionError(f"no server: {log.read_text() if log.exists() else ''}")


def run_document(document: str, directory: pathlib.Path, name: str) -> int:
    """Runs a document's steps; returns their number. The first that differs is an error."""
    found = steps(document)
    with Shell(directory) as shell:
        for step in found:
            background = "background" in step.words
            status, printed = shell.run(step.command, background=background)
            if background:
                shell.wait_until_it_serves()
                continue
            where = f"{name}:{step.line}: $ {step.command}"
            expected_failure = "fails" in step.words
            if (status != 0) != expected_failure:
                raise AssertionError(f"{where}\nended with {status}:\n{printed}")
            if not matches(step.output, printed):
                raise AssertionError(
                    f"{where}\nis said to print:\n{step.output}\nbut prints:\n{printed}"
                )
    return len(found)
