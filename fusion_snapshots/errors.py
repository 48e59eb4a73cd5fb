"""What library code raises; __main__ alone turns it into an exit code.

A UserError says why a step cannot go on, a NoAnswerError that asking again may help, a StoppedError that it was ended.
"""

from __future__ import annotations


class StoppedError(KeyboardInterrupt):
    """Ctrl-C, or another signal, ended a step: what it raised, and the command that does what is left."""

    def __init__(self, stop: KeyboardInterrupt, again: str) -> None:
        super().__init__(str(stop))
        self.stop, self.again = stop, again


class UserError(Exception):
    """A step cannot go on, and why, in words for the person who runs it.

    code is the exit code: 2 where the step could not run, 1 where something was refused or failed.
    """

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


class NoAnswerError(UserError):
    """Another program did not answer as it should; asked again, it may.

    Of this kind are TwError, AwsError and ReplyError.
    """
