"""Fifty accounts are one command: a folder from each file of answers."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ACME, ROOT, run, variables
from test_generation import files_of, generate

SLUG = "fusion-snapshots-fusion-benchmark_eu-west-1"
ACCOUNTS = ROOT / "render_accounts.py"


def render(cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, ACCOUNTS, *words], cwd=cwd, env={"HOME": str(cwd / "home")})


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    folder = tmp_path / "accounts"
    folder.mkdir()
    for region in ("eu-west-1", "us-east-1", "ap-south-1"):
        answers = {**ACME, "aws_region": region, "aws_work_dir": f"s3://acme-{region}/work"}
        (folder / f"{region}.yml").write_text(yaml.safe_dump({"default_context": answers}))
    return folder


def states(stdout: str) -> dict[str, str]:
    lines = [line.split() for line in stdout.splitlines() if re.match("(rendered|unchanged|refused) ", line)]
    return {line[1]: line[0] for line in lines}


def test_one_folder_per_account(accounts: Path, tmp_path: Path) -> None:
    ran = render(tmp_path, *map(str, accounts.iterdir()), "-o", "out")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert states(ran.stdout) == dict.fromkeys(("eu-west-1.yml", "us-east-1.yml", "ap-south-1.yml"), "rendered")
    assert ran.stdout.splitlines()[-1] == "3 rendered, 0 unchanged, 0 refused"
    for region in ("eu-west-1", "us-east-1", "ap-south-1"):
        folder = tmp_path / f"out/fusion-snapshots-fusion-benchmark_{region}"
        assert variables(folder)["AWS_WORK_DIR"] == f"s3://acme-{region}/work"
    assert not list(tmp_path.glob("*answers.yml"))

    # The same as cookiecutter's own command line renders.
    assert generate(str(ROOT), tmp_path, "--config-file", str(accounts / "eu-west-1.yml")).returncode == 0
    one, other = tmp_path / SLUG, tmp_path / "out" / SLUG
    assert {n: (one / n).read_bytes() for n in files_of(one)} == {n: (other / n).read_bytes() for n in files_of(other)}

    text = (accounts / "us-east-1.yml").read_text()
    (accounts / "us-east-1.yml").write_text(text.replace("acme-aws", "other"))
    ran = render(tmp_path, *map(str, accounts.iterdir()), "-o", "out")
    assert states(ran.stdout)["us-east-1.yml"] == "rendered"
    assert ran.stdout.splitlines()[-1] == "1 rendered, 2 unchanged, 0 refused"


def test_a_refused_account_does_not_stop_the_others(accounts: Path, tmp_path: Path) -> None:
    (accounts / "bad.yml").write_text("default_context:\n  aws_region: nowhere\n  max_cpus: 0\n")
    (accounts / "empty.yml").write_text("")
    (accounts / "typo.yml").write_text("default_context:\n  aws_regoin: eu-west-1\n")
    (accounts / "broken.yml").write_text("default_context: [\n")
    (accounts / "folder.yml").mkdir()
    shutil.copy(accounts / "eu-west-1.yml", accounts / "twice.yml")
    ran = render(tmp_path, *map(str, accounts.iterdir()), "-o", "out")
    assert ran.returncode == 1
    refused = [name for name, state in states(ran.stdout).items() if state == "refused"]
    assert sorted(refused) == ["bad.yml", "broken.yml", "empty.yml", "folder.yml", "twice.yml", "typo.yml"]
    assert "           aws_region: 'nowhere' must be an AWS region" in ran.stdout
    assert "           max_cpus: '0' must be a whole number from 1 to 999999" in ran.stdout
    assert "holds no answers: it needs default_context:" in ran.stdout
    assert "did you mean aws_region?" in ran.stdout
    assert f"is the folder of {accounts / 'eu-west-1.yml'}, too; give one of them another" in ran.stdout
    assert "Unable to parse YAML file" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1] == "3 rendered, 0 unchanged, 6 refused"


def test_the_recipe_names_an_output_directory_that_is_a_file(accounts: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    ran = render(tmp_path, str(accounts / "eu-west-1.yml"), "-o", "file")
    assert ran.returncode == 2
    assert ran.stderr == f"render_accounts.py: {tmp_path / 'file'}: File exists; choose another --output-dir\n"


def test_edits_are_kept_by_the_recipe_too(accounts: Path, tmp_path: Path) -> None:
    file, folder = accounts / "eu-west-1.yml", tmp_path / "out" / SLUG
    render(tmp_path, str(file), "-o", "out")
    mine = (folder / "env.sh").read_text() + "# mine\n"
    (folder / "env.sh").write_text(mine)
    assert states(render(tmp_path, str(file), "-o", "out").stdout) == {"eu-west-1.yml": "unchanged"}
    assert (folder / "env.sh").read_text() == mine
    (folder / "README.md").write_text("mine\n")
    file.write_text(file.read_text().replace("acme-aws", "other"))
    ran = render(tmp_path, str(file), "-o", "out")
    assert (
        ran.stdout
        == f"""rendered   eu-west-1.yml  {folder}
           README.md.edited: your edits wait there; take over what you need
1 rendered, 0 unchanged, 0 refused
"""
    )
    assert (folder / "env.sh").read_text() == mine.replace("acme-aws", "other")
    assert (folder / "README.md.edited").read_text() == "mine\n"


def test_a_progress_bar_on_a_terminal(accounts: Path, tmp_path: Path) -> None:
    import pexpect

    env = {**os.environ, "HOME": str(tmp_path / "home"), "TERM": "xterm", "COLUMNS": "300"}
    command = f"{sys.executable} {ACCOUNTS} {accounts / 'eu-west-1.yml'} -o {tmp_path / 'out'}"
    said = pexpect.run(command, env=env, encoding="utf-8", timeout=60)
    assert "Rendering" in said
    assert "100%" in said
