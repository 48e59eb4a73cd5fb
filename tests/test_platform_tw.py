"""Asking tw: how it is called, and what of its answer, failure or silence is returned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fusion_snapshots.json_reply import ReplyError
from fusion_snapshots.platform.tw import Tw, TwError, workspace
from fusion_snapshots.platform.tw_failure import Kind

FORBIDDEN = "tw runs view: Forbidden (the token's user may not see or do this, or it was deleted)"
WORDS = 'printf \'{"words": "%s"}\' "$*"'


def asking(tmp_path: Path, script: str, seconds: float = 10) -> Tw:
    """Return a Tw whose tw is a shell script."""
    program = tmp_path / "tw"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Tw({"PATH": f"{tmp_path}:/usr/bin:/bin"}, tmp_path, seconds)


def refusal(tw: Tw, *words: str) -> tuple[str, Kind]:
    with pytest.raises(TwError) as refused:
        tw.ask(*words)
    assert refused.value.code == 2
    return str(refused.value), refused.value.kind


def test_every_answer_is_asked_for_as_json(tmp_path: Path) -> None:
    assert asking(tmp_path, WORDS).ask("runs", "view", "-i", "1").text("words") == "-o json runs view -i 1"
    (item,) = asking(tmp_path, f"printf '['; {WORDS}; printf ']'").ask_list("runs", "view", "tasks")
    assert item.text("words") == "-o json runs view tasks"


def test_a_command_is_named_by_its_two_words(tmp_path: Path) -> None:
    tw = asking(tmp_path, "echo ' ERROR: Forbidden' >&2; exit 1")
    assert refusal(tw, "runs", "view", "-i", "1") == (FORBIDDEN, Kind.FORBIDDEN)
    assert refusal(tw, "launch", "demo", "x")[0].startswith("tw launch demo: ")
    assert refusal(tw, "info", "-x")[0].startswith("tw info: ")
    with pytest.raises(TwError, match=re.escape(FORBIDDEN)):
        tw.ask_list("runs", "view", "tasks")


def test_info_answers_although_a_check_is_bad(tmp_path: Path) -> None:
    answering = """echo ' {"connectionCheck": 0}'; exit 1"""
    assert asking(tmp_path, answering).ask("info").number("connectionCheck") == 0
    assert refusal(asking(tmp_path, answering), "runs", "list")[0].startswith("tw runs list: ")
    assert refusal(asking(tmp_path, "echo 'no answer'; exit 1"), "info")[0].startswith("tw info: ")


def test_an_answer_that_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(ReplyError, match=r"^tw runs list: the answer is no JSON$"):
        asking(tmp_path, "echo RUNS").ask("runs", "list")
    with pytest.raises(ReplyError, match=r"^tw runs view: "):
        asking(tmp_path, "echo '{}'").ask_list("runs", "view")


def test_no_tw_and_a_tw_that_hangs(tmp_path: Path) -> None:
    message, kind = refusal(Tw({"PATH": str(tmp_path)}, tmp_path), "info")
    assert kind is Kind.NOT_INSTALLED
    assert message.startswith("tw info: tw is not installed; install it from https://")
    hanging = asking(tmp_path, "sleep 60", seconds=0.2)
    assert refusal(hanging, "info")[0].startswith("tw info: no answer within 0.2 seconds")
    with pytest.raises(TwError, match=r"no answer within 0\.1 seconds") as refused:
        hanging.ask("runs", "list", seconds=0.1)
    assert refused.value.kind is Kind.TIMEOUT


def test_what_tw_said_is_returned_whatever_its_exit_code(tmp_path: Path) -> None:
    ran = asking(tmp_path, "echo out; echo err >&2; exit 7").run("x", name="tw x")
    assert (ran.returncode, ran.stdout, ran.stderr) == (7, "out\n", "err\n")


def test_a_workspace_is_its_organizations() -> None:
    assert workspace({"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "w"}) == "acme/w"
