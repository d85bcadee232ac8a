"""nginx and Apache, each as a process of its own on a loopback port.

Their configurations are their own too: nothing under /etc is touched, nothing outlives a test.
"""

from __future__ import annotations

import os
import pathlib
import socket
import subprocess
import time
from types import TracebackType

from .command import tool

#: No server takes longer to accept connections, in seconds.
PATIENCE = 20.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Failed(AssertionError):
    """The server ended before it accepted connections."""


class Web:
    """A web server that is running. Use as a context manager."""

    def __init__(self, place: pathlib.Path) -> None:
        self.place = place
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Writes the configuration, and returns what starts the server in the foreground."""
        raise NotImplementedError

    def __enter__(self) -> Web:
        output = (self.place / "output").open("ab")
        with output:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.place,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._accepts():
            if self._process.poll() is not None:
                raise Failed(f"ended with {self._process.returncode}:\n{self.log()}")
            if time.monotonic() > deadline:
                self.__exit__(None, None, None)
                raise Failed(f"not ready in {PATIENCE} s:\n{self.log()}")
            time.sleep(0.02)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(PATIENCE)

    def _accepts(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1.0)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self) -> str:
        """All that the server has written about itself."""
        files = (self.place / "output", self.place / "error.log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())


class Nginx(Web):
    """nginx with the files of an NGINX export, which lie in `place` under their exported names."""

    def __init__(self, place: pathlib.Path, *, more: str = "") -> None:
        super().__init__(place)
        self._more = more

    def command(self) -> list[str]:
        folders = "\n".join(
            f"    {name}_temp_path {self.place}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As root the workers would become another user, who may not read the temporary folder.
        user = "user root;" if os.geteuid() == 0 else ""
        configuration = self.place / "nginx.conf"
        configuration.write_text(
            f"""{user}
daemon off;
worker_processes 1;
pid {self.place}/nginx.pid;
error_log {self.place}/error.log info;
events {{}}
http {{
    access_log off;
{folders}
    server {{
        listen 127.0.0.1:{self.port} ssl;
        ssl_certificate {self.place}/server.crt;
        ssl_certificate_key {self.place}/server.key;
        {self._more}
        return 200 "served";
    }}
}}
"""
        )
        error_log = str(self.place / "error.log")
        return [tool("nginx"), "-e", error_log, "-p", str(self.place), "-c", str(configuration)]


class Apache(Web):
    """Apache with the files of an APACHE export, in `place` under their exported names."""

    def __init__(self, place: pathlib.Path, *, more: str = "", globally: str = "") -> None:
        super().__init__(place)
        self._more = more
        self._globally = globally

    def command(self) -> list[str]:
        modules = "\n".join(
            f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
            for name in ("mpm_event", "authz_core", "socache_shmcb", "ssl")
        )
        # As root it takes no root for its children; keys are read before they start.
        user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
        configuration = self.place / "apache.conf"
        configuration.write_text(
            f"""ServerRoot {self.place}
ServerName localhost
DefaultRuntimeDir {self.place}
PidFile {self.place}/apache.pid
ErrorLog {self.place}/error.log
LogLevel info
Listen 127.0.0.1:{self.port}
{modules}
{user}
{self._globally}
<VirtualHost 127.0.0.1:{self.port}>
    SSLEngine on
    SSLCertificateFile {self.place}/server.crt
    SSLCertificateKeyFile {self.place}/server.key
    SSLCertificateChainFile {self.place}/chain.crt
    {self._more}
</VirtualHost>
"""
        )
        return [tool("apache2"), "-DFOREGROUND", "-f", str(configuration)]
