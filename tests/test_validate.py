"""make validate: what is printed, in which form and order, with which exit code, of which folders."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pexpect
import pytest
from conftest import BIN, ROOT, WITHOUT_POWER, edit, run
from rejections import CONFIG, HELLO, LAUNCH, ONDEMAND, SNAPSHOTS

from fusion_snapshots.checks import CHECKS
from fusion_snapshots.errors import UserError
from fusion_snapshots.validate import check_folder


@pytest.fixture
def plain_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH without nextflow, so that what is printed is the same everywhere."""
    programs = tmp_path_factory.mktemp("bin")
    for name in ("bash", "date", "python3", "sleep", "env"):
        (programs / name).symlink_to(str(shutil.which(name)))
    return str(programs)


def cli(folder: Path, *words: str, **env: str) -> tuple[int, str, str]:
    """Return exit code, output and errors of a folder's own validate.py, run from elsewhere."""
    ran = run([BIN / "python", folder / "validate.py", *words], cwd=Path("/"), env=env)
    return ran.returncode, ran.stdout, ran.stderr


def test_the_report_is_sorted_clickable_and_summed_up(folder: Path) -> None:
    edit(folder, SNAPSHOTS, "wave: True", 'wave: "True"')
    edit(folder, SNAPSHOTS, "max-cpus: 1000", "max-cpus: 500")
    edit(folder, HELLO, "url:", "uri:")
    edit(folder, "env.sh", "'acme-genomics'", "'your-organization'")
    code, out, err = cli(folder)
    assert (code, err) == (1, "")
    *lines, last = out.splitlines()
    assert [re.sub(r":\d+:", ":N:", line, count=1) for line in lines] == [
        "compute-envs/aws_fusion_snapshots.yml:N:5: error: compute-envs[0].wave: must be True or False, without quotes: "
        "seqerakit turns True into the bare option and leaves it out for False (got: 'True') [schema]",
        "compute-envs/aws_fusion_snapshots.yml:N:5: warning: compute-envs[0].max-cpus: differs from "
        "compute-envs/aws_fusion_ondemand.yml (1000): the comparison would not be fair (got: 500) [unfair]",
        "env.sh:N:1: note: ORGANIZATION_NAME: still holds a placeholder (got: 'your-organization') [placeholder]",
        "pipelines/hello.yml:N:5: error: pipelines[0].uri: is not a key of pipelines; did you mean url? "
        "(got: 'https://github.com/nextflow-io/hello') [schema]",
    ]
    assert last == (
        f"2 errors, 1 warning, 1 note in {folder}. Fix them and run this check again: python3 {folder / 'validate.py'}"
    )


def test_warnings_fail_only_with_strict(folder: Path, plain_path: str) -> None:
    edit(folder, SNAPSHOTS, "max-cpus: 1000", "max-cpus: 500")
    edit(folder, CONFIG, "", "// mine\n")
    code, out, _ = cli(folder, PATH=plain_path)
    assert code == 0
    assert out.splitlines()[-1] == (
        "All is well: 11 seqerakit files and env.sh checked, 1 warning. Edited configurations were checked by their text "
        "alone: make preflight has Nextflow read them, too."
    )
    code, out, _ = cli(folder, "--strict", PATH=plain_path)
    assert code == 1
    assert out.splitlines()[-1].startswith("1 warning in ")


def test_a_folder_may_be_named(folder: Path, acme: Path) -> None:
    edit(folder, HELLO, "url:", "uri:")
    assert cli(acme)[0] == 0
    assert cli(acme, str(folder))[0] == 1


def test_the_order_of_the_checks_does_not_matter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(folder, ONDEMAND, "$AWS_REGION", "$AWS_REGOIN")
    edit(folder, SNAPSHOTS, "fusion-v2: True", "fusionv2: True")
    found = check_folder(folder)
    monkeypatch.setattr("fusion_snapshots.validate.CHECKS", CHECKS[::-1])
    assert check_folder(folder) == found
    assert len(found.findings) == 2


def test_json(folder: Path) -> None:
    edit(folder, HELLO, "url:", "uri:")
    code, out, _ = cli(folder, "--format", "json")
    assert code == 1
    (finding,) = json.loads(out)
    assert finding == {
        "file": HELLO,
        "line": finding["line"],
        "column": 5,
        "severity": "error",
        "check": "schema",
        "key": "pipelines[0].uri",
        "message": "is not a key of pipelines; did you mean url?",
        "got": "'https://github.com/nextflow-io/hello'",
    }
    assert "uri:" in (folder / HELLO).read_text().splitlines()[finding["line"] - 1]


def test_github_annotations(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(folder, HELLO, "Hello world, a", "100 % hello, a")
    ran = run([BIN / "python", folder / "validate.py", "--format", "github"], cwd=folder.parent)
    assert ran.returncode == 1
    annotation = ran.stdout.splitlines()[0]
    place = re.escape(f"file={folder.name}/{HELLO},line=") + r"\d+" + re.escape(",col=5,title=pipelines[0].description")
    assert re.match(f"::error {place}::", annotation)
    assert "beside a variable or %25; only" in annotation
    assert annotation.endswith(" [expansion]")
    assert "100 % hello" not in annotation


def test_at_most_a_hundred_findings_are_shown(folder: Path) -> None:
    (folder / "launch/many.yml").write_text("launch:\n" + "- x\n" * 40_000)
    code, out, _ = cli(folder)
    assert code == 1
    lines = out.splitlines()
    assert len(lines) == 102
    assert lines[-2] == "These are the first 100 of 40000 findings."
    assert lines[-1].startswith("40000 errors in ")


def test_what_cannot_run_says_why(folder: Path, tmp_path: Path) -> None:
    assert cli(folder, str(tmp_path / "nowhere")) == (2, "", f"validate: {tmp_path / 'nowhere'} is not a folder\n")
    ran = run([BIN / "python", folder / "validate.py"], env={"PATH": str(tmp_path)})
    assert (ran.returncode, ran.stderr) == (
        2,
        "validate: bash is not installed; env.sh and seqerakit's commands need it\n",
    )


def test_without_the_program_or_its_packages(folder: Path) -> None:
    ran = run([BIN / "python", "-S", folder / "validate.py"])
    assert ran.returncode == 2
    assert f"is not installed. Run: make -C {folder} setup" in ran.stderr
    assert f"uv run {folder / 'validate.py'}" in ran.stderr
    shutil.rmtree(folder / "fusion_snapshots")
    code, out, err = cli(folder)
    assert (code, out) == (2, "")
    assert err == "validate.py: fusion_snapshots/ is missing; render this folder again, with its hooks\n"


def test_a_reader_that_leaves(folder: Path) -> None:
    edit(folder, HELLO, "url:", "uri:")
    ran = run(["bash", "-c", f"'{BIN / 'python'}' validate.py >&-; '{BIN / 'python'}' validate.py | true"], cwd=folder)
    assert "Traceback" not in ran.stderr


def test_the_token_is_never_shown(folder: Path) -> None:
    token = "a-token-of-this-shell-which-is-longer-than-what-a-message-shows-of-a-value-in-all-its-eighty-characters"
    spoilt = f"params:\n      token: '{token}'\n      nested: {{wave: '{token}'}}\n    wait: '{token}'\n    parms:"
    edit(folder, LAUNCH, "params:", spoilt)
    for form in ("text", "github", "json"):
        code, out, err = cli(folder, "--format", form, TOWER_ACCESS_TOKEN=token)
        assert code == 1
        assert not any(part in out + err for part in (token[:12], token[-12:]))


def test_a_jwt_or_key_is_reported_and_masked(folder: Path) -> None:
    jwt = "eyJ0aWQiOiAxMjM0fS5hYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg=="
    edit(folder, "env.sh", "# AWS region", f"# {jwt}\n# AWS region")
    edit(folder, HELLO, "Hello world", "AKIAIOSFODNN7EXAMPLE")
    places = ["answers.yml", "Makefile", "pipelines/nextflow_fusion_ondemand.config", "report/params.yml"]
    for name in places:
        edit(folder, name, "", f"# {jwt}\n")
    code, out, _ = cli(folder)
    assert code == 1
    assert len(re.findall("this looks like an access token or key", out)) == 2 + len(places)
    assert jwt[-20:] not in out
    assert "AKIA" not in out


def test_who_signs_in_within_an_address_is_shown_by_no_form(folder: Path) -> None:
    address = "https://me:" + "sesame@github.com/acme/wf"
    edit(folder, HELLO, "https://github.com/nextflow-io/hello", address)
    edit(folder, "env.sh", "https://api.cloud.seqera.io", address)
    for form in ("text", "github", "json"):
        code, out, err = cli(folder, "--format", form)
        assert code == 1
        assert "sesame" not in out + err
        assert "https://<secret>@github.com/acme/wf" in out
    ran = run(["make", "plan"], cwd=folder)
    assert ran.returncode != 0
    assert "sesame" not in ran.stdout + ran.stderr


def test_terminals_are_not_told_what_to_do(folder: Path) -> None:
    edit(folder, LAUNCH, "    params:", '    "\\e[31mred\\u202e": "\\e[2Jgone\\u2066"\n    params:')
    for form in ("text", "github"):
        out = cli(folder, "--format", form)[1]
        assert "\\x1b[31mred\\u202e" in out
        assert not re.search("[\x1b\u202e\u2066]", out)


def test_colour_only_on_a_terminal(folder: Path) -> None:
    edit(folder, HELLO, "url:", "uri:")
    assert "\033" not in cli(folder)[1]
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    on_terminal = pexpect.run(f"{BIN / 'python'} '{folder / 'validate.py'}'", env=env, encoding="utf-8")
    assert "\033[31merror\033[0m:" in on_terminal


def test_an_installed_program_checks_a_folder_of_an_earlier_version(tmp_path: Path) -> None:
    """What `uvx --from` does: the package with its schemas, apart from the folder, which has other files."""
    folder = Path(shutil.copytree(ROOT / "tests/folder_of_0.1.0", tmp_path / "bench"))
    shutil.copytree(ROOT / "fusion_snapshots", tmp_path / "site/fusion_snapshots")
    shutil.copytree(ROOT / "schemas", tmp_path / "site/fusion_snapshots/schemas")
    command: list[str | Path] = [BIN / "python", "-m", "fusion_snapshots", "validate", "--format", "json", folder]
    ran = run(command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "site")})
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {(found["file"], found["key"]) for found in json.loads(ran.stdout)} == {
        ("pipelines/nextflow_snapshots.config", f"process.{key}")
        for key in ("resourceLimits", "errorStrategy", "maxRetries")
    }


def test_a_damaged_program_is_said(folder: Path) -> None:
    schema = folder / "schemas/launch.schema.json"
    text = schema.read_text()
    for spoilt, words in (
        ("[]", "launch.schema.json: no JSON Schema; render the folder again"),
        ("{", "launch.schema.json: not JSON: "),
        (text.replace("definitions/run_name", "definitions/gone"), "a schema is damaged: "),
        (text.replace('"properties"', '"things"'), "a schema lacks 'properties'"),
    ):
        schema.write_text(spoilt)
        code, out, err = cli(folder)
        assert (code, out) == (2, ""), err
        assert words in err
        assert err.count("\n") == 1
    schema.write_text(text)
    (folder / "schemas/ec2-instance-types.json").write_text('{"types": {')
    code, _, err = cli(folder)
    assert code == 2
    assert "ec2-instance-types.json, ec2-other-families.json or aws-regions.json is damaged" in err


def test_uv_run_needs_nothing_installed(folder: Path) -> None:
    ran = subprocess.run(["uv", "run", "--offline", folder / "validate.py"], capture_output=True, text=True, cwd="/")
    if "No solution found" in ran.stderr or "offline" in ran.stderr:
        pytest.skip("uv has nothing of PyYAML and jsonschema in its cache")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("All is well: 11 seqerakit files and env.sh checked")


def test_a_folder_that_is_none() -> None:
    with pytest.raises(UserError, match="is not a folder"):
        check_folder(ROOT / "README.md")


def test_the_folder_above_is_told_apart(folder: Path) -> None:
    said = f"{folder.parent} is no benchmark's folder, as it has no env.sh; one of these may be: {folder.name}"
    assert cli(folder, str(folder.parent)) == (2, "", f"validate: {said}\n")


def test_of_a_folder_that_is_no_benchmarks_nothing_else_is_looked_at(tmp_path: Path) -> None:
    said = f"{tmp_path} is no benchmark's folder, as it has no env.sh"
    deep = tmp_path / "a/b/c"
    deep.mkdir(parents=True)
    (tmp_path / "a/b").chmod(0)
    (tmp_path / "launch").mkdir()
    assert cli_of_the_template(tmp_path) == (2, "", f"validate: {said}\n")
    (tmp_path / "env.sh").write_text("export A=1\n")
    (tmp_path / "launch").rmdir()
    said = f"{tmp_path} is no benchmark's folder, as it has none of compute-envs, pipelines, launch, report"
    assert cli_of_the_template(tmp_path) == (2, "", f"validate: {said}\n")
    (tmp_path / "a/b").chmod(0o755)


def test_many_folders_beside_are_no_reason_to_look_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        (tmp_path / f"{number:02}").mkdir()
        (tmp_path / f"{number:02}/env.sh").touch()
    with pytest.raises(UserError) as refused:
        check_folder(tmp_path)
    assert str(refused.value).count(", ") == 20


def cli_of_the_template(folder: Path) -> tuple[int, str, str]:
    """Return exit code, output and errors of an installed program, run without the power of root."""
    command: list[str | Path] = [*WITHOUT_POWER, BIN / "python", "-m", "fusion_snapshots", "validate", folder]
    ran = run(command, cwd=ROOT)
    return ran.returncode, ran.stdout, ran.stderr
