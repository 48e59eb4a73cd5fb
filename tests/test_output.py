"""What the steps print: masked, escaped, on a terminal over itself, and nobody need be reading."""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
from pathlib import Path

import pexpect
import pytest
from backends import Platform
from conftest import BIN, ROOT, run
from steps import step

from fusion_snapshots.output import Progress, is_confirmed, say, show_command, showing, warn


def test_secrets_and_control_characters_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    say("AKIAABCDEFGHIJKLMNOP \x1b[2J")
    warn("AKIAABCDEFGHIJKLMNOP \x1b[2J")
    show_command(["tw", "--name", "a b"])
    read = capsys.readouterr()
    assert (read.out, read.err) == ("<secret> \\x1b[2J\n$ tw --name 'a b'\n", "<secret> \\x1b[2J\n")


def test_progress_is_a_line_for_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        for text in ("one", "one", "two", "one"):
            progress.show(text)
    with showing("three"):
        pass
    read = capsys.readouterr()
    assert (read.out, read.err) == ("one (0 min)\ntwo (0 min)\none (0 min)\n", "")


def test_minutes_are_those_since_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    begun = progress._began
    monkeypatch.setattr("time.monotonic", lambda: begun + 90)
    assert progress.minutes == 1.5


def python(script: str) -> str:
    return f"{BIN / 'python'} -c \"import sys; sys.path.insert(0, '{ROOT}'); from fusion_snapshots.output import *; {script}\""


def on_terminal(script: str, **env: str) -> str:
    """Return what a terminal receives from a script."""
    unset = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    said = pexpect.run(python(script), encoding="utf-8", env=unset | {"TERM": "xterm-256color"} | env)
    return str(said)


def screen(received: str) -> list[str]:
    """Return the lines that a terminal shows in the end."""
    lines, row = [""], 0
    for part in re.split(r"(\x1b\[[\d;?]*[A-Za-z]|\r|\n)", received):
        if part == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif part == "\x1b[2K":
            lines[row] = ""
        elif part == "\x1b[1A":
            row -= 1
        elif part not in ("\r", "") and not re.fullmatch(r"\x1b\[([\d;]*m|\?25[lh])", part):
            lines[row] += part
    return [line for line in lines if line]


LONG = "p = Progress(); p.show('one'); say('first'); warn('second'); p.show('two'); p.__exit__(); say('last')"


def test_on_a_terminal_a_line_lives_below_what_is_printed() -> None:
    received = on_terminal(LONG)
    assert re.search(r"[|/\\-] one \(0:00:0\d\)", received)
    assert re.search(r"[|/\\-] two \(0:00:0\d\)", received)
    assert screen(received) == ["first", "second", "two (0 min)", "last"]
    assert received.rindex("\x1b[?25h") > received.rindex("\x1b[?25l")  # the cursor is there again


def test_several_lines_live_until_each_block_is_left() -> None:
    script = "c = showing('outer'); c.__enter__(); p = Progress(); p.show('inner'); say('first'); c.__exit__(None, None, None)"
    received = on_terminal(f"{script}; say('second'); p.__exit__(); say('last')")
    assert re.search(r"outer \(0:00:0\d\)\S*\s+\S*[|/\\-] inner \(0:00:0\d\)", received)
    assert screen(received) == ["first", "second", "inner (0 min)", "last"]


def test_a_line_that_is_left_goes_with_the_process() -> None:
    received = on_terminal("Progress().show('one'); say('last'); raise SystemExit(3)")
    assert screen(received) == ["last"]
    assert received.rindex("\x1b[?25h") > received.rindex("\x1b[?25l")


def test_a_line_is_coloured_but_with_no_color() -> None:
    colours = r"\x1b\[[\d;]*m"
    assert re.search(colours, on_terminal(LONG))
    plain = on_terminal(LONG, NO_COLOR="1")
    assert re.search(r"[|/\\-] one \(0:00:0\d\)", plain)
    assert not re.search(r"\x1b\[[1-9][\d;]*m", plain)


PLAIN = ["one (0 min)", "first", "second", "two (0 min)", "last"]


@pytest.mark.parametrize(
    ("before", "env"),
    [
        ("", {"TERM": "dumb"}),
        ("sys.modules.update({'rich': None, 'rich.live': None, 'rich.console': None}); ", {}),
        ("import os; os.dup2(os.open('/dev/null', os.O_WRONLY), 2); ", {}),
    ],
    ids=["dumb", "without rich", "stderr elsewhere"],
)
def test_elsewhere_there_are_plain_lines(before: str, env: dict[str, str]) -> None:
    received = on_terminal(before + LONG, **env)
    assert received.splitlines() == [line for line in PLAIN if line != "second" or "dup2" not in before]


def test_a_step_leaves_on_a_terminal_what_it_prints_elsewhere(ready: Path, platform: Platform) -> None:
    env = dict(os.environ) | platform.env | {"TERM": "xterm", "NO_COLOR": "1"}
    words = [str(BIN / "python"), "-m", "fusion_snapshots", "pipelines"]
    received = pexpect.run(shlex.join(words), encoding="utf-8", cwd=str(ready), env=env, timeout=120)
    assert re.search(r"[|/\\-] comparing the pipelines with their files \(0:00:\d\d\)", received)
    assert screen(received) == step(ready, platform, "pipelines").stdout.splitlines()


def test_where_output_goes_elsewhere_there_are_plain_lines_and_no_rich(tmp_path: Path) -> None:
    script = f"{LONG}; print([name for name in sys.modules if name.split('.')[0] == 'rich'])"
    told = tmp_path / "told"
    received = pexpect.run(f"bash -c {shlex.quote(f'{python(script)} > {told}')}", encoding="utf-8")
    assert received == "second\r\n"
    assert told.read_text().splitlines() == [*PLAIN[:2], *PLAIN[3:], "[]"]


def test_a_check_does_not_load_rich(folder: Path) -> None:
    script = "import sys; sys.argv = ['validate.py']; import runpy\n"
    script += "try: runpy.run_path('validate.py', run_name='__main__')\n"
    script += "finally: print(sorted(name for name in sys.modules if name.partition('.')[0] == 'rich'))"
    received = pexpect.run(f"{BIN / 'python'} -c {shlex.quote(script)}", encoding="utf-8", cwd=str(folder))
    assert received.splitlines()[-1] == "[]"
    assert received.startswith("All is well: ")


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
