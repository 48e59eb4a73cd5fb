"""The stand-in's command line: which command, which Platform, and how an answer or a failure is printed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from backends import REFERENCE, Platform, put_program, run_tw, stand_in

from fusion_snapshots.simulated.state import TOKEN, WORKSPACE_ID
from fusion_snapshots.simulated.tw import TRACE


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """A Platform that the stand-in asks."""
    return stand_in(tmp_path / "platform")


def call(platform: Platform, *words: str, **env: str) -> tuple[int, str, str]:
    ran = run_tw(platform, list(words), platform.store.state.parent, **env)
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("word", ["--version", "-V"])
def test_it_tells_its_version_and_notes_no_call(platform: Platform, word: str) -> None:
    for words in ([word], [word, "info"]):
        assert call(platform, *words) == (0, "Tower CLI version 0.38.0 (build 3b4e5bb)\n", "")
    assert platform.calls() == []


def test_each_other_call_is_noted_word_by_word(platform: Platform) -> None:
    call(platform, "runs", "list", "-w", "acme/a b")
    call(platform, "frobnicate")
    assert platform.calls() == [["runs", "list", "-w", "acme/a b"], ["frobnicate"]]


def test_an_answer_is_json_where_it_is_asked_for(platform: Platform) -> None:
    code, out, err = call(platform, "-o", "json", "workspaces", "list")
    assert (code, err, out[:1], out[-3:]) == (0, "", "{", "\n}\n")
    assert call(platform, "workspaces", "list") == (0, "", "")
    assert (
        call(platform, "-o", "json", "credentials", "list", "-w", REFERENCE)[1].count('"description"') == 0
    )  # those without one


def test_refusals_usage_and_what_breaks_in_tw_itself(platform: Platform) -> None:
    assert call(platform, "compute-envs", "list", "-w", "acme/x") == (1, "", "\n ERROR: Workspace 'x' at organization 'acme' not found\n\n")  # fmt: skip
    code, out, err = call(platform, "launch")
    assert (code, out, err.endswith("\n\nUsage: tw [OPTIONS] [COMMAND]\n")) == (2, "", True)
    platform.fault("GET /user-info", 200, body={})
    code, out, err = call(platform, "workspaces", "list")
    assert (code, out, err) == (1, "", f"java.lang.NullPointerException: user is null\n{TRACE}\n")


def test_what_it_does_not_know_it_does_not_make_up(platform: Platform) -> None:
    with pytest.raises(SystemExit, match=r"^the stand-in for tw does not know: compute-envs primary set$"):
        call(platform, "compute-envs", "primary", "set", "--name=x")


def test_the_token_the_address_and_the_workspace_come_from_options_or_variables(platform: Platform) -> None:
    assert call(platform, "workspaces", "list", TOWER_ACCESS_TOKEN="other")[0] == 1
    assert call(platform, "-t", TOKEN, "workspaces", "list", TOWER_ACCESS_TOKEN="other")[0] == 0
    del platform.env["TOWER_ACCESS_TOKEN"]
    assert call(platform, "workspaces", "list")[2] == (
        "\n ERROR: Missing TOWER_ACCESS_TOKEN environment variable or 'tw -t <token> ...' parameter\n\n"
    )
    platform.env["TOWER_ACCESS_TOKEN"] = TOKEN
    plain = {"TOWER_API_ENDPOINT": "http://x.test/api"}
    assert "insecure server: http://x.test/api" in call(platform, "workspaces", "list", **plain)[2]
    assert call(platform, "--insecure", "workspaces", "list", **plain)[0] == 0
    assert call(platform, "-u", "https://x.test/api", "workspaces", "list", **plain)[0] == 0
    assert call(platform, "compute-envs", "list", TOWER_WORKSPACE_ID=str(WORKSPACE_ID))[0] == 0
    assert call(platform, "compute-envs", "list", "-w", "acme/x", TOWER_WORKSPACE_ID=str(WORKSPACE_ID))[0] == 1


def test_the_program_is_run_from_any_directory(platform: Platform, tmp_path: Path) -> None:
    program = Path(put_program(tmp_path)) / "tw"
    ran = subprocess.run(
        [program, "info"], cwd="/", env=platform.env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "ada" in ran.stdout
