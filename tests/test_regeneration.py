"""The next account is one command away, and nothing edited is ever lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, QUESTIONS, ROOT, run, slow_after, variables
from cookiecutter.main import cookiecutter
from questions import GOOD
from test_generation import files_of, generate

from fusion_snapshots.folder.edited import unmerged
from fusion_snapshots.template.record import read_record

SLUG = "fusion-snapshots-fusion-benchmark_eu-west-1"
WORDS = [f"{key}={value}" for key, value in ACME.items()]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder rendered by the command line; not to be changed."""
    place = tmp_path_factory.mktemp("rendered")
    ran = generate(str(ROOT), place, *WORDS)
    assert ran.returncode == 0, ran.stderr
    return place / SLUG


@pytest.fixture
def first(rendered: Path, tmp_path: Path) -> Path:
    """A copy of it in tmp_path, to be changed."""
    return Path(shutil.copytree(rendered, tmp_path / SLUG))


def again(folder: Path, *words: str, flags: tuple[str, ...] = ("-f",)) -> subprocess.CompletedProcess[str]:
    config = ["--config-file", str(folder / "answers.yml")]
    return generate(str(ROOT), folder.parent, *flags, *config, *words)


def test_answers_are_a_configuration_with_a_comment_each(first: Path) -> None:
    text = (first / "answers.yml").read_text()
    kept = yaml.safe_load(text)["default_context"]
    derived = {key for key in QUESTIONS if "<<" in str(json.loads((ROOT / "cookiecutter.json").read_text())[key])}
    assert set(kept) == set(QUESTIONS) - derived
    assert {key: kept[key] for key in ACME} == ACME
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if re.match(r'  (# )?[a-z_]+: "', line):
            assert lines[number - 1].startswith("  # "), line


def test_answers_of_0_2_0_render_and_keep_their_nextflow(tmp_path: Path) -> None:
    ran = generate(str(ROOT), tmp_path, "--config-file", str(ROOT / "tests/answers_of_0.2.0.yml"))
    assert ran.returncode == 0, ran.stderr
    assert "All is well: 11 seqerakit files and env.sh checked." in ran.stdout
    assert "export NXF_VER=25.10.7\n" in (tmp_path / "acme/pipelines/pre-run.sh").read_text()


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
            if question == "aws_work_dir":
                child.expect_exact("  aws_work_dir: ")  # the bucket of the file belongs to its region
                child.sendline("s3://acme-us/work")
                child.expect_exact("r reviews them. ")
                child.sendline("r")
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


@pytest.mark.parametrize("question", slow_after(1, OVERRIDDEN))
def test_an_overridden_answer_stays(tmp_path: Path, question: str) -> None:
    value, variable = OVERRIDDEN[question]
    # Results may only go where tasks may write.
    buckets = ["aws_compute_env_allowed_buckets=s3://acme-out"] if question == "pipeline_outdir_prefix" else []
    ran = generate(str(ROOT), tmp_path, *WORDS, f"{question}={value}", *buckets)
    assert ran.returncode == 0, ran.stderr
    (folder,) = (path.parent for path in tmp_path.glob("*/answers.yml"))
    # Buckets of the file belong to its region, and are asked for; given again, they stay.
    given = [f"{question}={value}"] if variable in ("AWS_COMPUTE_ENV_ALLOWED_BUCKETS", "PIPELINE_OUTDIR_PREFIX") else []
    ran = again(folder, "aws_region=us-west-2", "aws_work_dir=s3://acme-west/scratch", *given, *buckets)
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
    assert "edit" not in ran.stdout


def append(path: Path, line: str = "# mine\n") -> str:
    """Add a line of the user's to the end of a file and return the file's text."""
    path.write_text(path.read_text() + line)
    return path.read_text()


def test_edits_stay_in_their_files_and_new_values_come_in(first: Path) -> None:
    (first / "notes.txt").write_text("mine")
    for name in ("env.sh", "launch/hello.yml", "validate.py", "report/samplesheet.csv"):
        append(first / name)
    hello = (first / "launch/hello.yml").stat()
    ran = again(first, "aws_credentials=other")
    assert ran.returncode == 0, ran.stderr
    kept = "Rendering kept your edits in: env.sh, launch/hello.yml, report/samplesheet.csv, validate.py"
    assert kept in ran.stdout.splitlines()
    assert variables(first)["AWS_CREDENTIALS"] == "other"
    assert (first / "env.sh").read_text().endswith("# mine\n")
    assert (first / "launch/hello.yml").stat() == hello
    assert (first / "notes.txt").read_text() == "mine"
    assert not unmerged(first)


def test_edits_of_what_changed_lie_beside_it(first: Path) -> None:
    mine = (first / "env.sh").read_text().replace("'acme-aws'", "'mine'")
    (first / "env.sh").write_text(mine)
    ran = again(first, "aws_credentials=other")
    assert ran.returncode == 0, ran.stderr
    slug = first.name
    assert f"""You had edited these files; your versions are kept beside the new ones:

  diff -u {slug}/env.sh.edited {slug}/env.sh

Take over what you need and remove your versions. Until then, no step changes the workspace.
""" in ran.stdout  # fmt: skip
    assert (first / "env.sh.edited").read_text() == mine
    assert variables(first)["AWS_CREDENTIALS"] == "other"
    assert not re.search("^(<<<<<<<|=======|>>>>>>>)", (first / "env.sh").read_text(), re.M)
    # A second edit of the same file does not displace the first one.
    (first / "env.sh").write_text("# mine, again\n")
    assert f"  diff -u {slug}/env.sh.edited-2 {slug}/env.sh" in again(first, "aws_credentials=third").stdout
    assert (first / "env.sh.edited").read_text() == mine
    assert (first / "env.sh.edited-2").read_text() == "# mine, again\n"


def test_a_folder_that_another_prefix_leaves_behind_is_named(first: Path) -> None:
    ran = again(first, "compute_env_prefix=acme", flags=())
    assert f"Note: {first} has these answers, too, and stays as it is. If fusion-snapshots-acme\n" in ran.stdout
    assert "stays as it is" not in again(first).stdout


def test_an_edited_program_or_schema_is_set_aside_whole(first: Path) -> None:
    append(first / "fusion_snapshots/platform/tw.py")
    append(first / "schemas/launch.schema.json", "\n")
    (first / "schemas/own.json").write_text("{}")
    ran = again(first)
    assert ran.returncode == 0, ran.stderr
    compared = [
        f"  diff -ru {first.name}/{part}.edited {first.name}/{part}" for part in ("fusion_snapshots", "schemas")
    ]
    assert "\n".join(compared) + "\n" in ran.stdout
    assert (first / "fusion_snapshots.edited/platform/tw.py").read_text().endswith("# mine\n")
    assert (first / "schemas.edited/own.json").read_text() == "{}"
    assert not (first / "schemas/own.json").exists()
    assert (first / "schemas/launch.schema.json").read_bytes() == (ROOT / "schemas/launch.schema.json").read_bytes()


# Another good answer to each question. A file is rendered anew with each, under edits in all files.
OTHER = {question: GOOD[question] for question in QUESTIONS if question != "project_slug"}
# What an answer cannot do without.
WITH = {
    "subnets": {"vpc_id": OTHER["vpc_id"]},
    "security_groups": {"vpc_id": OTHER["vpc_id"]},
    "pipeline_url": {"pipeline_revision": OTHER["pipeline_revision"]},
    "pipeline_outdir_prefix": {"aws_compute_env_allowed_buckets": "s3://your-bucket"},
}
MINE = "mine, as nothing else is\n"


def api(place: Path, answers: dict[str, str]) -> Path:
    """Render by cookiecutter's Python API, over what is there."""
    config = {"default_context": {}, "replay_dir": str(place)}
    answers = {**ACME, "project_slug": "one", **answers}
    words: dict[str, Any] = {"no_input": True, "overwrite_if_exists": True, "default_config": config}
    return Path(cookiecutter(str(ROOT), extra_context=answers, output_dir=str(place), **words))


@pytest.fixture(scope="session")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return api(tmp_path_factory.mktemp("once"), {})


@pytest.mark.parametrize("question", slow_after(4, OTHER))
def test_edits_in_every_file_are_merged_over_a_change_of_each_answer(one: Path, tmp_path: Path, question: str) -> None:
    answers = {**WITH.get(question, {}), question: OTHER[question]}
    new = api(tmp_path / "new", answers)
    folder = Path(shutil.copytree(one, tmp_path / "edited/one"))
    texts = {name: file.text for name, file in read_record(folder).files.items() if file.text is not None}
    for name, text in texts.items():
        lines, coming = text.splitlines(keepends=True), (new / name).read_text().splitlines(keepends=True)
        # Not beside what changes: that would meet it.
        same = SequenceMatcher(None, lines, coming, autojunk=False).find_longest_match()
        place = same.a + (same.size + 1) // 2
        (folder / name).write_text("".join([*lines[:place], MINE, *lines[place:]]))
    api(tmp_path / "edited", answers)
    assert unmerged(folder) == []
    assert files_of(folder) == files_of(new)
    for name in texts:
        assert (folder / name).read_text().count(MINE) == 1, name
        assert (folder / name).read_text().replace(MINE, "") == (new / name).read_text(), name
    assert (folder / ".rendered.json").read_bytes() == (new / ".rendered.json").read_bytes()


def test_what_the_check_finds_in_edits_is_told_and_the_folder_is_rendered(first: Path) -> None:
    (first / "launch/hello.yml").write_text("launch:\n  - nme: hello\n")
    ran = again(first, "aws_credentials=other")
    assert ran.returncode == 0
    assert re.fullmatch(r"(launch/hello\.yml:2:5: error: .+\n)+Fix these among your edits\.\n", ran.stderr)
    assert "is ready. Next:" in ran.stdout
    assert "All is well" not in ran.stdout
    assert variables(first)["AWS_CREDENTIALS"] == "other"


def test_an_edit_that_is_what_is_rendered_now_is_not_kept_twice(first: Path) -> None:
    text = (first / "env.sh").read_text()
    (first / "env.sh").write_text(text.replace("'acme-aws'", "'other'"))
    ran = again(first, "aws_credentials=other")
    assert ran.returncode == 0
    assert "edits" not in ran.stdout
    assert not unmerged(first)


def test_answers_that_lost_their_quotes_are_no_edit(first: Path) -> None:
    text = (first / "answers.yml").read_text()
    (first / "answers.yml").write_text(text.replace('max_cpus: "1000"', "max_cpus: 500"))
    ran = again(first)
    assert ran.returncode == 0, ran.stderr
    assert "edits" not in ran.stdout
    assert (first / "answers.yml").read_text() == text.replace('max_cpus: "1000"', 'max_cpus: "500"')
    (item,) = yaml.safe_load((first / "compute-envs/aws_fusion_ondemand.yml").read_text())["compute-envs"]
    assert item["max-cpus"] == 500


def test_a_file_of_the_users_in_the_way_of_a_new_one_is_kept(first: Path) -> None:
    record = json.loads((first / ".rendered.json").read_text())
    del record["files"]["requirements.txt"]
    (first / ".rendered.json").write_text(json.dumps(record))
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


@pytest.mark.parametrize("part", slow_after(1, ["compute-envs", "schemas", "fusion_snapshots"]))
def test_a_linked_folder_is_moved_aside_and_not_written_through(first: Path, tmp_path: Path, part: str) -> None:
    (first / part).rename(tmp_path / "elsewhere")
    (first / part).symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere/own.yml").write_text("# mine\n")
    before = {name: (tmp_path / "elsewhere" / name).stat() for name in files_of(tmp_path / "elsewhere")}
    ran = again(first, "aws_credentials=other")
    assert ran.returncode == 0, ran.stderr
    assert {name: (tmp_path / "elsewhere" / name).stat() for name in files_of(tmp_path / "elsewhere")} == before
    assert (first / f"{part}.edited").is_symlink()
    assert not (first / part).is_symlink()
    assert f"  diff -ru {first.name}/{part}.edited {first.name}/{part}" in ran.stdout
    assert "Missing files" not in ran.stdout


def test_a_file_where_a_folder_belongs_is_moved_aside(first: Path) -> None:
    shutil.rmtree(first / "iam")
    (first / "iam").write_text("mine")
    ran = again(first)
    assert ran.returncode == 0, ran.stderr
    assert (first / "iam.edited").read_text() == "mine"
    assert (first / "iam/README.md").is_file()


def test_files_that_only_look_like_kept_ones_are_not_touched(first: Path) -> None:
    for name in ("env.sh.edited-by-me", "env.sh.edited.bak", "notes.edited"):
        shutil.copy(first / "env.sh", first / name)
    shutil.copy(first / "env.sh", first / "env.sh.edited-7")
    assert again(first).returncode == 0
    assert (first / "env.sh.edited-by-me").is_file()
    assert (first / "env.sh.edited.bak").is_file()
    assert (first / "notes.edited").is_file()
    assert not (first / "env.sh.edited-7").exists()


def test_a_damaged_record_loses_nothing(first: Path) -> None:
    record = first / ".rendered.json"
    record.write_bytes(b"\xff\n<<<<<<< ours\n" + record.read_bytes())
    (first / "env.sh").write_text("# mine\n")
    ran = again(first)
    assert ran.returncode == 0, ran.stderr
    assert (first / "env.sh.edited").read_text() == "# mine\n"
    assert unmerged(first) == ["env.sh.edited"]
    assert "No longer part" not in ran.stdout


def test_another_repositorys_variables_do_not_change_the_commit(first: Path, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path / "other"], check=True)
    before = (first / "answers.yml").read_text()
    env = {"HOME": str(tmp_path / "home"), "GIT_DIR": str(tmp_path / "other/.git")}
    assert run([COOKIECUTTER, ROOT, "--no-input", "-f", *WORDS], cwd=tmp_path, env=env).returncode == 0
    assert (first / "answers.yml").read_text() == before


def test_skip_existing_leaves_edits_in_place(first: Path) -> None:
    for name in ("env.sh", "validate.py"):
        append(first / name)
    (first / "launch/hello.yml").unlink()
    ran = again(first, "aws_credentials=other", flags=("-f", "-s"))
    assert ran.returncode == 0, ran.stderr
    assert (first / "env.sh").read_text().endswith("# mine\n")
    assert variables(first)["AWS_CREDENTIALS"] == "acme-aws"
    assert (first / "launch/hello.yml").is_file()
    # What was skipped is still known as edited, or as rendered with the old answers.
    ran = again(first, "aws_credentials=other")
    assert "Rendering kept your edits in: env.sh, validate.py" in ran.stdout.splitlines()
    assert not unmerged(first)
    assert variables(first)["AWS_CREDENTIALS"] == "other"


def test_a_file_that_was_removed_is_rendered_again_and_named(first: Path) -> None:
    (first / "README.md").unlink()
    (first / "schemas/types.schema.json").unlink()
    ran = again(first, "aws_credentials=two", flags=("-f", "-s"))
    assert "Missing files are back: README.md, schemas/" in ran.stdout.splitlines()
    ran = again(first, "aws_credentials=three")
    assert "Missing files" not in ran.stdout
    assert not unmerged(first)


def test_refused_answers_change_nothing(first: Path) -> None:
    (first / "env.sh").write_text("# mine\n")
    before = {name: (first / name).read_bytes() for name in files_of(first)}
    assert again(first, "project_slug=" + SLUG, "max_cpus=x").returncode == 1
    assert {name: (first / name).read_bytes() for name in files_of(first)} == before


def test_line_ends_stay_the_users(first: Path) -> None:
    append(first / "launch/workflow_fusion_ondemand.yml")
    for name in ("launch/workflow_fusion_ondemand.yml", "README.md", "schemas/types.schema.json"):
        (first / name).write_bytes((first / name).read_bytes().replace(b"\n", b"\r\n"))
    ran = again(first, "workspace_name=other", "project_slug=" + SLUG)
    assert "Rendering kept your edits in: launch/workflow_fusion_ondemand.yml" in ran.stdout.splitlines()
    assert not unmerged(first)
    for name in ("launch/workflow_fusion_ondemand.yml", "README.md"):
        data = (first / name).read_bytes()
        assert data.count(b"\n") == data.count(b"\r\n") > 0
    assert b"other" in (first / "README.md").read_bytes()


def test_without_git_edits_lie_beside_what_is_new(first: Path, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("bash", "sh", "env", "date"):
        (programs / name).symlink_to(shutil.which(name) or "")
    text = append(first / "env.sh")
    append(first / "launch/hello.yml")
    words = [COOKIECUTTER, ROOT, "--no-input", "-f", "--config-file", first / "answers.yml", "aws_credentials=other"]
    ran = subprocess.run(
        list(map(str, words)), cwd=tmp_path, env={"HOME": str(tmp_path / "home"), "PATH": str(programs)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "Rendering kept your edits in: launch/hello.yml" in ran.stdout.splitlines()
    assert "/env.sh.edited " in ran.stdout
    assert (first / "env.sh.edited").read_text() == text


def test_a_folder_that_was_moved_is_merged_like_any(first: Path, tmp_path: Path) -> None:
    append(first / "env.sh")
    (tmp_path / "elsewhere").mkdir()
    moved = first.rename(tmp_path / "elsewhere" / SLUG)
    ran = again(moved, "aws_credentials=other")
    assert "Rendering kept your edits in: env.sh" in ran.stdout.splitlines()
    assert variables(moved)["AWS_CREDENTIALS"] == "other"


def git(folder: Path, *words: str) -> list[str]:
    identity = ["-c", "user.name=Acme", "-c", "user.email=acme@example.org", "-c", "core.autocrlf=false"]
    ran = run(["git", "-C", folder, *identity, *words], env={"GIT_CONFIG_GLOBAL": "/dev/null"})
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_in_a_repository_git_shows_only_what_changed(first: Path) -> None:
    git(first.parent, "init", "-q", first.name)
    append(first / "env.sh")
    git(first, "add", "-A")
    git(first, "commit", "-qm", "rendered and edited")
    assert again(first).returncode == 0
    assert git(first, "status", "--porcelain") == []
    assert again(first, "max_cpus=500").returncode == 0
    assert [line[0] for line in git(first, "diff", "--unified=0", "--", ".", ":!answers.yml") if "cpus" in line] == [
        *"-+-+-+-+-+"
    ]
    shown = {line.split(maxsplit=1)[1] for line in git(first, "status", "--porcelain")}
    envs = {f"compute-envs/aws_fusion_{arm}.yml" for arm in ("ondemand", "snapshots")}
    assert shown == {".rendered.json", "answers.yml", *envs}


def test_what_left_the_template_is_named_and_removed_unless_it_was_edited(first: Path) -> None:
    record = json.loads((first / ".rendered.json").read_text())
    for name in ("old.yml", "old/other.yml"):
        record["files"][name] = ["old: true", ""]
    (first / ".rendered.json").write_text(json.dumps(record))
    (first / "old.yml").write_text("mine: true\n")
    (first / "old").mkdir()
    (first / "old/other.yml").write_text("old: true\n")
    ran = again(first)
    assert "No longer part of the template: old.yml. Remove what you do not need." in ran.stdout.splitlines()
    assert "No longer part of the template, and removed: old/other.yml" in ran.stdout.splitlines()
    assert not (first / "old").exists()


def test_an_arm_that_is_no_longer_rendered_leaves_its_edits_aside(first: Path) -> None:
    assert again(first, "spot_without_snapshots=yes").returncode == 0
    spot = first / "compute-envs/aws_fusion_spot.yml"
    mine = append(spot)
    ran = again(first, "spot_without_snapshots=no")
    assert ran.returncode == 0, ran.stderr
    words = "compute-envs/aws_fusion_spot.yml (now aws_fusion_spot.yml.edited). Remove what you do not need."
    assert f"No longer part of the template: {words}" in ran.stdout.splitlines()
    assert not spot.exists()
    assert spot.with_name("aws_fusion_spot.yml.edited").read_text() == mine
    assert "No longer part" not in again(first, "spot_without_snapshots=no").stdout
    # With the arm, the edits wait beside its file.
    assert again(first, "spot_without_snapshots=yes").returncode == 0
    assert unmerged(first) == ["compute-envs/aws_fusion_spot.yml.edited"]


FIRST_VERSION = "0969fdb"  # the last commit whose folders hold .rendered.sha256


def test_a_folder_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    if run(["git", "-C", ROOT, "cat-file", "-e", f"{FIRST_VERSION}^{{commit}}"]).returncode:
        pytest.skip("this clone does not reach back to the first version")
    old = tmp_path / "template"
    old.mkdir()
    archive = subprocess.run(["git", "-C", ROOT, "archive", FIRST_VERSION], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", old], input=archive, check=True)
    assert generate(str(old), tmp_path, *WORDS).returncode == 0
    folder = tmp_path / SLUG
    mine = {name: append(folder / name) for name in ("env.sh", "steps.py")}
    ran = again(folder)
    assert ran.returncode == 0, ran.stderr
    assert unmerged(folder) == ["env.sh.edited"]
    assert (folder / "env.sh.edited").read_text() == mine["env.sh"]
    assert "No longer part of the template: steps.py. Remove what you do not need." in ran.stdout.splitlines()
    assert (folder / "steps.py").read_text() == mine["steps.py"]
    assert not (folder / "seqera.py").exists()
    new = tmp_path / "new"
    new.mkdir()
    assert generate(str(ROOT), new, *WORDS).returncode == 0
    assert files_of(folder) == files_of(new / SLUG) | {"steps.py", "env.sh.edited"}
    (folder / "env.sh.edited").unlink()
    append(folder / "env.sh")
    assert "Rendering kept your edits in: env.sh" in again(folder, "aws_credentials=other").stdout.splitlines()
    assert not unmerged(folder)


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
    for shell in filter(shutil.which, ("bash", "zsh")):
        ran = run([shell, "-c", script, shell, one, two], env={"TOWER_ACCESS_TOKEN": "not-a-token"})
        after = dict(pair.split("=", 1) for pair in ran.stdout.split("\0") if pair)
        assert {name: after[name] for name in of_two if name != "TIME"} == {
            k: v for k, v in of_two.items() if k != "TIME"
        }
        assert not (of_one.keys() - of_two.keys()) & after.keys()
    assert of_one["AWS_ACCOUNT_ID"] == "123456789012"
    assert "AWS_ACCOUNT_ID" not in of_two
