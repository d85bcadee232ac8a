"""What an answer must look like: the shapes that the interface's pages print."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

CSR_ID = re.compile(r"[0-9a-f]{32}")
CA_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HEX_32 = re.compile(r"[0-9a-f]{32}")
SERIAL = re.compile(r"[4-7][0-9a-f]{39}")


def is_recent(milliseconds: int) -> bool:
    """Is it a time of the last five minutes, in UTC milliseconds?"""
    return type(milliseconds) is int and 0 <= time.time() * 1000 - milliseconds + 1000 < 300_000


def refused(
    answer: requests.Response, status: int, code: str, names: str | None = None
) -> dict[str, Any]:
    """The answer is this refusal, in the words of the API, with its request id."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.headers.get("X-Request-Id"), "no X-Request-Id"
    assert answer.headers["Content-Type"].startswith("application/json")
    body: dict[str, Any] = answer.json()
    assert body["error_code"].startswith(code), body
    assert 3 <= len(body["error_code"]) <= 36
    assert 0 < len(body["error_msg"]) <= 1024
    if names is not None:
        assert names in body["error_msg"], body
    return body


def sdk_error(call: Callable[[], Any]) -> ServiceResponseException:
    """The exception of the SDK's own that the call ends with."""
    with pytest.raises(ServiceResponseException) as caught:
        call()
    error = caught.value
    assert error.request_id
    assert error.error_msg
    return error


def sdk_refused(call: Callable[[], Any], status: int, code: str) -> ServiceResponseException:
    """The SDK raises its own exception for this status and code."""
    error = sdk_error(call)
    assert (error.status_code, error.error_code) == (status, code), error
    return error
