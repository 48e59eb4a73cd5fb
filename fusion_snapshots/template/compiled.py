"""Compiled templates: remembered for the next folder, and kept for the next process beside this package's bytecode.

Compiling its templates takes a third of a rendering. Whoever may write where Python keeps the bytecode of this package
may have anything run already, so that what is kept there is trusted as Python trusts its own; where Python may not
write, nothing is kept. Only what this repository wrote is remembered, and no answer.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import marshal
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType

import jinja2

from .questions import TEMPLATE

_MOST = 500  # templates that are kept; a rendering takes about a hundred
_PLACE = __spec__.cached


class CompiledTemplates:
    """Compiled templates by what they were compiled from, those in a file among them; a damaged file holds none."""

    def __init__(self, path: Path | None, settings: Mapping[str, object]) -> None:
        """Begin with what a file holds, if there is one; settings are Jinja's, by which the templates are compiled."""
        self._path = path
        self._made_by = repr((importlib.util.MAGIC_NUMBER, jinja2.__version__, sorted(settings.items()))).encode()
        self._codes: dict[bytes, CodeType] = self._read()
        self._used: set[bytes] = set()
        self._kept = len(self._codes)

    def code_of(self, parts: tuple[str | None, ...], compile_it: Callable[[], CodeType]) -> CodeType:
        """Return what is compiled of these parts, a source and its names; it is compiled only where it is not known."""
        key = hashlib.sha256(repr(parts).encode()).digest()
        if key not in self._codes:
            self._codes[key] = compile_it()
        self._used.add(key)
        return self._codes[key]

    def keep(self) -> None:
        """Write what was compiled to the file, for the next process; where it cannot be written, nothing is kept."""
        if self._path is None or sys.dont_write_bytecode or len(self._codes) == self._kept:
            return
        if len(self._codes) > _MOST:  # many are of files that have changed since
            self._codes = {key: self._codes[key] for key in self._used}
        self._kept = len(self._codes)
        body = marshal.dumps(self._codes)
        with contextlib.suppress(OSError), tempfile.NamedTemporaryFile(dir=self._path.parent, delete=False) as file:
            try:
                file.write(self._seal(body) + body)
                file.close()
                os.replace(file.name, self._path)
            except OSError:
                os.unlink(file.name)

    def _read(self) -> dict[bytes, CodeType]:
        try:
            data = self._path.read_bytes() if self._path else b""
        except OSError:
            return {}
        size = hashlib.sha256().digest_size
        seal, body = data[:size], data[size:]
        return dict(marshal.loads(body)) if body and seal == self._seal(body) else {}

    def _seal(self, body: bytes) -> bytes:
        """Return a checksum by which a file is known to be whole, and of this Python, this Jinja and these settings."""
        return hashlib.sha256(self._made_by + body).digest()


COMPILED = CompiledTemplates(Path(_PLACE).with_suffix(".templates") if _PLACE else None, TEMPLATE["_jinja2_env_vars"])
