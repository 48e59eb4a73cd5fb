"""What library code raises; __main__ alone turns it into an exit code."""

from __future__ import annotations


class UserError(Exception):
    """A step cannot go on, and why, in words for the person who runs it.

    code is the exit code: 2 where the step could not run, 1 where something was refused or failed.
    """

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code
