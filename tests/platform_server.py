"""Serves the simulated Platform over https on the loopback interface, for the real tw."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fusion_snapshots.simulated.api import BROKEN_OFF, Reply, Request, exchange
from fusion_snapshots.simulated.call import File
from fusion_snapshots.simulated.state import Json, Store

PREFIX = "/api"


class Handler(BaseHTTPRequestHandler):
    """One request: read, answered or failed as was ordered."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: the journal holds it."""

    def answer(self) -> None:
        """Read the request, have it answered, and send that or break it off."""
        parts = urlsplit(self.path)
        query = {key: ",".join(values) for key, values in parse_qs(parts.query).items()}
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        path = parts.path.removeprefix(PREFIX)
        reply = exchange(
            self.server.store, Request(self.command, path, query, self._body(), token, self.server.address)
        )
        if reply.fault == "hang":
            self.server.closing.wait(reply.seconds)
        if reply.fault in BROKEN_OFF:
            self._hang_up()
        else:
            self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def _body(self) -> Any:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            raw = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("multipart/"):
            return _parts(kind, raw)
        return json.loads(raw) if raw.strip() else None

    def _send(self, reply: Reply) -> None:
        """Send an answer: JSON, a file, or the page of a proxy before the Platform."""
        body, kind = reply.body, "application/json"
        if isinstance(body, File):
            text, kind = body.text, "text/plain"
        elif isinstance(body, str):
            text, kind = body, "text/html"
        else:
            text = "" if body is None else json.dumps(body)
        data = text.encode()
        self.send_response(reply.status)
        if data:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if reply.fault == "cut" else data)
        if reply.fault == "cut":
            self._hang_up()

    def _hang_up(self) -> None:
        """Close the connection without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def _parts(kind: str, raw: bytes) -> Json:
    message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + raw, policy=email.policy.HTTP)
    found = {}
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        text = payload.decode() if isinstance(payload, bytes) else ""
        name = str(part.get_param("name", header="content-disposition"))
        found[name] = {"filename": part.get_filename(), "type": part.get_content_type(), "text": text}
    return found


class Server(ThreadingHTTPServer):
    """The server; `with` it, it answers. Its address is what TOWER_API_ENDPOINT is to hold."""

    daemon_threads = True

    def __init__(self, store: Store, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = store
        self.closing = threading.Event()
        self.address = f"https://localhost:{self.server_port}{PREFIX}"
        # A client that does not trust the certificate must not keep others from being accepted.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that goes away; anything else is the simulation's own fault and worth a traceback."""

        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)

    def __enter__(self) -> Server:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()
