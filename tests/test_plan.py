"""make plan shows what is then sent, and sends nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from backends import Platform
from conftest import WORKSPACE, run
from steps import SNAPSHOTS, done, make, refused, step

from fusion_snapshots.plan import _lines_of
from fusion_snapshots.platform.seqerakit import Command


def test_it_shows_every_command_with_its_variables_filled_in(folder: Path, platform: Platform) -> None:
    ran = done(make(folder, platform, "plan", TOWER_ACCESS_TOKEN=""))
    assert "$" not in ran.stdout.partition("# compute-envs/")[2]
    env = f"    --name {SNAPSHOTS} \\\n    --workspace {WORKSPACE} \\\n    --credentials acme-aws \\\n"
    assert f"tw compute-envs add aws-batch forge \\\n{env}" in ran.stdout
    assert "    --description 'Hello world, a smoke test of the compute environments' \\\n" in ran.stdout
    assert re.search(
        r'    # PARAMS: outdir: "s3://acme-fusion/results/fusion_ondemand/hello-fusion-ondemand-\d{8}-\d{6}-[a-z0-9]{6}"\n',
        ran.stdout,
    )
    assert ran.stdout.endswith("Nothing was sent. PARAMS stands for a temporary file that seqerakit writes.\n")
    files = {path.relative_to(folder).as_posix() for path in folder.glob("*/*.yml")} - {"report/params.yml"}
    assert set(re.findall(r"^# (\S+\.yml)$", ran.stdout, re.M)) == files
    assert platform.calls() == []


def test_it_is_commands_that_tw_takes(folder: Path, platform: Platform) -> None:
    done(step(folder, platform, "compute-envs"))
    ran = done(step(folder, platform, "plan"))
    commands = "tw pipelines add" + ran.stdout.partition("tw pipelines add")[2].partition("# launch/")[0]
    env = platform.env | {"TOWER_API_ENDPOINT": platform.env.get("TOWER_API_ENDPOINT", "https://api.cloud.seqera.io")}
    done(run(["bash", "-euc", commands], cwd=folder, env=env))
    assert len(platform.all("pipelines")) == 3


def test_no_temporary_file_stays(folder: Path, platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    done(step(folder, platform, "plan", TMPDIR=str(tmp_path / "tmp")))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_without_seqerakit_it_says_how_to_get_it(folder: Path, platform: Platform, programs: Path) -> None:
    message = "plan: seqerakit is not installed; run: make setup"
    refused(step(folder, platform, "plan", PATH=str(programs)), 2, message)


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("tw pipelines add", ["tw pipelines add"]),
        ("tw launch demo --name x", ["tw launch demo", "--name x"]),
        ("tw launch --name x --wave --config c", ["tw launch", "--name x", "--wave", "--config c"]),
        ("tw add --name x https://x.test", ["tw add", "--name x", "https://x.test"]),
        ("tw add --wave x y", ["tw add", "--wave x", "y"]),
    ],
)
def test_an_option_a_line(words: str, lines: list[str]) -> None:
    assert _lines_of(Command(words.split(), "")) == " \\\n    ".join(lines)


def test_what_a_shell_would_split_is_quoted() -> None:
    assert _lines_of(Command(["tw", "x", "--name", "a b"], "")) == "tw x \\\n    --name 'a b'"
