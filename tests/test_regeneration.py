"""The next account is one command away, nothing edited is ever lost, and fifty accounts are one command more."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, QUESTIONS, ROOT, run, variables
from test_generation import files_of, generate

SLUG = "fusion-snapshots-fusion-benchmark_eu-west-1"
ACCOUNTS = ROOT / "render_accounts.py"
WORDS = [f"{key}={value}" for key, value in ACME.items()]


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A folder rendered by the command line into tmp_path."""
    ran = generate(str(ROOT), tmp_path, *WORDS)
    assert ran.returncode == 0, ran.stderr
    return tmp_path / SLUG


def again(folder: Path, *words: str, flags: tuple[str, ...] = ("-f",)) -> subprocess.CompletedProcess[str]:
    config = ["--config-file", str(folder / "answers.yml")]
    return generate(str(ROOT), folder.parent, *flags, *config, *words)


def test_answers_are_a_configuration_with_a_comment_each(first: Path) -> None:
    text = (first / "answers.yml").read_text()
    kept = yaml.safe_load(text)["default_context"]
    derived = {"aws_compute_env_allowed_buckets", "pipeline_outdir_prefix", "compute_env_prefix", "project_slug"}
    assert set(kept) == set(QUESTIONS) - derived
    assert {key: kept[key] for key in ACME} == ACME
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if re.match(r'  (# )?[a-z_]+: "', line):
            assert lines[number - 1].startswith("  # "), line


def test_version_and_commit_are_recorded(first: Path) -> None:
    (line,) = [line for line in (first / "answers.yml").read_text().splitlines() if line.startswith("# Template: ")]
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.M)
    assert version
    assert line.startswith(f"# Template: fusion-snapshots {version[1]}")
    if (ROOT / ".git").exists():
        head = run(["git", "-C", ROOT, "rev-parse", "HEAD"]).stdout.strip()
        assert re.fullmatch(rf"# Template: .*, commit {head}(, changed since)?", line)


def test_the_old_answers_are_the_defaults_when_asked_again(first: Path, tmp_path: Path) -> None:
    import pexpect

    env = {**os.environ, "HOME": str(tmp_path / "home"), "TERM": "dumb", "COLUMNS": "400", "LINES": "50"}
    command = [str(ROOT), "--config-file", str(first / "answers.yml")]
    with pexpect.spawn(
        str(COOKIECUTTER), command, cwd=str(tmp_path), env=env, encoding="utf-8", timeout=30, dimensions=(50, 400)
    ) as child:
        for number, question in enumerate(QUESTIONS, 1):
            child.expect_exact(f"[{number}/{len(QUESTIONS)}]")
            if question in ACME:
                child.expect_exact(f"({ACME[question]}): ")
            child.sendline("us-east-1" if question == "aws_region" else "")
        child.expect_exact("is ready. Next:")
        child.expect(pexpect.EOF)
    assert variables(tmp_path / "fusion-snapshots-fusion-benchmark_us-east-1")["AWS_CREDENTIALS"] == "acme-aws"


def test_another_account_follows_where_nothing_was_overridden(first: Path) -> None:
    new = ["aws_region=us-west-2", "aws_work_dir=s3://acme-west/scratch", "aws_credentials=acme-west"]
    ran = again(first, *new, flags=())
    assert ran.returncode == 0, ran.stderr
    second = first.parent / "fusion-snapshots-fusion-benchmark_us-west-2"
    exported = variables(second)
    assert exported["COMPUTE_ENV_PREFIX"] == "fusion-benchmark_us-west-2"
    assert exported["AWS_COMPUTE_ENV_ALLOWED_BUCKETS"] == "s3://acme-west"
    assert exported["PIPELINE_OUTDIR_PREFIX"] == "s3://acme-west/results"
    # The preset is resolved anew: c8id is offered in us-west-2 and not in eu-west-1.
    name = "compute-envs/aws_fusion_snapshots.yml"
    assert "c8id.4xlarge" in (second / name).read_text()
    assert "c8id.4xlarge" not in (first / name).read_text()


OVERRIDDEN = {
    "aws_compute_env_allowed_buckets": ("s3://acme-fusion,s3://acme-more", "AWS_COMPUTE_ENV_ALLOWED_BUCKETS"),
    "pipeline_outdir_prefix": ("s3://acme-out/here", "PIPELINE_OUTDIR_PREFIX"),
    "compute_env_prefix": ("acme", "COMPUTE_ENV_PREFIX"),
    "project_slug": ("ours", ""),
    "snapshots_instance_types": ("c6id.8xlarge", ""),
}


@pytest.mark.parametrize("question", OVERRIDDEN)
def test_an_overridden_answer_stays(tmp_path: Path, question: str) -> None:
    value, variable = OVERRIDDEN[question]
    ran = generate(str(ROOT), tmp_path, *WORDS, f"{question}={value}")
    assert ran.returncode == 0, ran.stderr
    (folder,) = (path.parent for path in tmp_path.glob("*/answers.yml"))
    ran = again(folder, "aws_region=us-west-2", "aws_work_dir=s3://acme-west/scratch")
    assert ran.returncode == 0, ran.stderr
    newest = max(tmp_path.glob("*/answers.yml"), key=lambda path: path.stat().st_mtime_ns).parent
    assert yaml.safe_load((newest / "answers.yml").read_text())["default_context"][question] == value
    if variable:
        assert variables(newest)[variable] == value
    if question == "compute_env_prefix":
        assert newest.name == "fusion-snapshots-acme"


def test_rendering_again_changes_nothing(first: Path) -> None:
    before = {name: (first / name).read_bytes() for name in files_of(first)}
    ran = again(first)
    assert ran.returncode == 0, ran.stderr
    assert {name: (first / name).read_bytes() for name in files_of(first)} == before
    assert "You had edited" not in ran.stdout


def test_edits_are_kept_beside_the_new_files(first: Path) -> None:
    edits = ["env.sh", "launch/hello.yml", "validate.py", "schemas/launch.schema.json", "report/samplesheet.csv"]
    for name in edits:
        path = first / name
        path.write_text(path.read_text() + ("\n" if name.endswith(".json") else "# mine\n"))
    (first / "notes.txt").write_text("mine")
    (first / "schemas/own.json").write_text("{}")
    mine = {name: (first / name).read_bytes() for name in edits}
    ran = again(first, "aws_credentials=other")
    assert ran.returncode == 0, ran.stderr
    for name in edits:
        assert (first / f"{name}.edited").read_bytes() == mine[name]
        assert (first / name).read_bytes() != mine[name]
        assert f"  diff -u {name}.edited {name}" in ran.stdout.splitlines()
    assert (first / "notes.txt").read_text() == "mine"
    assert (first / "schemas/own.json").read_text() == "{}"
    assert variables(first)["AWS_CREDENTIALS"] == "other"

    # A second edit of the same file does not displace the first one.
    (first / "env.sh").write_text("# mine, again\n")
    ran = again(first)
    assert (first / "env.sh.edited").read_bytes() == mine["env.sh"]
    assert (first / "env.sh.edited-2").read_text() == "# mine, again\n"
    assert "  diff -u env.sh.edited-2 env.sh" in ran.stdout


def test_an_edit_that_is_what_is_rendered_now_is_not_kept_twice(first: Path) -> None:
    text = (first / "env.sh").read_text()
    (first / "env.sh").write_text(text.replace("'acme-aws'", "'other'"))
    ran = again(first, "aws_credentials=other")
    assert ran.returncode == 0
    assert "You had edited" not in ran.stdout
    assert not (first / "env.sh.edited").exists()


def test_a_file_of_the_users_in_the_way_of_a_new_one_is_kept(first: Path) -> None:
    manifest = first / ".rendered.sha256"
    lines = [line for line in manifest.read_text().splitlines() if not line.endswith("  requirements.txt")]
    manifest.write_text("\n".join(lines) + "\n")
    (first / "requirements.txt").write_text("mine")
    assert again(first).returncode == 0
    assert (first / "requirements.txt.edited").read_text() == "mine"


def test_a_link_is_moved_aside_and_not_written_through(first: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.sh"
    target.write_text("mine")
    (first / "env.sh").unlink()
    (first / "env.sh").symlink_to(target)
    assert again(first).returncode == 0
    assert target.read_text() == "mine"
    assert (first / "env.sh.edited").is_symlink()
    assert not (first / "env.sh").is_symlink()


def test_a_linked_folder_is_moved_aside_and_not_written_through(first: Path, tmp_path: Path) -> None:
    (first / "compute-envs").rename(tmp_path / "elsewhere")
    (first / "compute-envs").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/aws_fusion_ondemand.yml").write_text("# mine\n")
    assert again(first).returncode == 0
    assert (tmp_path / "elsewhere/aws_fusion_ondemand.yml").read_text() == "# mine\n"
    assert (first / "compute-envs.edited").is_symlink()
    assert not (first / "compute-envs").is_symlink()


def test_files_that_only_look_like_kept_ones_are_not_touched(first: Path) -> None:
    for name in ("env.sh.edited-by-me", "env.sh.edited.bak", "notes.edited"):
        shutil.copy(first / "env.sh", first / name)
    shutil.copy(first / "env.sh", first / "env.sh.edited-7")
    assert again(first).returncode == 0
    assert (first / "env.sh.edited-by-me").is_file()
    assert (first / "env.sh.edited.bak").is_file()
    assert (first / "notes.edited").is_file()
    assert not (first / "env.sh.edited-7").exists()


def test_a_damaged_manifest_loses_nothing(first: Path) -> None:
    manifest = first / ".rendered.sha256"
    manifest.write_bytes(b"\xff\n<<<<<<< ours\n" + manifest.read_bytes())
    (first / "env.sh").write_text("# mine\n")
    ran = again(first)
    assert ran.returncode == 0, ran.stderr
    assert (first / "env.sh.edited").read_text() == "# mine\n"
    assert "No longer part" not in ran.stdout


def test_another_repositorys_variables_do_not_change_the_commit(first: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path / "other"], check=True)
    before = (first / "answers.yml").read_text()
    env = {"HOME": str(tmp_path / "home"), "GIT_DIR": str(tmp_path / "other/.git")}
    assert run([COOKIECUTTER, ROOT, "--no-input", "-f", *WORDS], cwd=tmp_path, env=env).returncode == 0
    assert (first / "answers.yml").read_text() == before


def test_skip_existing_leaves_edits_in_place(first: Path) -> None:
    (first / "env.sh").write_text((first / "env.sh").read_text() + "# mine\n")
    (first / "validate.py").write_text((first / "validate.py").read_text() + "# mine\n")
    (first / "launch/hello.yml").unlink()
    ran = again(first, "aws_credentials=other", flags=("-f", "-s"))
    assert ran.returncode == 0, ran.stderr
    assert (first / "env.sh").read_text().endswith("# mine\n")
    assert (first / "launch/hello.yml").is_file()
    # cookiecutter copies scripts in spite of -s.
    assert (first / "validate.py.edited").read_text().endswith("# mine\n")
    # What was skipped is still known as edited, or as rendered with the old answers.
    ran = again(first, "aws_credentials=other")
    assert (first / "env.sh.edited").read_text().endswith("# mine\n")
    assert not (first / "README.md.edited").exists()
    assert variables(first)["AWS_CREDENTIALS"] == "other"


def test_a_file_that_was_removed_is_rendered_again_and_not_taken_for_edited(first: Path) -> None:
    (first / "README.md").unlink()
    assert again(first, "aws_credentials=two", flags=("-f", "-s")).returncode == 0
    ran = again(first, "aws_credentials=three")
    assert "README.md.edited" not in ran.stdout
    assert not (first / "README.md.edited").exists()


def test_refused_answers_change_nothing(first: Path) -> None:
    (first / "env.sh").write_text("# mine\n")
    before = {name: (first / name).read_bytes() for name in files_of(first)}
    assert again(first, "project_slug=" + SLUG, "max_cpus=x").returncode == 1
    assert {name: (first / name).read_bytes() for name in files_of(first)} == before


@pytest.mark.parametrize("delay", [0.25, 0.45, 0.65, 0.8, 0.95, 1.1])
def test_a_killed_run_leaves_every_edit(first: Path, delay: float) -> None:
    for name in ("env.sh", "launch/hello.yml", "schemas/types.schema.json", "validate.py"):
        (first / name).write_text(f"# my {name}\n")
    command = [COOKIECUTTER, ROOT, "--no-input", "-f", "--config-file", first / "answers.yml", "aws_credentials=other"]
    env = {**os.environ, "HOME": str(first.parent / "home")}
    process = subprocess.Popen(
        [str(w) for w in command], cwd=first.parent, env=env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for _ in range(2):
        for name in ("env.sh", "launch/hello.yml", "schemas/types.schema.json", "validate.py"):
            path = first / name
            versions = [path, *path.parent.glob(f"{path.name}.edited*")]
            assert any(v.is_file() and v.read_text() == f"# my {name}\n" for v in versions), name
        # The next run completes, and keeps them still.
        ran = again(first, "aws_credentials=other")
        assert ran.returncode == 0, ran.stderr
    assert variables(first)["AWS_CREDENTIALS"] == "other"


def test_what_left_the_template_is_named(first: Path, tmp_path: Path) -> None:
    manifest = first / ".rendered.sha256"
    (first / "old.yml").write_text("old: true\n")
    manifest.write_text(manifest.read_text() + "0" * 64 + "  old.yml\n")
    assert "No longer part of the template: old.yml. Remove what you do not need." in again(first).stdout


def test_one_accounts_shell_does_not_leak_into_anothers(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    new = ["organization_name=other", "workspace_name=place", "aws_credentials=another", "aws_region=us-west-2"]
    more = [
        "aws_work_dir=s3://second/work",
        "pipeline_profile=docker",
        "tower_api_endpoint=https://seqera.acme.org/api",
    ]
    pinned = ["project_slug=one", "aws_account_id=123456789012", *WORDS]
    assert generate(str(ROOT), tmp_path, *pinned).returncode == 0
    assert generate(str(ROOT), tmp_path, "project_slug=two", *new, *more).returncode == 0
    of_one, of_two = variables(one), variables(two)
    script = 'set -eu; . "$1/env.sh"; . "$2/env.sh"; env -0'
    for shell in ("bash", "zsh"):
        ran = run([shell, "-c", script, shell, one, two], env={"TOWER_ACCESS_TOKEN": "not-a-token"})
        after = dict(pair.split("=", 1) for pair in ran.stdout.split("\0") if pair)
        for name, value in of_one.items():
            if name not in ("TIME", "TOWER_ACCESS_TOKEN"):
                assert after.get(name) != value, name
        assert {name: after[name] for name in of_two if name != "TIME"} == {
            k: v for k, v in of_two.items() if k != "TIME"
        }
        assert "AWS_ACCOUNT_ID" not in after
    assert of_one["AWS_ACCOUNT_ID"] == "123456789012"


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
    render(tmp_path, str(accounts / "eu-west-1.yml"), "-o", "out")
    (tmp_path / "out" / SLUG / "env.sh").write_text("# mine\n")
    ran = render(tmp_path, str(accounts / "eu-west-1.yml"), "-o", "out")
    assert states(ran.stdout) == {"eu-west-1.yml": "rendered"}
    assert (tmp_path / "out" / SLUG / "env.sh.edited").read_text() == "# mine\n"


def test_a_progress_bar_on_a_terminal(accounts: Path, tmp_path: Path) -> None:
    import pexpect

    env = {**os.environ, "HOME": str(tmp_path / "home"), "TERM": "xterm", "COLUMNS": "300"}
    command = f"{sys.executable} {ACCOUNTS} {accounts / 'eu-west-1.yml'} -o {tmp_path / 'out'}"
    said = pexpect.run(command, env=env, encoding="utf-8", timeout=60)
    assert "Rendering" in said
    assert "100%" in said
