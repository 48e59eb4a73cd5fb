"""Real programs in Python, kept warm: imported once, then forked for each call, which takes a fraction of the time.

`python warm.py PROGRAM NUMBER` serves at a file descriptor. A client that stands for the program hands over its
directory, words, variables and streams. What a fork would do in another way is left to a process of its own: what asks
or is ended by a signal, and what other variables of Python's are set for.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path

CLIENT = """#!{python} -IS
import json, os, socket, sys
words, env = sys.argv[1:], dict(os.environ)
odd = {{name: value for name, value in env.items() if name.startswith({begins!r}) and "BYTECODE" not in name}}
if not {{"", *words}} & {flags!r} or odd != {odd!r}:
    os.execv({program!r}, [{program!r}, *words])
with socket.socket(socket.AF_UNIX) as server:
    server.connect({socket!r})
    socket.send_fds(server, [b"\\0"], [0, 1, 2])
    server.sendall(json.dumps([os.getcwd(), words, env]).encode())
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(8) or 255))
"""
# Which calls are forked: those with one of these words; "" stands for every call. All others run the real program.
SERVED = {
    "aws": {""},
    "cookiecutter": {"--no-input"},
    "seqerakit": {"--dryrun", "--version"},
}
LATE = "jsonschema", "typer._adapters"  # which a program imports only once it works
BEGINS = "LANG", "LC_", "PYTHON"  # of the variables that Python itself looks at
SERVICES = ("batch", "ec2", "ecs", "fis", "iam", "s3", "sts")
Main = Callable[[list[str]], object]


@contextlib.contextmanager
def keep_warm() -> Iterator[Path]:
    """Yield a directory, to be first on PATH, whose programs are the real ones beside this Python, kept warm."""
    odd = {name: value for name, value in os.environ.items() if name.startswith(BEGINS) and "BYTECODE" not in name}
    safely = "-P" if sys.version_info >= (3, 11) else "-B"
    with contextlib.ExitStack() as stack:
        # Not below pytest's directories, as a socket's path has 104 characters at most on macOS.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warm-", dir="/tmp")))
        for program, flags in SERVED.items():
            address = folder / f"{program}.socket"
            real = Path(sys.executable).parent / program
            words = {"python": sys.executable, "flags": flags, "begins": BEGINS, "odd": odd, "program": str(real)}
            (folder / program).write_text(CLIENT.format(**words, socket=str(address)))
            (folder / program).chmod(0o755)
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(str(address))
            listening.listen(64)
            command = [sys.executable, safely, __file__, program, str(listening.fileno())]
            server = subprocess.Popen(command, pass_fds=[listening.fileno()], stdin=subprocess.DEVNULL)
            stack.enter_context(server)
            stack.callback(server.kill)
        yield folder


def serve(program: str, number: str) -> None:
    """Answer each call from a process of its own, for ever."""
    main = load_aws() if program == "aws" else load(program)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the calls' processes
    gc.freeze()  # lest a collection in a fork copies all that they share
    with socket.socket(fileno=int(number)) as server:
        while True:
            call, _ = server.accept()
            if not os.fork():
                answer(call, main)
            call.close()


def load(program: str) -> Main:
    """Import all that a program imports, but for its own modules, which may look at variables; return what runs it."""
    (entry,) = entry_points(group="console_scripts", name=program)
    entry.load()
    for name in LATE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in [name for name in sys.modules if name.split(".")[0] == entry.module.split(".")[0]]:
        del sys.modules[name]

    def main(words: list[str]) -> object:
        sys.argv = [str(Path(sys.executable).parent / program), *words]
        function: Callable[[], object] = entry.load()
        return function()

    return main


def load_aws() -> Main:
    """Import aws, with the services that are asked, and return what runs it."""
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    loader = driver.session.get_component("data_loader")
    for service in SERVICES:
        for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
            loader.load_service_model(service, kind)
    main: Main = driver.main
    return main


def answer(call: socket.socket, main: Main) -> None:
    """Run one call as the program would and end the process."""
    code: object = 255
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _, streams, _, _ = socket.recv_fds(call, 1, 3)
        folder, words, env = json.loads(b"".join(iter(lambda: call.recv(1 << 16), b"")))
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(env)
        code = main(words)
    except SystemExit as error:
        code = error.code
    except Exception:
        traceback.print_exc()
        code = 1
    finally:
        if isinstance(code, str):
            print(code, file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        call.sendall(str(code if isinstance(code, int) else 1 if code else 0).encode())
        os._exit(0)


if __name__ == "__main__":
    serve(*sys.argv[1:])
