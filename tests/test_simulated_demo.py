"""fusion-snapshots demo: all steps in a minute, by simulated runs, without an account and without a trace elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from conftest import BIN, ROOT

from fusion_snapshots.errors import StoppedError, UserError
from fusion_snapshots.simulated import demo
from fusion_snapshots.simulated.state import Store

STEPS = ["cookiecutter", "compute-envs", "pipelines", "launch", "status", "compare", "predict", "destroy"]


def demonstrate(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run it from this clone, as CONTRIBUTING and README tell."""
    return subprocess.run(
        [BIN / "python", "-m", "fusion_snapshots", "demo", folder],
        cwd=ROOT,
        env=os.environ | more,
        text=True,
        capture_output=True,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


def test_all_steps_run_and_every_page_says_what_it_is(tmp_path: Path) -> None:
    folder, home, theirs = (tmp_path / name for name in ("my demo", "home", "theirs"))
    for place in (home, theirs):
        place.mkdir()
    for program in ("tw", "aws"):  # the reader's own, which may be signed in
        (theirs / program).write_text(f"#!/bin/sh\ntouch '{tmp_path}/asked'\n")
        (theirs / program).chmod(0o755)
    path = os.pathsep.join([str(theirs), os.environ["PATH"]])
    ran = demonstrate(folder, HOME=str(home), PATH=path, TOWER_ACCESS_TOKEN="theirs", AWS_PROFILE="theirs")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.findall(r"^\d\. .*:  (?:make )?(\S+)", ran.stdout, re.M) == STEPS
    assert ran.stdout.startswith("A demonstration: Seqera Platform and all runs are simulated.")
    assert "\nThis was a demonstration: the runs are simulated," in ran.stdout
    assert "Yes: with Snapshots a result costs 18 % less." in ran.stdout
    assert "All 7 are gone from acme-genomics/fusion-benchmark." in ran.stdout
    assert "A demonstration: these runs are simulated" in (folder / "report/comparison.html").read_text()
    assert "acme/simulated-workflow: a demonstration</text>" in (folder / "report/prediction.svg").read_text()
    compared = json.loads((folder / "report/comparison.json").read_text())
    assert {name: arm["runs"] for name, arm in compared["arms"].items()} == dict.fromkeys(
        ("fusion_ondemand", "fusion_snapshots", "fusion_spot"), 8
    )
    assert [
        path.name for path in (folder / "fusion_snapshots").iterdir() if path.name in ("simulated", "template")
    ] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "my demo", "theirs"]
    assert list(home.iterdir()) == []


def test_no_folder_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    ran = demonstrate(tmp_path)
    said = f"demo: {tmp_path} exists already; name another folder, e.g. {tmp_path}-2\n"
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", said)


def test_what_is_missing_is_named_with_the_command_that_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "seqerakit" else name)
    with pytest.raises(UserError) as refused:
        demo.demonstrate(tmp_path / "new")
    assert str(refused.value) == (
        f"seqerakit not installed beside {sys.executable}. "
        "Run: uvx --from git+https://github.com/org/fusion-snapshots fusion-snapshots demo"
    )


@pytest.mark.parametrize(("made", "again"), [(False, "new"), (True, "new-2")])
def test_stopped_it_names_a_folder_that_is_free(
    made: bool, again: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(folder: Path, work: Path) -> None:
        if made:
            folder.mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_render", stop)
    with pytest.raises(StoppedError) as stopped:
        demo.demonstrate(tmp_path / "new")
    assert stopped.value.again == f"fusion-snapshots demo {tmp_path / again}"


@pytest.mark.parametrize("terminal", [True, False])
def test_a_browser_opens_from_a_terminal_alone(
    terminal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(demo, "_render", lambda folder, work: None)
    monkeypatch.setattr(demo, "_run_all", lambda place, folder: None)
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    monkeypatch.setenv("DISPLAY", ":0")
    demo.demonstrate(tmp_path / "new")
    pages = [(tmp_path / "new" / page).as_uri() for page in ("report/comparison.html", "report/prediction.svg")]
    assert opened == (pages if terminal else [])


def test_a_step_that_fails_ends_it_with_what_it_said(tmp_path: Path) -> None:
    place = demo.Place(tmp_path, Store(tmp_path), os.environ, count(1))
    with pytest.raises(UserError) as failed:
        demo._start(place, "json.tool", "missing.json")
    assert str(failed.value).startswith("json.tool missing.json ended with exit code ")
    assert "missing.json" in str(failed.value).splitlines()[-1]


def test_a_page_that_could_not_say_what_it_is_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report/comparison.html").write_text("<p>no head</p>")
    with pytest.raises(UserError, match=r"report/comparison\.html has no <header>, before which it would say"):
        demo._mark_pages(tmp_path)
