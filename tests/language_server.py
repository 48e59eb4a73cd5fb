"""The YAML language server, as an editor talks to it: what it has against files, by their paths."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

SECONDS = 120  # it is a node program, which may start slowly


def diagnose(files: Iterable[Path]) -> dict[Path, list[str]]:
    """Return the messages that an editor shows for each file, whose first line names its schema."""
    command = ["yaml-language-server", "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        ends = threading.Timer(SECONDS, server.kill)
        ends.start()
        try:
            assert server.stdin
            assert server.stdout
            return _talk(server.stdin, server.stdout, {path.as_uri(): path for path in files})
        finally:
            ends.cancel()
            server.kill()


def _talk(to: IO[bytes], answers: IO[bytes], files: dict[str, Path]) -> dict[Path, list[str]]:
    _send(to, "initialize", {"processId": None, "rootUri": None, "capabilities": {}}, number=1)
    _read(answers)
    _send(to, "initialized", {})
    for uri, path in files.items():
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": path.read_text()}
        _send(to, "textDocument/didOpen", {"textDocument": document})
    found: dict[Path, list[str]] = {}
    while len(found) < len(files):
        said = _read(answers)
        if said.get("method") == "textDocument/publishDiagnostics":
            found[files[said["params"]["uri"]]] = [each["message"] for each in said["params"]["diagnostics"]]
        elif "id" in said and "method" in said:
            _write(to, {"jsonrpc": "2.0", "id": said["id"], "result": None})
    return found


def _send(to: IO[bytes], method: str, params: Any, number: int | None = None) -> None:
    _write(to, {"jsonrpc": "2.0", "method": method, "params": params, **({} if number is None else {"id": number})})


def _write(to: IO[bytes], message: Any) -> None:
    body = json.dumps(message).encode()
    to.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    to.flush()


def _read(answers: IO[bytes]) -> Any:
    length = 0
    while line := answers.readline().strip():
        if line.lower().startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    assert length, "yaml-language-server ended"
    return json.loads(answers.read(length))
