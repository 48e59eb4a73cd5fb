"""What the steps print: masked, escaped, on a terminal over itself, and nobody need be reading."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pexpect
import pytest
from conftest import BIN, ROOT, run

from fusion_snapshots.output import Progress, is_confirmed, say, show_command, warn


def test_secrets_and_control_characters_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    say("AKIAABCDEFGHIJKLMNOP \x1b[2J")
    warn("AKIAABCDEFGHIJKLMNOP \x1b[2J")
    show_command(["tw", "--name", "a b"])
    read = capsys.readouterr()
    assert (read.out, read.err) == ("<secret> \\x1b[2J\n$ tw --name 'a b'\n", "<secret> \\x1b[2J\n")


def test_progress_is_a_line_for_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    for text in ("one", "one", "two", "one"):
        progress.show(text)
    progress.end()
    assert capsys.readouterr().out == "one (0 min)\ntwo (0 min)\none (0 min)\n"


def test_minutes_are_those_since_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    begun = progress._began
    monkeypatch.setattr("time.monotonic", lambda: begun + 90)
    assert progress.minutes == 1.5


def python(script: str) -> str:
    return f"{BIN / 'python'} -c \"import sys; sys.path.insert(0, '{ROOT}'); from fusion_snapshots.output import *; {script}\""


def test_on_a_terminal_progress_is_written_over() -> None:
    script = "p = Progress(); p.show('one'); p.show('one'); p.end(); Progress().end(); say('last')"
    said = pexpect.run(python(script), encoding="utf-8")
    assert said == "\r\033[K" + "one (0 min)" + "\r\033[K" + "one (0 min)" + "\r\nlast\r\n"


@pytest.mark.parametrize(
    ("typed", "answer"), [("yes", True), (" yes ", True), ("y", False), ("", False), ("\x04", False)]
)
def test_only_yes_confirms(typed: str, answer: bool) -> None:
    terminal = pexpect.spawn(python("print('said', is_confirmed(False, 'Sure? '))"), encoding="utf-8", timeout=60)
    terminal.expect_exact("Sure? ")
    terminal.send(typed if typed == "\x04" else f"{typed}\n")
    terminal.expect("said (True|False)")
    assert terminal.match
    assert terminal.match[1] == str(answer)


def test_nobody_is_asked_who_cannot_type_or_has_said_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    assert is_confirmed(False, "?") is False
    monkeypatch.setattr(sys, "stdin", None)
    assert (is_confirmed(False, "?"), is_confirmed(True, "?")) == (False, True)


@pytest.mark.parametrize("redirection", ["| true", "> /dev/full"])
def test_a_step_goes_on_where_nobody_can_read_it(tmp_path: Path, redirection: str) -> None:
    script = "[say('x' * 70000) for _ in range(3)]; open('done', 'w')"
    ran = run(["bash", "-c", f"{python(script)} {redirection}"], cwd=tmp_path)
    assert (ran.stderr, (tmp_path / "done").exists()) == ("", True)
