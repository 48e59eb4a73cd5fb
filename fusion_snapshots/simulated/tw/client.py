"""How tw asks the Platform, and what it says where that fails."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from ..api import BROKEN_OFF, Reply, Request, exchange
from ..call import File
from ..state import Store

CONNECTION = "Connection error. Check the connection using the command 'tw info'."
UNAUTHORIZED = "Unauthorized. Check your access token, workspace id and tower server url."
# What tw says where the Platform cannot be reached at all, by the state's `network`.
NETWORKS = {
    "refused": "java.net.ConnectException: Connection refused",
    "untrusted": "javax.net.ssl.SSLHandshakeException: (certificate_unknown) PKIX path building failed: "
    "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested "
    "target",
}
UNREAD = "MessageBodyReader not found for media type=text/html, type=class {0}, genericType=class {0}."


class TwError(Exception):
    """tw ends with exit code 1 and says these lines, each after ERROR, the first cause first."""


class UnreachableError(TwError):
    """tw could not reach the Platform, or not read its answer."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause, CONNECTION)


class ApiError(TwError):
    """The Platform refused with this status."""

    def __init__(self, reply: Reply) -> None:
        self.status = reply.status
        self.message = _message(reply.body)
        super().__init__(UNAUTHORIZED if reply.status == 401 else self.message)


class JavaError(Exception):
    """tw ends with exit code 1 and the trace of this error in itself."""


class NullError(JavaError):
    """tw relies on a value that is not there."""

    def __init__(self, what: str) -> None:
        super().__init__(f"java.lang.NullPointerException: {what} is null")


class Object(dict[str, Any]):
    """A JSON object of the Platform's; what tw relies on and is not there makes it fail."""

    def __missing__(self, key: str) -> Any:
        raise NullError(key)


def _message(body: Any) -> str:
    """Return what tw says of a refusal: the Platform's message, or a page as it is, or, without a body, a word."""
    if isinstance(body, dict):
        return str(body.get("message"))
    return body if isinstance(body, str) else "error"


class Client:
    """tw's client, with a token."""

    def __init__(self, store: Store, endpoint: str, token: str) -> None:
        self.store, self.endpoint, self.token = store, endpoint, token

    def ask(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        """Return the answer of the API: an object, or the text of a file; raises TwError."""
        given = {key: value for key, value in query.items() if value is not None}
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        reply = self._exchange(Request(method, path, texts, body, self.token, self.endpoint))
        if reply.status >= 400:
            raise ApiError(reply)
        if isinstance(reply.body, File):
            return reply.body.text
        if isinstance(reply.body, str):
            raise UnreachableError(UNREAD.format("io.seqera.tower.model.Answer"))
        return json.loads(json.dumps(reply.body), object_hook=Object)

    def _exchange(self, request: Request) -> Reply:
        if network := self.store.read()["network"]:
            raise UnreachableError(NETWORKS[network])
        reply = exchange(self.store, request)
        if reply.fault in BROKEN_OFF:  # Java sends a request again, once, where the connection is closed
            reply = exchange(self.store, request)
        if reply.fault in BROKEN_OFF:
            raise UnreachableError("java.net.SocketException: Unexpected end of file from server")
        if reply.fault == "cut":
            raise UnreachableError("Failed to buffer the message content input stream.")
        if reply.fault == "hang":
            threading.Event().wait(reply.seconds)
        return reply


def text_of(path: object) -> str | None:
    """Return the text of a file that an option names, if it is given; raises TwError."""
    if path is None:
        return None
    if not Path(str(path)).is_file():
        raise TwError(f"File not found. {path}")
    return Path(str(path)).read_text()
