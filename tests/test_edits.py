"""Landing in a folder: edits stay, what is new comes in, and a run that is killed anywhere is completed by another."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fusion_snapshots.folder.edited import RECORD
from fusion_snapshots.template.edits import Landed, land
from fusion_snapshots.template.landing import copied_files
from fusion_snapshots.template.merge import Merged, merge_file
from fusion_snapshots.template.record import CHECKSUMS, Record, checksum_of, read_record
from fusion_snapshots.template.staging import staging_of

EXAMPLES = int(os.environ.get("EXAMPLES", "300"))
LINES = [f"line {number}" for number in range(12)]
FIRST = {name: "\n".join([name, *LINES, ""]) for name in ("env.sh", "launch/one.yml", "launch/two.yml", "params.yml")}
FIRST |= {"gone.yml": "gone\n", "old/gone.yml": "gone\n"}
SECOND = {name: text.replace("line 2", "new 2") for name, text in FIRST.items() if "gone" not in name}
SECOND |= {"params.yml": FIRST["params.yml"], "launch/three.yml": "three\n"}
THIRD = {name: text.replace("new 2", "newest 2") for name, text in SECOND.items()}
NOTHING = Landed(kept=[], waiting=[], returned=[], removed=[], left=[])


def render(folder: Path, files: Mapping[str, str]) -> None:
    """Render files as cookiecutter does once the pre-gen hook has made a place for them."""
    staging = staging_of(folder)
    shutil.rmtree(staging, ignore_errors=True)
    for name, text in files.items():
        path = staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def put(folder: Path, files: Mapping[str, str], *, skips: bool = False) -> Landed:
    render(folder, files)
    return land(folder, skips=skips)


def edit(path: Path, old: str, new: str) -> str:
    """Replace a text in a file and return the file's new text."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path.read_text()


def contents(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    assert put(path, FIRST) == NOTHING
    return path


def test_a_new_folder_holds_what_was_rendered_and_the_program(folder: Path) -> None:
    assert set(contents(folder)) == {*FIRST, *copied_files(), RECORD}
    assert {name: (folder / name).read_text() for name in FIRST} == FIRST
    assert put(folder, FIRST) == NOTHING


def test_edits_stay_where_they_are(folder: Path) -> None:
    merged = edit(folder / "env.sh", "line 9", "mine 9").replace("line 2", "new 2")
    nothing_new = edit(folder / "params.yml", "line 2", "mine 2")
    before = (folder / "params.yml").stat()
    assert put(folder, SECOND) == NOTHING._replace(kept=["env.sh", "params.yml"], removed=["gone.yml", "old/gone.yml"])
    assert (folder / "env.sh").read_text() == merged
    assert (folder / "params.yml").read_text() == nothing_new
    assert (folder / "params.yml").stat() == before
    assert (folder / "launch/one.yml").read_text() == SECOND["launch/one.yml"]
    # They stay for as long as nobody takes them back.
    assert put(folder, FIRST).kept == ["env.sh", "params.yml"]
    assert (folder / "env.sh").read_text() == FIRST["env.sh"].replace("line 9", "mine 9")
    edit(folder / "env.sh", "mine 9", "line 9")
    assert put(folder, SECOND).kept == ["params.yml"]


def test_edits_that_meet_what_is_new_lie_beside_it(folder: Path) -> None:
    mine = edit(folder / "launch/one.yml", "line 2", "mine 2")
    assert put(folder, SECOND).waiting == ["launch/one.yml.edited"]
    assert (folder / "launch/one.yml").read_text() == SECOND["launch/one.yml"]
    assert (folder / "launch/one.yml.edited").read_text() == mine
    # A second edit does not displace the first one; one that is the live file by now goes.
    edit(folder / "launch/one.yml", "new 2", "more 2")
    assert put(folder, FIRST).waiting == ["launch/one.yml.edited", "launch/one.yml.edited-2"]
    shutil.copy(folder / "launch/one.yml.edited", folder / "launch/one.yml")
    assert put(folder, FIRST).waiting == ["launch/one.yml.edited-2"]


def test_what_was_removed_comes_back(folder: Path) -> None:
    (folder / "env.sh").unlink()
    (folder / "launch/one.yml").write_text("")
    shutil.rmtree(folder / "schemas")
    assert put(folder, SECOND).returned == ["env.sh", "launch/one.yml", "schemas/"]
    assert (folder / "env.sh").read_text() == SECOND["env.sh"]
    assert {name for name in copied_files() if not (folder / name).exists()} == set()


def test_what_left_the_template_goes_unless_it_was_edited(folder: Path) -> None:
    (folder / "gone.yml").write_text("mine\n")
    (folder / "old/own.yml").write_text("mine\n")
    assert put(folder, SECOND) == NOTHING._replace(left=["gone.yml"], removed=["old/gone.yml"])
    assert (folder / "old/own.yml").exists()
    assert put(folder, SECOND) == NOTHING


def test_nothing_is_removed_through_a_link(folder: Path, tmp_path: Path) -> None:
    (folder / "old").rename(tmp_path / "elsewhere")
    (folder / "old").symlink_to(tmp_path / "elsewhere")
    assert put(folder, SECOND).left == ["old/gone.yml"]
    assert (tmp_path / "elsewhere/gone.yml").exists()


@pytest.mark.parametrize("name", ["schemas/launch.schema.json", "fusion_snapshots/checks/names.py"])
@pytest.mark.parametrize("how", ["changed", "added", "a link", "a folder"])
def test_the_program_is_set_aside_whole(folder: Path, name: str, how: str) -> None:
    part, path = name.split("/")[0], folder / name
    if how == "changed":
        path.write_text(path.read_text() + "\n")
    elif how == "added":
        path.with_name("own.py").write_text("")
    elif how == "a link":
        path.unlink()
        path.symlink_to("/nowhere")
    else:
        path.unlink()
        path.mkdir()
    mine = sorted(each.relative_to(folder / part) for each in (folder / part).rglob("*"))
    assert put(folder, FIRST) == NOTHING._replace(waiting=[f"{part}.edited"])
    assert (
        sorted(each.relative_to(folder / f"{part}.edited") for each in (folder / f"{part}.edited").rglob("*")) == mine
    )
    assert path.read_bytes() == copied_files()[name].read_bytes()


def test_what_python_caches_is_no_edit(folder: Path) -> None:
    for name in (
        "fusion_snapshots/__pycache__/tw.pyc",
        "fusion_snapshots/checks/__pycache__/a.pyc",
        "schemas/.DS_Store",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")
    assert put(folder, SECOND).waiting == []


def test_bytecode_of_an_older_program_is_not_taken_for_the_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, said = tmp_path / "folder", []
    for text in ("print(1)", "print(2)"):
        source = tmp_path / text
        source.write_text(text)
        program = {f"fusion_snapshots/{name}.py": source for name in ("kept", *(["gone"] * (text == "print(1)")))}
        monkeypatch.setattr("fusion_snapshots.template.edits.copied_files", program.copy)
        assert put(folder, FIRST) == NOTHING
        os.utime(folder / "fusion_snapshots/kept.py", (1, 1))  # within the same second, of one size
        command = [sys.executable, "-c", "import kept"]
        env = {"PYTHONPATH": str(folder / "fusion_snapshots")}
        said.append(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
        if text == "print(1)":
            subprocess.run([sys.executable, "-c", "import gone"], env=env, check=True, capture_output=True)
    assert said == ["1\n", "2\n"]
    assert [path.name.partition(".")[0] for path in folder.rglob("*.pyc")] == ["kept"]


def test_with_other_line_ends_nothing_is_edited(folder: Path) -> None:
    for name in (*FIRST, *copied_files()):
        (folder / name).write_bytes((folder / name).read_bytes().replace(b"\n", b"\r\n"))
    assert put(folder, SECOND) == NOTHING._replace(removed=["gone.yml", "old/gone.yml"])
    assert (folder / "env.sh").read_bytes() == SECOND["env.sh"].replace("\n", "\r\n").encode()


def test_modes_are_the_users(folder: Path) -> None:
    (folder / "env.sh").chmod(0o400)
    assert put(folder, SECOND).waiting == []
    assert (folder / "env.sh").stat().st_mode & 0o777 == 0o400
    assert (folder / "env.sh").read_text() == SECOND["env.sh"]


@pytest.mark.parametrize("kind", ["a link", "a folder"])
def test_what_is_no_file_lies_beside_the_new_one(folder: Path, tmp_path: Path, kind: str) -> None:
    (folder / "env.sh").unlink()
    if kind == "a folder":
        (folder / "env.sh").mkdir()
    else:
        (tmp_path / "elsewhere").write_text("mine")
        (folder / "env.sh").symlink_to(tmp_path / "elsewhere")
    assert put(folder, SECOND).waiting == ([] if kind == "a folder" else ["env.sh.edited"])
    assert (folder / "env.sh").read_text() == SECOND["env.sh"]
    assert kind == "a folder" or (tmp_path / "elsewhere").read_text() == "mine"


def test_skipping_leaves_what_is_there(folder: Path) -> None:
    mine = edit(folder / "env.sh", "line 9", "mine 9")
    (folder / "launch/two.yml").unlink()
    assert put(folder, SECOND, skips=True) == NOTHING._replace(returned=["launch/two.yml"])
    assert (folder / "env.sh").read_text() == mine
    assert (folder / "launch/one.yml").read_text() == FIRST["launch/one.yml"]
    assert (folder / "launch/three.yml").exists()
    assert (folder / "gone.yml").exists()
    # What was skipped is still known as it was rendered, or as edited since.
    assert put(folder, SECOND) == NOTHING._replace(kept=["env.sh"], removed=["gone.yml", "old/gone.yml"])
    assert (folder / "env.sh").read_text() == mine.replace("line 2", "new 2")


def test_a_file_skipped_in_the_way_of_a_new_one_is_kept_later(folder: Path) -> None:
    (folder / "launch/three.yml").write_text("mine\n")
    assert put(folder, SECOND, skips=True).waiting == []
    assert put(folder, SECOND).waiting == ["launch/three.yml.edited"]


def as_by_the_first_version(folder: Path) -> None:
    """Give a folder the record that version 0.1.0 kept, of the files it had."""
    names = [name for name in contents(folder) if not name.startswith(("fusion_snapshots/", RECORD))]
    lines = (f"{checksum_of((folder / name).read_bytes())}  {name}\n" for name in names)
    (folder / CHECKSUMS).write_text("".join(lines))
    (folder / RECORD).unlink()
    shutil.rmtree(folder / "fusion_snapshots")


def test_a_folder_of_the_first_version_is_taken_over(folder: Path) -> None:
    as_by_the_first_version(folder)
    mine = edit(folder / "env.sh", "line 9", "mine 9")
    (folder / "gone.yml").write_text("mine\n")
    assert put(folder, SECOND) == NOTHING._replace(
        waiting=["env.sh.edited"], removed=["old/gone.yml"], left=["gone.yml"]
    )
    assert (folder / "env.sh.edited").read_text() == mine
    assert (folder / "launch/one.yml").read_text() == SECOND["launch/one.yml"]
    assert not (folder / CHECKSUMS).exists()
    # From now on edits are merged.
    edit(folder / "env.sh", "line 9", "mine 9")
    assert put(folder, {**FIRST, "env.sh": FIRST["env.sh"]}).kept == ["env.sh"]


def test_an_edit_saved_while_files_land_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = FIRST["env.sh"].replace("line 9", "mine 9")

    def saved_meanwhile(name: str, ours: bytes | None, record: Record, theirs: bytes) -> Merged:
        if name == "env.sh" and ours == FIRST["env.sh"].encode():
            (folder / name).write_text(mine)
        return merge_file(name, ours, record, theirs)

    monkeypatch.setattr("fusion_snapshots.template.edits.merge_file", saved_meanwhile)
    assert put(folder, SECOND).kept == ["env.sh"]
    assert (folder / "env.sh").read_text() == mine.replace("line 2", "new 2")


def test_an_edit_saved_after_files_landed_is_kept_the_next_time(folder: Path) -> None:
    render(folder, SECOND)
    mine = edit(folder / "env.sh", "line 9", "mine 9")  # cookiecutter has rendered, nothing has landed
    assert land(folder).kept == ["env.sh"]
    assert read_record(folder).files["env.sh"].text == SECOND["env.sh"]
    assert put(folder, FIRST).kept == ["env.sh"]
    assert (folder / "env.sh").read_text() == mine


# Forks for each line it reads, a count and two folders: the child lands what is rendered in the first from the second,
# and kills itself before the nth change of any file in there. The child's status is printed.
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from fusion_snapshots.template import edits
from fusion_snapshots.template.staging import staging_of

def land(count, folder, rendered):
    def hook(event, args):
        nonlocal count
        if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod") or (
            event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR)
        ):
            count -= str(args[0]).startswith(folder)
            if not count:
                os.kill(os.getpid(), signal.SIGKILL)

    os.rename(rendered, staging_of(Path(folder)))
    sys.addaudithook(hook)
    edits.land(Path(folder))

copied = edits.copied_files()
edits.copied_files = lambda: {name: copied[name] for name in sys.argv[2:]}
for line in sys.stdin:
    child = os.fork()
    if not child:
        count, folder, rendered = line.rstrip().split("\t")
        land(int(count), folder, rendered)
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""
# A program of so few files that a run can be killed before each of its changes.
FEW = ("fusion_snapshots/__main__.py", "fusion_snapshots/checks/names.py", "schemas/launch.schema.json")


class Killer:
    """Lands what is rendered in processes that are killed."""

    def __init__(self) -> None:
        words = [sys.executable, "-B", "-c", KILLED, str(ROOT), *FEW]
        self.server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def land(self, folder: Path, files: Mapping[str, str], count: int) -> bool:
        """Land files in a folder unless its nth change comes first; tell whether the process was killed before it."""
        render(folder, files)
        assert self.server.stdin
        assert self.server.stdout
        self.server.stdin.write(f"{count}\t{folder}\t{staging_of(folder)}\n")
        status = int(self.server.stdout.readline())
        assert status in (0, signal.SIGKILL)
        for left in folder.glob(".rendering-*"):  # as the next run's pre-gen hook does
            shutil.rmtree(left)
        return bool(status)

    def everywhere(self, place: Path, start: Path, files: Mapping[str, str]) -> Iterator[Path]:
        """Yield the folder as a killed landing leaves it, for each of its changes in turn."""
        for count in itertools.count(1):
            folder = Path(shutil.copytree(start, place / str(count), symlinks=True))
            if not self.land(folder, files, count):
                assert count > 20
                return
            yield folder
            shutil.rmtree(folder)


@pytest.fixture(scope="module")
def killer() -> Iterator[Killer]:
    killer = Killer()
    yield killer
    killer.server.communicate()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder whose program is but a few files."""
    copied = {name: path for name, path in copied_files().items() if name in FEW}
    monkeypatch.setattr("fusion_snapshots.template.edits.copied_files", lambda: copied)
    path = tmp_path / "folder"
    put(path, FIRST)
    return path


def edits_of(folder: Path) -> dict[str, str]:
    """Make an edit of each kind in a folder and return the lines that may not be lost, by where they are typed."""
    mine = {
        name: f"mine of {name}" for name in ("env.sh", "launch/one.yml", "params.yml", "gone.yml", "schemas/own.json")
    }
    edit(folder / "env.sh", "line 9", mine["env.sh"])
    edit(folder / "launch/one.yml", "line 2", mine["launch/one.yml"])
    edit(folder / "params.yml", "line 2", mine["params.yml"])
    for name in ("gone.yml", "schemas/own.json"):
        (folder / name).write_text(mine[name])
    (folder / "launch/two.yml").unlink()
    return mine


@pytest.mark.parametrize("start", ["this version", "the first version"])
@pytest.mark.slow
def test_killed_anywhere_an_edit_has_one_name_or_the_other_and_another_run_completes(
    small: Path, tmp_path: Path, killer: Killer, start: str
) -> None:
    if start == "the first version":
        as_by_the_first_version(small)
    mine = edits_of(small)
    whole = Path(shutil.copytree(small, tmp_path / "whole"))
    put(whole, SECOND)
    for killed in killer.everywhere(tmp_path, small, SECOND):
        texts = b"\n".join(contents(killed).values()).decode()
        assert [name for name, line in mine.items() if line not in texts] == []
        put(killed, SECOND)
        assert contents(killed) == contents(whole)


def test_killed_anywhere_a_run_with_other_answers_takes_nothing_for_an_edit(
    small: Path, tmp_path: Path, killer: Killer
) -> None:
    whole = Path(shutil.copytree(small, tmp_path / "whole"))
    put(whole, THIRD)
    for killed in killer.everywhere(tmp_path, small, SECOND):
        put(killed, THIRD)
        assert contents(killed) == contents(whole)


@pytest.mark.slow
def test_killed_anywhere_a_new_folder_is_completed(small: Path, tmp_path: Path, killer: Killer) -> None:
    start = tmp_path / "new"
    start.mkdir()
    for killed in killer.everywhere(tmp_path, start, FIRST):
        assert put(killed, FIRST) == NOTHING
        assert contents(killed) == contents(small)


def scribble(folder: Path, random: Random, token: str) -> None:
    """Edit any one file as anybody might, adding a line that is found nowhere else."""
    name = random.choice([*FIRST, "own.yml", "launch/three.yml", FEW[0], FEW[2], "schemas/own.json"])
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    lines = path.read_bytes().decode().splitlines() if path.is_file() else []
    place = random.randrange(len(lines) + 1)
    lines[place : place + random.choice([0, 0, 1, 3])] = [token]
    ends = random.choice(["\n", "\n", "\n", "\r\n"])
    path.write_bytes((ends.join(lines) + random.choice(["", ends])).encode())


def lines_of(folder: Path) -> set[str]:
    """Return all lines of a folder's files but the record, whose lines no user reads."""
    files = {name: data for name, data in contents(folder).items() if name != RECORD}
    return {line for data in files.values() for line in data.decode().splitlines()}


@settings(max_examples=EXAMPLES // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_no_history_of_edits_renderings_and_kills_loses_a_line(killer: Killer, small: Path, random: Random) -> None:
    """Every line typed is there to the end, unless its user took it away; the last rendering comes in everywhere."""
    with tempfile.TemporaryDirectory() as name:
        folder, typed = Path(name, "folder"), set[str]()
        shutil.copytree(small, folder)
        for number in range(random.randrange(2, 12)):
            before = lines_of(folder)
            if random.random() < 0.6:
                scribble(folder, random, f"mine {number}")
                typed = {line for line in typed if line in lines_of(folder) or line not in before} | {f"mine {number}"}
            else:
                files = random.choice([FIRST, SECOND, THIRD])
                if random.random() < 0.5:
                    killer.land(folder, files, random.randrange(1, 60))
                else:
                    put(folder, files, skips=random.random() < 0.2)
            assert typed <= lines_of(folder)
        put(folder, SECOND)
        assert typed <= lines_of(folder)
        again = contents(folder)
        put(folder, SECOND)
        assert contents(folder) == again
