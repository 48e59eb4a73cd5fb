"""The real aws CLI, kept warm: imported once, then forked for each call, which takes a tenth of the time.

`python warm_aws.py SOCKET` serves; `aws` on PATH is a client that hands its directory, words, variables and outputs over.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path

CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({socket!r})
    socket.send_fds(server, [b"\\0"], [1, 2])
    server.sendall(json.dumps([os.getcwd(), sys.argv[1:], dict(os.environ)]).encode())
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(8) or 255))
"""
SERVICES = ("batch", "ec2", "ecs", "fis", "iam", "s3", "sts")


def write_client(path: Path, address: Path) -> None:
    """Write the client, an executable that stands for aws."""
    path.write_text(CLIENT.format(python=sys.executable, socket=str(address)))
    path.chmod(0o755)


def serve(address: str) -> None:
    """Answer each call from a process of its own, for ever."""
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    loader = driver.session.get_component("data_loader")
    for service in SERVICES:
        for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the calls' processes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen(64)
        print("ready", flush=True)
        while True:
            call, _ = server.accept()
            if not os.fork():
                answer(call, driver)
            call.close()


def answer(call: socket.socket, driver: object) -> None:
    """Run one call as aws would and end the process."""
    code = 255
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _, outputs, _, _ = socket.recv_fds(call, 1, 2)
        folder, words, env = json.loads(b"".join(iter(lambda: call.recv(1 << 16), b"")))
        for number, output in enumerate(outputs, 1):
            os.dup2(output, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        code = driver.main(words)  # type: ignore[attr-defined]
    except SystemExit as error:
        code = int(error.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        call.sendall(str(code).encode())
        os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1])
