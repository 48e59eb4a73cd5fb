"""A rendering that is killed, interrupted, short of disk or not alone: no edit is lost, and another run completes it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, ROOT, run, slow_after, variables
from test_generation import files_of, generate

from fusion_snapshots.folder.edited import unmerged

WORDS = [str(ROOT), "--no-input", "project_slug=one", *(f"{key}={value}" for key, value in ACME.items())]
OVER = [*WORDS, "-f", "aws_credentials=other"]
MINE = {name: f"# my {name}\n" for name in ("env.sh", "launch/hello.yml", "schemas/types.schema.json", "validate.py")}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder rendered by the command line; not to be changed."""
    place = tmp_path_factory.mktemp("rendered")
    assert generate(WORDS[0], place, *WORDS[2:]).returncode == 0
    return place / "one"


@pytest.fixture
def edited(rendered: Path, tmp_path: Path) -> Path:
    """A folder in which files were edited: one that changes in OVER, two that do not, and a schema."""
    shutil.copytree(rendered, tmp_path / "one")
    for name, text in MINE.items():
        (tmp_path / "one" / name).write_text(text)
    return tmp_path / "one"


def check_edits(folder: Path) -> None:
    """Check that each edit is there under one name or another."""
    texts = {path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {text.encode() for text in MINE.values()} <= texts


def check_completed(folder: Path) -> None:
    """Run OVER again and check that it leaves what it would have left at once."""
    for _ in range(2):
        ran = generate(OVER[0], folder.parent, *OVER[2:])
        assert ran.returncode == 0, ran.stderr
        check_edits(folder)
        assert variables(folder)["AWS_CREDENTIALS"] == "other"
        assert unmerged(folder) == ["env.sh.edited", "schemas.edited"]
        assert sorted(name for name in files_of(folder) if name.startswith(".")) == [".gitignore", ".rendered.json"]
        for name in ("launch/hello.yml", "validate.py"):
            assert (folder / name).read_text() == MINE[name]


def start(folder: Path, words: list[str]) -> subprocess.Popen[str]:
    """Start cookiecutter beside a folder."""
    env = {**os.environ, "HOME": str(folder.parent / "home")}
    command, quiet = [str(COOKIECUTTER), *words], subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder.parent, env=env, text=True, stdout=quiet, stderr=subprocess.PIPE)


def wait_for(process: subprocess.Popen[str], happens: Callable[[], object]) -> None:
    """Wait until something happens while a process runs."""
    while not happens():
        assert process.poll() is None, process.communicate()[1]


# Kills itself before the nth change of any file in a folder, while it is cookiecutter.
KILLED = """
import os, signal, sys
count, folder = int(sys.argv[1]), sys.argv[2]
def hook(event, args):
    global count
    if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod") or (
        event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR)
    ):
        count -= os.path.abspath(str(args[0])).startswith(folder + os.sep)
        if not count:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
sys.argv = ["cookiecutter", *sys.argv[3:]]
from cookiecutter.__main__ import main
main(prog_name="cookiecutter")
"""


def killed_at(changes: int, folder: Path, words: list[str]) -> int:
    """Render in a process that is killed before its nth change of any file in a folder; return its exit code."""
    command = [sys.executable, "-c", KILLED, str(changes), str(folder), *words]
    return run(list(command), cwd=folder.parent, env={"HOME": str(folder.parent / "home")}).returncode


@pytest.mark.parametrize("changes", slow_after(1, [60, 110, 1, 20, 40, 80, 90, 100]))
def test_killed_over_a_folder(edited: Path, changes: int) -> None:
    assert killed_at(changes, edited, OVER) == -signal.SIGKILL
    check_edits(edited)
    check_completed(edited)


@pytest.mark.parametrize("changes", slow_after(1, [100, 200, 1, 20, 60, 150]))
def test_killed_in_a_new_folder(tmp_path: Path, changes: int) -> None:
    assert killed_at(changes, tmp_path / "one", WORDS) == -signal.SIGKILL
    ran = generate(WORDS[0], tmp_path, *WORDS[2:], "-f")
    assert ran.returncode == 0, ran.stderr
    assert not re.search("edit|Missing|No longer", ran.stdout)
    (tmp_path / "new").mkdir()
    assert generate(WORDS[0], tmp_path / "new", *WORDS[2:]).returncode == 0
    one, new = tmp_path / "one", tmp_path / "new/one"
    assert {n: (one / n).read_bytes() for n in files_of(one)} == {n: (new / n).read_bytes() for n in files_of(new)}


@pytest.mark.parametrize("number", slow_after(1, [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]))
def test_interrupted_over_a_folder(edited: Path, number: signal.Signals) -> None:
    process = start(edited, OVER)
    wait_for(process, lambda: list(edited.glob(".rendering-*/*")))
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors
    assert not list(edited.glob(".rendering-*"))
    check_edits(edited)
    check_completed(edited)


def test_interrupted_in_a_new_folder(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    process = start(folder, WORDS)
    wait_for(process, lambda: list(folder.glob(".rendering-*/*")))
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in errors
    said = "one is not complete; running again completes it, and keeps what you had edited. To resume: "
    (command,) = [line.removeprefix(said) for line in errors.splitlines() if line.startswith(said)]
    ran = run([*command.split()], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert ran.returncode == 0, ran.stderr
    assert variables(folder)["AWS_REGION"] == "eu-west-1"


@pytest.mark.slow
def test_an_edit_saved_while_a_folder_is_rendered_over(edited: Path) -> None:
    (edited / "env.sh").unlink()
    assert generate(WORDS[0], edited.parent, *WORDS[2:], "-f").returncode == 0
    mine = (edited / "env.sh").read_text() + "# saved meanwhile\n"
    process = start(edited, OVER)
    wait_for(process, lambda: list(edited.glob(".rendering-*/env.sh")))
    (edited / "env.sh").write_text(mine)
    assert process.wait(timeout=60) == 0
    for credentials in ("other", "third"):
        texts = [path.read_text() for path in edited.glob("env.sh*")]
        assert [text for text in texts if text.endswith("# saved meanwhile\n")]
        ran = generate(OVER[0], edited.parent, *OVER[2:-1], f"aws_credentials={credentials}")
        assert ran.returncode == 0, ran.stderr
        assert variables(edited)["AWS_CREDENTIALS"] == credentials


@pytest.mark.slow
def test_two_generations_over_one_folder_at_once(edited: Path) -> None:
    for process in [start(edited, OVER) for _ in range(2)]:
        process.communicate(timeout=60)
    check_edits(edited)
    ran = generate(OVER[0], edited.parent, *OVER[2:])
    assert ran.returncode == 0, ran.stderr
    assert variables(edited)["AWS_CREDENTIALS"] == "other"
    check_edits(edited)
    assert {name.partition(".edited")[0] for name in unmerged(edited)} == {"env.sh", "schemas"}


def test_a_second_generation_leaves_the_first_one_alone(tmp_path: Path) -> None:
    first = start(tmp_path / "one", WORDS)
    wait_for(first, (tmp_path / "one").exists)
    first.send_signal(signal.SIGSTOP)
    second = run([COOKIECUTTER, *WORDS], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 1
    assert "already exists in" in second.stderr
    assert first.wait(timeout=60) == 0
    assert (tmp_path / "one/.rendered.json").is_file()


def on_small_disk(kibibytes: int, script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a bash script in a directory on a disk of its own, of so many KiB; what it is to keep, it copies to $KEEP."""
    place, keep, elsewhere = tmp_path / "disk", tmp_path / "keep", tmp_path / "elsewhere"
    for folder in (place, keep, elsewhere):
        folder.mkdir(parents=True)
    # A file system of its own takes root, or a user namespace in which one is root.
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    mount = f'mount -t tmpfs -o size={kibibytes}k tmpfs . && cd . && cd "$PWD"'
    if not shutil.which("unshare") or run([*alone, "bash", "-c", mount], cwd=place).returncode:
        pytest.skip("this system lets nobody mount a tmpfs")
    places = {"HOME": str(tmp_path / "home"), "TMPDIR": str(elsewhere), "KEEP": str(keep)}
    env = {**places, "BAKE": f"{COOKIECUTTER} {ROOT} --no-input"}
    return run([*alone, "bash", "-c", f"{mount}\n{script}"], cwd=place, env=env)


# The disk is full at once, while files are rendered, while they land, and at the record, the last file of all.
@pytest.mark.parametrize("kibibytes", slow_after(1, [250, 4, 100, 380, None]))
def test_a_new_folder_on_a_disk_too_small(tmp_path: Path, kibibytes: int | None) -> None:
    if not kibibytes:
        assert generate(str(ROOT), tmp_path, "project_slug=one").returncode == 0
        pages = [-(-path.stat().st_size // 4096) for path in (tmp_path / "one").rglob("*") if path.is_file()]
        kibibytes = 4 * (sum(pages) - 1)
        shutil.rmtree(tmp_path / "one")
    ran = on_small_disk(kibibytes, "$BAKE project_slug=one; code=$?; cp -r . $KEEP; exit $code", tmp_path)
    assert ran.returncode == 1
    assert re.search(r"^Stopped at /.*: No space left on device\.$", ran.stderr, re.M)
    assert "Traceback" not in ran.stdout + ran.stderr
    last = ran.stderr.strip().splitlines()[-1]
    assert last.startswith("one is not complete; running again completes it, ")
    command = last.partition("To resume: ")[2].split()
    again = run([*command], cwd=tmp_path / "keep", env={"HOME": str(tmp_path / "home")})
    assert again.returncode == 0, again.stderr
    assert not re.search("edits|Missing|No longer", again.stdout)
    assert variables(tmp_path / "keep/one")["AWS_REGION"] == "us-east-1"


@pytest.mark.slow
def test_a_disk_that_fills_up_loses_no_edit(tmp_path: Path) -> None:
    script = """
    $BAKE project_slug=one >/dev/null || exit 9
    echo "# mine" >> one/env.sh
    dd if=/dev/zero of=fill bs=1k status=none
    $BAKE project_slug=one -f aws_region=eu-west-1; code=$?
    rm fill; cp -r one $KEEP
    exit $code
    """
    ran = on_small_disk(2000, script, tmp_path)
    assert ran.returncode == 1
    stopped, last = ran.stderr.strip().splitlines()[-2:]
    assert re.fullmatch(r"Stopped at /.*/one(/.*)?: No space left on device\.", stopped)
    assert last.startswith(
        "one is not complete; running again completes it, and keeps what you had edited. To resume: "
    )
    assert "Traceback" not in ran.stdout + ran.stderr
    folder = tmp_path / "keep/one"
    assert (folder / "env.sh").read_text().endswith("# mine\n")

    command = last.partition("To resume: ")[2].split()
    again = run([*command], cwd=tmp_path / "keep", env={"HOME": str(tmp_path / "home")})
    assert again.returncode == 0, again.stderr
    assert variables(folder)["AWS_REGION"] == "eu-west-1"
    assert (folder / "env.sh").read_text().endswith("# mine\n")
    assert unmerged(folder) == []


def test_answers_on_a_full_disk_are_kept_elsewhere_and_the_old_ones_stay(tmp_path: Path) -> None:
    script = """
    $BAKE max_cpus=x; cp fusion-snapshots-answers.yml $KEEP/before
    dd if=/dev/zero of=fill bs=1k status=none
    $BAKE --config-file fusion-snapshots-answers.yml labels=x
    cp fusion-snapshots-answers.yml $KEEP/after; ls -A > $KEEP/names
    """
    ran = on_small_disk(60, script, tmp_path)
    assert (tmp_path / "keep/before").read_text() == (tmp_path / "keep/after").read_text() != ""
    assert (tmp_path / "keep/names").read_text().split() == ["fill", "fusion-snapshots-answers.yml"]
    (kept,) = (tmp_path / "elsewhere").glob("fusion-snapshots-answers-*.yml")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert f"Correct the answers in {kept}, then: " in ran.stdout
    assert yaml.safe_load(kept.read_text())["default_context"]["labels"] == "x"
