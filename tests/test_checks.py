"""Each check, on a rendered folder: what it finds of one edit, all of it, and what it lets alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from conftest import ACME, Bake, RefusedError, edit, variables
from legitimate import LEGITIMATE, Edit
from rejections import BASELINES, CONFIG, LAUNCH, ONDEMAND, REJECTIONS, SNAPSHOTS, WORKFLOW, Rejection

from fusion_snapshots.checks import CHECKS
from fusion_snapshots.findings import Finding, text_of
from fusion_snapshots.folder.layout import BASELINE, Arm
from fusion_snapshots.validate import check_folder


@pytest.fixture
def folder(acme: Path, tmp_path: Path) -> Path:
    """A copy of the acme folder, to be changed, without the program: the one of this repository checks it."""
    program = shutil.ignore_patterns("fusion_snapshots", "schemas")
    return Path(shutil.copytree(acme, tmp_path / acme.name, ignore=program))


def findings(folder: Path) -> list[Finding]:
    """Return what is found but for notes."""
    return [each for each in check_folder(folder).findings if each.severity != "note"]


def line_of(folder: Path, name: str, text: str) -> set[int]:
    """Return the lines of a file that hold a text and are no comments."""
    lines = (folder / name).read_text().splitlines(keepends=True)
    return {number for number, line in enumerate(lines, 1) if text in line and not line.startswith(("#", "//"))}


@pytest.mark.parametrize(
    "case", REJECTIONS, ids=[f"{n}-{each.key}-{each.words[:40]}" for n, each in enumerate(REJECTIONS)]
)
def test_an_edit_gives_one_finding_at_its_line(folder: Path, case: Rejection) -> None:
    edit(folder, case.file, case.old, case.new)
    found, *others = findings(folder)
    assert others == []
    where = case.found_in or case.file
    assert (found.file, found.severity, found.key) == (where, case.severity, case.key), text_of(found)
    assert case.words in text_of(found)
    if case.at:
        assert line_of(folder, where, case.at) == {found.line}, text_of(found)


ELSEWHERE = {"fusion_snapshots.checks.secrets"}  # test_validate.py shows what it finds


@pytest.mark.slow
def test_every_check_finds_something(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, idle = check_folder(folder).findings, set(CHECKS)
    for case in REJECTIONS:
        copy = Path(shutil.copytree(folder, folder.parent / "copy"))
        edit(copy, case.file, case.old, case.new)
        for check in list(idle):
            monkeypatch.setattr("fusion_snapshots.validate.CHECKS", [check])
            if any(finding not in whole for finding in check_folder(copy).findings):
                idle.remove(check)
        shutil.rmtree(copy)
    assert {check.__module__ for check in idle} == ELSEWHERE, "add an edit to tests/rejections.py"


@pytest.mark.parametrize("edits", LEGITIMATE.values(), ids=LEGITIMATE.keys())
def test_a_legitimate_edit_is_let_alone(folder: Path, edits: list[Edit]) -> None:
    for name, old, new in edits:
        edit(folder, name, old, new)
    assert [text_of(each) for each in findings(folder)] == []


def test_a_file_that_an_arm_lacks_is_found(folder: Path) -> None:
    (folder / LAUNCH).unlink()
    assert [text_of(each) for each in findings(folder)] == [
        f"{LAUNCH}:1:1: error: is missing; the arm fusion_snapshots has {SNAPSHOTS} and {WORKFLOW} alone. "
        "Write it, or remove the arm's other files [arm-files]"
    ]


def test_without_a_baseline_nothing_is_compared(folder: Path) -> None:
    for name in Arm(BASELINE).files:
        (folder / name).unlink()
    found = [each for each in findings(folder) if each.severity == "error"]
    assert [text_of(each) for each in found] == [
        f"{ONDEMAND}:1:1: error: is missing; the other arms (fusion_snapshots) are compared with it. "
        "Write it, or remove the arm's other files [arm-files]"
    ]


@pytest.fixture
def three(bake: Bake) -> Path:
    """A folder with Spot without Snapshots as a third arm."""
    return bake(**ACME, spot_without_snapshots="yes")


def test_a_third_arm_is_compared_with_the_baseline_too(three: Path) -> None:
    assert findings(three) == []
    for arm in ("fusion_snapshots", "fusion_spot"):
        edit(three, f"compute-envs/aws_{arm}.yml", "max-cpus: 1000", "max-cpus: 500")
        edit(three, f"pipelines/nextflow_{arm}.config", "maxRetries = 2", "maxRetries = 3")
    assert {(each.file, each.key) for each in findings(three)} == {
        *((f"compute-envs/aws_{arm}.yml", "compute-envs[0].max-cpus") for arm in ("fusion_snapshots", "fusion_spot")),
        *((f"pipelines/nextflow_{arm}.config", "process.maxRetries") for arm in ("fusion_snapshots", "fusion_spot")),
    }


def test_an_arm_that_is_like_another_compares_nothing(three: Path) -> None:
    for name in Arm("fusion_spot").files:
        other = name.replace("fusion_spot", "fusion_again")
        text = (three / name).read_text().replace("fusion_spot", "fusion_again").replace("fusion-spot", "fusion-again")
        (three / other).write_text(text)
    (three / "pipelines/nextflow_fusion_again.config").write_text(
        (three / "pipelines/nextflow_fusion_spot.config").read_text()
    )
    (found,) = findings(three)
    assert (found.severity, found.key) == ("error", "compute-envs[0]")
    assert "differs in nothing from " in found.message


LOST_HOSTS = {
    "'retry'": "",
    "{ task.attempt <= 3 ? 'retry' : 'finish' }": "",
    "{ task.exitStatus == 1 ? 'terminate' : 'retry' }": "",
    "{ task.exitStatus in [137, Integer.MAX_VALUE] ? 'retry' : 'finish' }": "",
    "{ task.exitStatus > 100 ? 'retry' : 'finish' }": "",
    "'terminate'": "does not retry 2147483647, the exit status of a host lost on Spot: one ends the run",
    "{ task.exitStatus in ((130..145) + 104 + 175) ? 'retry' : 'terminate' }": "does not retry 2147483647",
    "'ignore'": "ignores failures, a reclaimed Spot instance among them",
    "{ task.attempt < 3 ? 'retry' : 'ignore' }": "ignores failures",
}


@pytest.mark.parametrize("strategy", LOST_HOSTS)
def test_lost_hosts_are_to_be_retried_on_spot(folder: Path, strategy: str) -> None:
    for name in (CONFIG, BASELINES):
        edit(folder, name, "", f"process {{ withLabel: big {{ errorStrategy = {strategy} }} }}\n")
    found = [text_of(each) for each in findings(folder)]
    assert len(found) == bool(LOST_HOSTS[strategy])
    assert all(CONFIG in each and "withLabel:big" in each and LOST_HOSTS[strategy] in each for each in found)


def test_without_an_error_strategy_a_lost_host_ends_the_run(folder: Path) -> None:
    for name in (CONFIG, BASELINES):
        text = (folder / name).read_text().replace("errorStrategy =", "ext.strategy =")
        (folder / name).write_text(text.replace("maxRetries = 2", "maxRetries = 0"))
    missing, retries = map(text_of, findings(folder))
    words = "warning: process.errorStrategy: is missing: on Spot, the first lost host ends the run [lost-hosts]"
    assert missing == f"{CONFIG}:1:1: {words}"
    assert retries.endswith(
        "process.maxRetries: retries nothing: on Spot, the first lost host ends the run (got: 0) [lost-hosts]"
    )


def test_no_further_attempts_are_noted(folder: Path) -> None:
    edit(folder, CONFIG, "maxSpotAttempts = 5", "maxSpotAttempts = 0")
    (note,) = check_folder(folder).findings
    assert text_of(note).endswith(
        "note: aws.batch.maxSpotAttempts: does not turn it off, but stands for Nextflow's default: 5 attempts with "
        "Snapshots; -1 turns it off (got: 0) [spot-attempts]"
    )


def test_no_task_may_ask_for_more_cpus_than_there_are(folder: Path) -> None:
    for name in (ONDEMAND, SNAPSHOTS):
        edit(folder, name, "max-cpus: 1000", "max-cpus: 8")
    found = findings(folder)
    assert [(each.file, each.severity, each.key) for each in found] == [
        (name, "error", "process.resourceLimits") for name in (BASELINES, CONFIG)
    ]
    words = "no task may ask for more CPUs than its compute environment has: max-cpus is 8 in "
    assert [each.message for each in found] == [f"{words}{name}" for name in (ONDEMAND, SNAPSHOTS)]


def test_a_pre_run_script_that_is_never_run_is_found(folder: Path) -> None:
    for name in (ONDEMAND, SNAPSHOTS):
        edit(folder, name, "    wait:", "    pre-run: report/pre-run.sh\n    wait:")
    first, second = map(text_of, findings(folder))
    words = "takes its place; put its lines there (got: 'report/pre-run.sh') [lost-script]"
    assert first.endswith(f"is not run: pipelines/pre-run.sh of pipelines/hello.yml {words}")
    assert second.endswith(f"is not run: pipelines/pre-run.sh of {WORKFLOW} {words}")


def test_no_more_cpus_are_kept_than_there_may_be(folder: Path) -> None:
    for name in (ONDEMAND, SNAPSHOTS):
        edit(folder, name, "    wait:", "    min-cpus: 1001\n    wait:")
    words = "error: compute-envs[0].min-cpus: must be at most max-cpus, which is 1000 (got: 1001) [cpus]"
    assert [text_of(each).endswith(words) for each in findings(folder)] == [True, True]


def test_a_folder_whose_variables_come_from_elsewhere_is_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables(folder).items():
        monkeypatch.setenv(name, value)
    (folder / "env.sh").unlink()
    edit(folder, LAUNCH, "}_workflow_fusion_snapshots", "}_workflow_snapshots")
    note, found = map(text_of, check_folder(folder).findings)
    assert note == "env.sh:1:1: note: is missing; its variables are taken from this shell [env]"
    assert "launch[0].pipeline: no file here defines pipelines of this name" in found
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.setenv("AWS_CREDENTIALS", "a b")
    lacking, wrong, *_ = [text_of(each) for each in findings(folder) if each.file == "env.sh"]
    assert lacking.endswith(
        "error: is missing; every other file needs its variables, and this shell lacks AWS_REGION [env]"
    )
    assert wrong.startswith("env.sh:1:1: error: AWS_CREDENTIALS: must be 1 to 100 letters, digits")


def test_spot_arms_make_as_many_attempts(three: Path) -> None:
    edit(three, CONFIG, "maxSpotAttempts = 5", "maxSpotAttempts = 3")
    (found,) = findings(three)
    assert (found.file, found.key) == ("pipelines/nextflow_fusion_spot.config", "aws.batch.maxSpotAttempts")


def test_parameters_of_one_launch_alone_are_noted(folder: Path) -> None:
    edit(folder, LAUNCH, "    params:\n", "    params:\n      genome: GRCh38\n")
    (note,) = check_folder(folder).findings
    assert text_of(note).endswith(
        "note: launch[0].params: genome: not as in launch/workflow_fusion_ondemand.yml: the comparison would not be fair; "
        "params.yml is for all arms [unfair]"
    )


@pytest.mark.parametrize("prefix", ["eyJacme", "acme_eueyJ"])
def test_an_answer_that_would_look_like_a_token_is_refused(bake: Bake, prefix: str) -> None:
    with pytest.raises(RefusedError, match="compute_env_prefix"):
        bake(**ACME, compute_env_prefix=prefix)


def test_of_several_pipelines_each_is_compared_with_its_own_of_the_baseline(folder: Path) -> None:
    for arm in ("fusion_ondemand", "fusion_snapshots"):
        file = f"pipelines/workflow_{arm}.yml"
        (item,) = yaml.safe_load((folder / file).read_text())["pipelines"]
        other = item | {"name": f"${{COMPUTE_ENV_PREFIX}}_other_{arm}", "revision": "1.1.0"}
        edit(folder, file, "", yaml.safe_dump([other]).replace("\n", "\n  ").join(["  ", ""]).rstrip() + "\n")
    assert [text_of(each) for each in findings(folder)] == []
    edit(folder, WORKFLOW, "revision: 1.1.0", "revision: 1.0.0")
    (found,) = findings(folder)
    assert (found.file, found.key) == (WORKFLOW, "pipelines[1].revision")
