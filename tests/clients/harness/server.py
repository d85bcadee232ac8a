"""One `cinnabar` in a data directory of its own: made, served, killed, started again."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

from .leaks import find_leaks, secrets_in

if TYPE_CHECKING:
    from .group import Group
    from .ledgers import PostgresLedger

PROJECT = pathlib.Path(__file__).resolve().parents[3]
REGION = "cn-north-4"

#: No wait in the tests is longer than this, in seconds.
PATIENCE = 30.0

#: Settings for tests that make more objects than an account may have by default.
NO_QUOTAS = "[quota]\nca = 0\ncertificate = 0\ncsr = 0\n"


def binary() -> pathlib.Path:
    """The built executable: `$CINNABAR_BINARY`, else the debug build."""
    named = os.environ.get("CINNABAR_BINARY")
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", PROJECT / "target"))
    path = pathlib.Path(named) if named else target / "debug" / "cinnabar"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not built: cargo build -p server")
    return path.resolve()


#: Many servers would spend their time on keys that nobody takes: a test that wants them says so.
NO_POOL = {f"CINNABAR_RSA_POOL_{bits}": "0" for bits in (2048, 3072, 4096)}


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without any setting of the server's, so that a developer's own cannot leak in."""
    foreign = ("CINNABAR_", "OTEL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | NO_POOL | more


@dataclasses.dataclass(frozen=True)
class Credentials:
    """What `init` and `account create` print."""

    account_id: str
    account_name: str
    user_id: str
    user_name: str
    password: str
    access_key: str
    secret_key: str
    project_id: str
    project_name: str

    @classmethod
    def from_json(cls, text: str) -> Credentials:
        printed = json.loads(text)
        return cls(**{field.name: printed[field.name] for field in dataclasses.fields(cls)})


class ServerFailed(Exception):
    """The server ended, or was not ready in time; the message carries its log."""


class Server:
    """A server process and its data directory. Use as a context manager."""

    alive: list[Server] = []

    def __init__(
        self,
        *,
        settings: str = "",
        environment: dict[str, str] | None = None,
        flags: tuple[str, ...] = (),
        wrapper: tuple[str, ...] = (),
        ledger: PostgresLedger | None = None,
        nodes: int | None = None,
    ) -> None:
        from .group import Group  # noqa: PLC0415: each has the other
        from .ledgers import by_default  # noqa: PLC0415: each has the other

        # Short, because the admin socket's path has at most 107 bytes.
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="cinnabar-"))
        self.data_dir = self.home / "data"
        self.log = self.home / "log"
        self.settings = self.home / "cinnabar.toml"
        self.settings.write_text(settings)
        self.environment = clean_environment(**(environment or {}))
        self.flags = flags
        self.wrapper = wrapper
        #: Where the database is, if not in the data directory.
        self.ledger = ledger or by_default()
        if self.ledger is not None:
            self.environment["CINNABAR_DATABASE"] = self.ledger.url
            if not self.ledger.postgres.durable:
                # A debug build takes one that is only for tests.
                self.environment["CINNABAR_TEST_POSTGRES_DURABILITY"] = "OFF"
        self._owns_ledger = ledger is None and self.ledger is not None
        #: The other nodes on the same database, and what leads to all in turn.
        self.group: Group | None = None
        count = Group.by_default() if nodes is None else nodes
        if self.ledger is not None and count > 1:
            self.group = Group(self, count)
        self.process: subprocess.Popen[bytes] | None = None
        self.credentials: Credentials | None = None
        self.address = ""
        #: What was handed out and must not be in the log.
        self.secrets: set[str] = set()

    def __enter__(self) -> Server:
        Server.alive.append(self)
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        self.kill()
        if self.group is not None:
            self.group.close()
        if self._owns_ledger and self.ledger is not None:
            self.ledger.drop()
        Server.alive.remove(self)
        leaks = find_leaks(self.log_text(), self.secrets)
        shutil.rmtree(self.home, ignore_errors=True)
        # A failure of the test itself says more.
        assert failure is not None or not leaks, f"secrets in the log: {leaks}"

    @property
    def ca_file(self) -> pathlib.Path:
        """The certificate that a client trusts to reach the server."""
        return self.data_dir / "tls" / "ca.pem"

    def run(self, *arguments: str, expect: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Runs one command of the executable on this data directory."""
        done = subprocess.run(
            [*self.wrapper, str(binary()), *arguments, "--data-dir", str(self.data_dir)],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if expect is not None and done.returncode != expect:
            raise ServerFailed(
                f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
            )
        self.secrets |= secrets_in(done.stdout)
        if arguments[0] == "token" and done.returncode == 0:
            self.secrets.add(done.stdout.strip())
        return done

    def init(self) -> Credentials:
        """`cinnabar init`."""
        printed = self.run("init", "--region", REGION, "--format", "json").stdout
        self.credentials = Credentials.from_json(printed)
        return self.credentials

    def create_account(self, name: str, *flags: str) -> Credentials:
        """`cinnabar account create`, against the running server."""
        return Credentials.from_json(
            self.run("account", "create", "--name", name, "--format", "json", *flags).stdout
        )

    def start(self) -> Server:
        """Serves, and returns once requests are accepted."""
        self.address = self.launch()
        if self.group is not None:
            self.address = self.group.start()
        return self

    def launch(self) -> str:
        """Starts this one process, and returns its own address once requests are accepted."""
        address_file = self.home / "address"
        address_file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *self.wrapper,
                    str(binary()),
                    "serve",
                    "--data-dir",
                    str(self.data_dir),
                    "--config",
                    str(self.settings),
                    "--listen",
                    "127.0.0.1:0",
                    "--public-listen",
                    "127.0.0.1:0",
                    "--admin-listen",
                    "127.0.0.1:0",
                    "--address-file",
                    str(address_file),
                    *self.flags,
                    *(self.group.flags if self.group is not None else ()),
                ],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE
        while not address_file.exists():
            if self.process.poll() is not None:
                raise ServerFailed(
                    f"the server ended with {self.process.returncode}:\n{self.log_tail()}"
                )
            if time.monotonic() > deadline:
                raise ServerFailed(f"the server was not ready in {PATIENCE} s:\n{self.log_tail()}")
            time.sleep(0.005)
        return address_file.read_text().strip()

    def log_events(self) -> list[dict[str, object]]:
        """Everything that the server logged, line by line."""
        return [json.loads(line) for line in self.log_text().splitlines()]

    @property
    def admin_address(self) -> str:
        """The URL of the running server's admin listener."""
        return self._heard("admin listener ready")

    @property
    def public_address(self) -> str:
        """The URL of the running server's public listener, or of what leads to those of all."""
        if self.group is not None:
            return self.group.public_address
        return self.own_public_address

    @property
    def own_public_address(self) -> str:
        """The URL of this one process's public listener."""
        return self._heard("public listener ready")

    def _heard(self, message: str) -> str:
        # The last line may be half written.
        heard = [line for line in self._own_log().splitlines() if message in line]
        return str(json.loads(heard[-1])["url"])

    def terminate(self) -> int:
        """SIGTERM; returns the exit status, once everything accepted is answered."""
        assert self.process is not None
        if self.group is not None:
            self.group.terminate()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired as late:
            raise ServerFailed(
                f"still alive {PATIENCE} s after SIGTERM:\n{self.log_tail()}"
            ) from late

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self.group is not None:
            self.group.kill()
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)

    def restart(self) -> Server:
        """SIGTERM and start, with the same directory and settings."""
        self.terminate()
        return self.start()

    def resident_bytes(self) -> int:
        """The process's peak resident memory."""
        assert self.process is not None
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise ServerFailed("the kernel does not tell the peak memory")

    def log_text(self) -> str:
        """Everything that the server logged, all its nodes."""
        others = self.group.log_text() if self.group is not None else ""
        return self._own_log() + others

    def _own_log(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self) -> str:
        """The last lines that the server logged."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
