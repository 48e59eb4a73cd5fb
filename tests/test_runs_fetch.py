"""Fetching: each ended run once, whatever tw does; what is kept is whole, and nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from archives import documents, make_folder, pack, task
from conftest import ROOT

from fusion_snapshots.benchmark import Benchmark
from fusion_snapshots.errors import UserError
from fusion_snapshots.runs.fetch import Gathered, fetch_runs, fetching, gather_runs
from fusion_snapshots.runs.listed import read_runs

# Answers `runs view` and `runs dump` from a folder: <id>.json says what, <id>.tar.gz is the archive. It logs its calls.
TW = """\
#!{python}
import json, sys, time
from pathlib import Path
words = sys.argv[1:]
here = Path({here!r})
verb = words[words.index("runs") + 1]
run = words[words.index("-i" if verb == "dump" else "--id") + 1] if verb != "list" else ""
with (here / "calls").open("a") as calls:
    print(verb, run, file=calls)
if verb == "list":
    print(json.dumps({{"workflows": []}}))
    sys.exit()
known = json.loads((here / f"{{run}}.json").read_text())
if verb == "view":
    status = known["statuses"].pop(0) if len(known["statuses"]) > 1 else known["statuses"][0]
    (here / f"{{run}}.json").write_text(json.dumps(known))
    if status == "GONE":
        print("\\n ERROR: Forbidden", file=sys.stderr)
        sys.exit(1)
    print(json.dumps({{"general": {{"id": run, "status": status}}}}))
    sys.exit()
out = Path(words[words.index("-o") + 1])
assert "--silent" in words and words[words.index("-w") + 1] == "acme/ws" and out.name.endswith(".tar.gz")
out.write_bytes((here / f"{{run}}.tar.gz").read_bytes())
time.sleep(known.get("seconds", 0))
print(known.get("error", ""), file=sys.stderr)
sys.exit(known.get("code", 0))
"""


class Platform:
    """A folder of runs that the stand-in for tw answers from."""

    def __init__(self, here: Path) -> None:
        self.here = here
        (here / "bin").mkdir(parents=True)
        tw = here / "bin" / "tw"
        tw.write_text(TW.format(python=sys.executable, here=str(here)))
        tw.chmod(0o755)
        self.env = {"ORGANIZATION_NAME": "acme", "WORKSPACE_NAME": "ws", "PATH": f"{here / 'bin'}:{os.environ['PATH']}"}

    def add(self, identifier: str, archive: bytes | None = None, *statuses: str | None, **more: Any) -> None:
        told = {"statuses": list(statuses) or ["SUCCEEDED"], **more}
        (self.here / f"{identifier}.json").write_text(json.dumps(told))
        (self.here / f"{identifier}.tar.gz").write_bytes(pack(documents([task()])) if archive is None else archive)

    def calls(self, verb: str) -> list[str]:
        """Return of which runs tw was asked for something, in order."""
        path = self.here / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return sorted(line.partition(" ")[2] for line in lines if line.startswith(f"{verb} "))


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform(tmp_path / "platform")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one run on demand and one with Snapshots, of which nothing is kept."""
    folder = tmp_path / "folder"
    make_folder(folder, {"fusion_ondemand": [{"tasks": None}], "fusion_snapshots": [{"tasks": None}]})
    return folder


ONE, TWO = "1fusionondemand", "1fusionsnapshots"
Fetch = Callable[..., Gathered]


@pytest.fixture
def fetch(root: Path, platform: Platform) -> Fetch:
    return lambda *, wait=False: gather_runs(Benchmark(root, platform.env), wait=wait, every=0.01)


def kept(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "report" / "runs").iterdir())


def test_ended_runs_are_fetched_once(
    root: Path, platform: Platform, fetch: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.add(ONE)
    platform.add(TWO, pack(documents([task(), task()], status="FAILED")), "FAILED")
    for _ in range(2):
        runs, left_out = fetch()
        assert [(run.id, run.name, run.arm, run.status, len(run.tasks)) for run in runs] == [
            (ONE, "fusion_ondemand-1", "fusion_ondemand", "SUCCEEDED", 1),
            (TWO, "fusion_snapshots-1", "fusion_snapshots", "FAILED", 2),
        ]
        assert left_out == []
    assert platform.calls("dump") == platform.calls("view") == [ONE, TWO]
    assert kept(root) == [f"{ONE}.tar.gz", f"{TWO}.tar.gz"]
    assert "fetched 2 of 2 runs" in capsys.readouterr().out


def test_without_tw_what_is_kept_is_read(root: Path, platform: Platform, fetch: Fetch) -> None:
    platform.add(ONE)
    platform.add(TWO)
    fetch()
    assert len(gather_runs(Benchmark(root, platform.env | {"PATH": "/nowhere"}), wait=True, every=0.01).runs) == 2


def test_runs_under_way_and_deleted_ones_are_left_out(platform: Platform, fetch: Fetch) -> None:
    platform.add(ONE, None, "RUNNING")
    platform.add(TWO, None, "GONE")
    runs, left_out = fetch()
    assert runs == []
    assert [(item.row.id, item.status, item.under_way) for item in left_out] == [
        (ONE, "RUNNING", True),
        (TWO, "DELETED", False),
    ]
    assert platform.calls("dump") == []


@pytest.mark.parametrize(("status", "under_way"), [("PAUSED", True), ("UNKNOWN", False), (None, True)])
def test_a_state_that_is_not_known_leaves_that_run_out_alone(
    platform: Platform, fetch: Fetch, status: str | None, under_way: bool
) -> None:
    platform.add(ONE)
    platform.add(TWO, None, status)
    runs, left_out = fetch()
    assert [run.id for run in runs] == [ONE]
    assert [(item.row.id, item.status, item.under_way) for item in left_out] == [
        (TWO, status or "WITHOUT A STATE", under_way)
    ]
    assert platform.calls("dump") == [ONE]


def test_waiting_fetches_what_has_ended_meanwhile(platform: Platform, fetch: Fetch) -> None:
    platform.add(ONE)
    platform.add(TWO, None, "SUBMITTED", "RUNNING", "SUCCEEDED")
    assert [run.id for run in fetch(wait=True).runs] == [ONE, TWO]
    assert platform.calls("view") == [ONE, TWO, TWO, TWO]


def test_a_missing_log_makes_tw_fail_and_the_archive_no_worse(platform: Platform, fetch: Fetch) -> None:
    files = documents([task()])
    del files["nextflow.log"]
    platform.add(ONE, pack(files), code=1, error="\n ERROR: Not Found")
    platform.add(TWO)
    assert [run.id for run in fetch().runs] == [ONE, TWO]


def names_alone(name: str) -> bytes:
    return pack({name: documents([])[name]})


@pytest.mark.parametrize(
    ("archive", "more", "reason"),
    [
        (names_alone("service-info.json"), {"code": 1, "error": " ERROR: Forbidden"}, "Forbidden (the token's user may not see or do this, or it was deleted)"),
        (b"", {"code": 1, "error": "java.io.IOException: no such directory"}, "java.io.IOException: no such directory"),
        (pack(documents([task()], status="RUNNING")), {}, "its run is RUNNING, and not ended"),
        (pack(documents([task()], status=None)), {}, "its run is of no known status, and not ended"),
        (names_alone("workflow.json"), {}, "it holds no workflow-tasks.json"),
    ],
)  # fmt: skip
def test_what_is_no_archive_of_an_ended_run_does_not_count(
    root: Path, platform: Platform, fetch: Fetch, archive: bytes, more: dict[str, Any], reason: str
) -> None:
    platform.add(ONE)
    platform.add(TWO, archive, **more)
    with pytest.raises(UserError) as caught:
        fetch()
    assert str(caught.value) == (
        f"these runs could not be fetched:\n  fusion_snapshots-1 ({TWO}): tw runs dump: {reason}\n"
        "  Fetched and kept: 1 run. Fix that, or delete the rows of runs that are gone from report/runs.csv, then repeat the step"
    )
    assert caught.value.code == 1
    assert kept(root) == [f"{ONE}.tar.gz"]


def test_a_kept_archive_that_is_damaged_is_fetched_again(
    root: Path, platform: Platform, fetch: Fetch, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.add(ONE)
    platform.add(TWO)
    fetch()
    (root / "report" / "runs" / f"{TWO}.tar.gz").write_bytes(b"\x1f\x8b")
    assert len(fetch().runs) == 2
    assert platform.calls("dump") == [ONE, TWO, TWO]
    said = capsys.readouterr().err
    assert said == (
        f"report/runs/{TWO}.tar.gz is damaged, it cannot be read (Compressed file ended before the end-of-stream marker "
        "was reached); fusion_snapshots-1 is fetched again\n"
    )


def test_other_runs_take_no_part(root: Path, platform: Platform, fetch: Fetch) -> None:
    rows = root / "report" / "runs.csv"
    extra = [f"9{name},{name}-fusion-snapshots-1,acme_fusion_snapshots,x" for name in ("hello", "proof", "report")]
    rows.write_text(rows.read_text() + "\n".join([*extra, "9other,workflow,acme_plain,x", ""]))
    platform.add(ONE)
    platform.add(TWO)
    assert [run.id for run in fetch().runs] == [ONE, TWO]
    assert platform.calls("dump") == [ONE, TWO]


def test_an_id_that_is_none_is_no_path(root: Path, fetch: Fetch) -> None:
    rows = root / "report" / "runs.csv"
    rows.write_text(rows.read_text() + "../../x,workflow,acme_fusion_snapshots,x\n")
    with pytest.raises(UserError) as caught:
        fetch()
    assert str(caught.value) == "report/runs.csv: no run has the id '../../x'; an id is like 4nAbC1dEfGhIjK"


def test_more_runs_than_are_fetched_at_once(tmp_path: Path, platform: Platform) -> None:
    root = tmp_path / "many"
    identifiers = make_folder(root, {"fusion_ondemand": [{"tasks": None}] * 5, "fusion_spot": [{"tasks": None}] * 4})
    for identifier in identifiers:
        platform.add(identifier)
    assert [run.id for run in gather_runs(Benchmark(root, platform.env), wait=False, every=1).runs] == identifiers
    assert platform.calls("dump") == sorted(identifiers)


def test_ctrl_c_ends_every_tw_and_leaves_no_part(root: Path, platform: Platform) -> None:
    for identifier in (ONE, TWO):
        platform.add(identifier, seconds=600)
    script = (
        "import sys; from pathlib import Path; from fusion_snapshots.runs.fetch import gather_runs; from fusion_snapshots.benchmark import Benchmark\n"
        f"gather_runs(Benchmark(Path({str(root)!r}), {platform.env!r}), wait=False, every=1)"
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
    parts = root / "report" / "runs"
    deadline = time.monotonic() + 60
    while len(list(parts.glob(".part-*/*.tar.gz"))) < 2:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)  # and not the 600 seconds that tw takes
    assert kept(root) == []


def test_the_report_fetches_the_runs_it_names(root: Path, platform: Platform) -> None:
    platform.add(ONE)
    platform.add(TWO)
    rows = read_runs(root)[::-1]
    for _ in range(2):
        assert [run.id for run in fetch_runs(Benchmark(root, platform.env), rows)] == [TWO, ONE]
    assert platform.calls("dump") == [ONE, TWO]
    assert platform.calls("view") == []


def test_runs_are_fetched_while_their_states_are_asked_for(root: Path, platform: Platform) -> None:
    platform.add(ONE)
    platform.add(TWO, pack(documents([task()], status="RUNNING")), seconds=600)
    states: Future[dict[str, str]] = Future()
    with fetching(Benchmark(root, platform.env), read_runs(root), states) as finish:
        wait_for(lambda: platform.calls("dump") == [ONE, TWO] and f"{ONE}.tar.gz" in kept(root))
        states.set_result({ONE: "SUCCEEDED", TWO: "RUNNING"})  # so tw is stopped, which would take ten minutes
        assert list(finish()) == [ONE]
    assert kept(root) == [f"{ONE}.tar.gz"]
    with fetching(Benchmark(root, platform.env), read_runs(root)[:1], states) as finish:
        assert list(finish()) == [ONE]
    assert platform.calls("dump") == [ONE, TWO]


def test_where_states_cannot_be_had_nothing_is_waited_for(root: Path, platform: Platform) -> None:
    for identifier in (ONE, TWO):
        platform.add(identifier, b"", seconds=600)
    states: Future[dict[str, str]] = Future()
    with fetching(Benchmark(root, platform.env), read_runs(root), states):
        wait_for(lambda: platform.calls("dump") == [ONE, TWO])
        states.set_exception(UserError("gone"))
    assert kept(root) == []


def test_what_could_not_be_fetched_early_is_told_when_it_is_needed(root: Path, platform: Platform) -> None:
    platform.add(ONE)
    platform.add(TWO, b"", code=1, error=" ERROR: Forbidden")
    states: Future[dict[str, str]] = Future()
    states.set_result(dict.fromkeys([ONE, TWO], "SUCCEEDED"))
    benchmark, rows = Benchmark(root, platform.env), read_runs(root)
    with fetching(benchmark, rows, states) as finish:
        fetched = finish()
    assert list(fetched) == [ONE]
    with pytest.raises(
        UserError, match=rf"^these runs could not be fetched:\n  fusion_snapshots-1 \({TWO}\): tw runs dump: "
    ):
        fetch_runs(benchmark, rows, fetched)
    assert platform.calls("dump") == [ONE, TWO, TWO]


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_where_nothing_can_be_written_it_says_so(root: Path, platform: Platform, fetch: Fetch) -> None:
    platform.add(ONE)
    platform.add(TWO)
    (root / "report" / "runs").rmdir()
    (root / "report" / "runs").write_text("")
    with pytest.raises(UserError) as caught:
        fetch()
    assert (str(caught.value), caught.value.code) == ("report/runs: cannot be written: File exists", 1)
