"""OpenTofu with the built provider, on a folder of its own for each plan."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import shutil
import subprocess
from typing import Any

from harness.server import PROJECT, REGION, Credentials, Server

PLANS = pathlib.Path(__file__).resolve().parent / "plans"

#: No command takes longer than this, in seconds. The provider alone needs some to say what it knows.
PATIENCE = 300.0

#: What `plan -detailed-exitcode` ends with when reality is as planned, and when it is not.
NOTHING_TO_DO, SOMETHING_TO_DO = 0, 2

#: Variables that would point the provider elsewhere, or make it log secrets.
STRANGE = ("HW_", "OS_", "TF_", "HUAWEICLOUD_", "SKIP_CHECK_")


def tools() -> dict[str, pathlib.Path]:
    """Where `scripts/terraform-tools` has put `tofu` and the provider."""
    script = PROJECT / "scripts" / "terraform-tools"
    found = subprocess.run(
        [script, "--where"], capture_output=True, text=True, timeout=30.0, check=True
    ).stdout
    paths = dict(line.split(maxsplit=1) for line in found.splitlines())
    for path in paths.values():
        assert os.access(path, os.X_OK), f"{path} is missing: run scripts/terraform-tools"
    return {name: pathlib.Path(path) for name, path in paths.items()}


@dataclasses.dataclass(frozen=True)
class Resource:
    """One resource or data source of the state."""

    address: str
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """The value; of a block that is there once, the block itself."""
        value = self.values[name]
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            return value[0]
        return value


class Tofu:
    """A copy of a plan, its state, and the commands of its user."""

    def __init__(
        self, plan: str | None, place: pathlib.Path, server: Server, account: Credentials
    ) -> None:
        paths = tools()
        self.program = paths["tofu"]
        self.place = place
        self.variables: dict[str, Any] = {}
        if plan is not None:  # else the folder has one
            for source in (PLANS / "provider.tf", *(PLANS / plan).iterdir()):
                shutil.copy(source, place)
        settings = place / "tofu.rc"
        folder = json.dumps(str(paths["provider"].parent))
        settings.write_text(
            "disable_checkpoint = true\n"
            "provider_installation {\n"
            f'  dev_overrides {{\n    "huaweicloud/huaweicloud" = {folder}\n  }}\n'
            "  direct {}\n"
            "}\n"
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith(STRANGE)}
        self.environment = kept | {
            "CHECKPOINT_DISABLE": "1",
            "HOME": str(place),
            "HW_ACCESS_KEY": account.access_key,
            "HW_REGION_NAME": REGION,
            "HW_SECRET_KEY": account.secret_key,
            "TF_CLI_CONFIG_FILE": str(settings),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "TF_VAR_address": server.address,
            "TF_VAR_trusted": str(server.ca_file),
            # Whoever would be asked beside the server is not there: a proxy that refuses.
            "HTTPS_PROXY": "http://127.0.0.1:9",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def apply(self, **changed: Any) -> str:
        """`apply`, with these variables changed; a failure tells what it said."""
        self.variables |= changed
        return self._run("apply", "-auto-approve", *self._variables())

    def destroy(self) -> str:
        return self._run("destroy", "-auto-approve", *self._variables())

    def apply_fails(self, **changed: Any) -> str:
        """`apply` that must not succeed; its complaint."""
        self.variables |= changed
        return self._run("apply", "-auto-approve", *self._variables(), expect=1)

    def adopt(self, address: str, identity: str) -> str:
        """`import` of what exists, under an address of the plan."""
        return self._run("import", *self._variables(), address, identity)

    def adopt_fails(self, address: str, identity: str) -> str:
        """`import` that must not succeed; its complaint."""
        return self._run("import", *self._variables(), address, identity, expect=1)

    def assert_nothing_to_do(self) -> None:
        """Reads everything again, and plans: nothing differs."""
        self._run("plan", "-detailed-exitcode", *self._variables(), expect=NOTHING_TO_DO)

    def assert_something_to_do(self) -> None:
        """Reads everything again, and plans: something differs."""
        self._run("plan", "-detailed-exitcode", *self._variables(), expect=SOMETHING_TO_DO)

    def outputs(self) -> dict[str, Any]:
        told = json.loads(self._run("output", "-json", told=False))
        return {name: one["value"] for name, one in told.items()}

    def state(self) -> dict[str, Resource]:
        """All that the state holds, by address."""
        told = json.loads(self._run("show", "-json", told=False))
        module = told.get("values", {}).get("root_module", {})
        return {
            one["address"]: Resource(one["address"], one["values"])
            for one in module.get("resources", [])
        }

    def _variables(self) -> list[str]:
        return [
            f"-var={name}={value if isinstance(value, str) else json.dumps(value)}"
            for name, value in self.variables.items()
        ]

    def _run(self, command: str, *arguments: str, expect: int = 0, told: bool = True) -> str:
        done = subprocess.run(
            [self.program, command, "-no-color", *arguments],
            cwd=self.place,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        said = done.stdout + done.stderr
        if told:
            shown = " ".join(["tofu", command, *arguments])
            print(f"$ {shown}\n{said}", flush=True)  # shown by pytest -s, and beside a failure
        assert done.returncode == expect, f"tofu {command} ended with {done.returncode}"
        return done.stdout if not told else said
