"""The claims held against arbitrary answers, failing disks, killed runs, odd places and broken files."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import yaml
from conftest import ACME, BIN, COOKIECUTTER, QUESTIONS, ROOT, run, variables
from cookiecutter.main import cookiecutter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_folder import commands
from test_generation import SLUG, files_of, generate

from fusion_snapshots.rules import Rules
from fusion_snapshots.template.answers import tidy
from fusion_snapshots.template.check import AnswersRefused

# A few hundred examples here; CI's slow part sets thousands: EXAMPLES=3000 uv run pytest -n auto -k arbitrary
EXAMPLES = int(os.environ.get("EXAMPLES", "300"))
HOSTILE = [
    "", " ", "\n", "a\nb", "a\x00b", "'", '"', "a'b", 'a"b', "\\", "a\\", "$(touch pwned)", "`touch pwned`", "${HOME}",
    "$HOME", "a;touch pwned", "a|b", "a&b", "a>b", "<< 7*6 >>", "<% raw %>", "<# x #>", "<<cookiecutter>>", "{{ 7*6 }}",
    "{% if %}", "{# x #}", "<< ''.__class__ >>", "раypal", "acmе", "a\u202eb", "a\u200bb", "é", "\ud800", "x" * 10_000,
    "../x", "..", "/etc/passwd", "-rf", "--help", "yes", "no", "~", "null", "1e3", "0x10", "1_000", "a: b", "a #b", "#",
    "- a", "[a]", "{a: b}", "*a", "&a", "!!python/none", "%YAML", "@", "True", "s3://acme", "s3://acme/$(id)", "=", ",",
    "a,b", "a=b", "ab=cd", "vpc-0a1b2c3d", "c6id.8xlarge", "https://a.b/c", "https://a.b/c?d=$(e)", "1000", "٣", "１２",
]  # fmt: skip
GOOD = {**ACME, "vpc_id": "vpc-0a1b2c3d", "subnets": "subnet-0a1b2c3d", "security_groups": "sg-0a1b2c3d"}

texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=60), st.from_regex(r"[a-z0-9_./:=,@ -]{1,40}", fullmatch=True)
)


def properties(name: str) -> set[str]:
    """Return the keys of an item of a block, or the variables of env.sh, by the schema."""
    if name == "env":
        return set(json.loads((ROOT / "schemas/env.schema.json").read_text())["properties"])
    return set(Rules(ROOT / "schemas").keys[name])


def bake_in(place: Path, answers: dict[str, str]) -> Path:
    config = {"default_context": {}, "replay_dir": str(place / "replay")}
    before = Path.cwd()
    os.chdir(place)
    try:
        return Path(
            cookiecutter(
                str(ROOT), no_input=True, extra_context=answers, output_dir=str(place / "out"), default_config=config,
                accept_hooks=False,
            )
        )  # fmt: skip
    finally:
        os.chdir(before)


# Where an answer is found in the rendered folder: env.sh's variable, or a key of the YAML.
IN_ENV = {question: question.upper() for question in QUESTIONS if question.upper() in properties("env")}
IN_COMPUTE_ENV = {
    question: key
    for question in QUESTIONS
    if (key := question.removeprefix("ondemand_").replace("_", "-")) in properties("compute-envs")
}
IN_PIPELINE = {question: question.removeprefix("pipeline_") for question in ("pipeline_url", "pipeline_revision")}
ELSEWHERE = {"snapshots_instance_types", "project_slug"}


def test_it_is_known_where_each_answer_goes() -> None:
    assert {*IN_ENV, *IN_COMPUTE_ENV, *IN_PIPELINE, *ELSEWHERE} == set(QUESTIONS)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(question=st.sampled_from(QUESTIONS), text=texts)
def test_arbitrary_answers_are_refused_by_name_or_carried_exactly(question: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / "out").mkdir()
        try:
            folder = bake_in(place, {**GOOD, question: text})
        except AnswersRefused as refusal:
            named = {problem.question for problem in refusal.problems}
            # Without a VPC its subnets have no place either.
            assert question in named or (question == "vpc_id" and not text.strip())
            assert not list((place / "out").iterdir())
            return
        assert folder.parent.resolve() == (place / "out").resolve()
        assert not list(place.rglob("pwned"))
        expected = tidy(question, text)
        shutil.copytree(ROOT / "schemas", folder / "schemas")
        exported = variables(folder)
        ((_, options, _),) = commands(folder, "compute-envs/aws_fusion_ondemand.yml")
        if question in IN_ENV:
            assert exported.get(IN_ENV[question], "") == expected
            if (key := question.removeprefix("aws_").replace("_", "-")) in options:
                assert options[key] == expected
        elif question in IN_COMPUTE_ENV:
            key = IN_COMPUTE_ENV[question]
            (item,) = yaml.safe_load((folder / "compute-envs/aws_fusion_ondemand.yml").read_text())["compute-envs"]
            assert str(item.get(key, "")) == expected
            assert str(options.get(key, "")) == expected
        elif question in IN_PIPELINE:
            file = "pipelines/workflow_fusion_ondemand.yml"
            (item,) = yaml.safe_load((folder / file).read_text())["pipelines"]
            assert item[IN_PIPELINE[question]] == expected
            ((_, options, positionals),) = commands(folder, file)
            assert expected in (options["revision"], *positionals)
        assert not list(place.rglob("pwned"))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_of(folder)}


def test_modes_are_sane(acme: Path) -> None:
    for path in acme.rglob("*"):
        assert not path.stat().st_mode & stat.S_IWOTH, path
    assert os.access(acme / "validate.py", os.X_OK)
    assert not os.access(acme / "env.sh", os.X_OK)


def test_nothing_secret_is_left_anywhere(tmp_path: Path) -> None:
    token = "eyJ0aWQiOiAxfS5hLXNlY3JldC10b2tlbg"
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    temporary.mkdir()
    env = {"HOME": str(home), "TMPDIR": str(temporary), "TOWER_ACCESS_TOKEN": token}
    ran = run([COOKIECUTTER, ROOT, "--no-input"], cwd=tmp_path, env=env)
    assert ran.returncode == 0, ran.stderr
    assert token not in ran.stdout + ran.stderr
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path


def on_small_disk(kibibytes: int, script: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a bash script in a directory on a disk of its own, of so many KiB; what it is to keep, it copies to $KEEP."""
    place, keep = tmp_path / "disk", tmp_path / "keep"
    for folder in (place, keep):
        folder.mkdir(parents=True)
    # A file system of its own takes root, or a user namespace in which one is root.
    alone = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    mount = f'mount -t tmpfs -o size={kibibytes}k tmpfs . && cd . && cd "$PWD"'
    if not shutil.which("unshare") or run([*alone, "bash", "-c", mount], cwd=place).returncode:
        pytest.skip("this system lets nobody mount a tmpfs")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    env = {
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(elsewhere),
        "KEEP": str(keep),
        "BAKE": f"{COOKIECUTTER} {ROOT} --no-input",
    }
    return run([*alone, "bash", "-c", f"{mount}\n{script}"], cwd=place, env=env)


# The disk is full at once, in the midst of the files, of the schemas, and at the checksums, the last file of all.
@pytest.mark.parametrize("kibibytes", [4, 100, 250, 380, None])
def test_a_new_folder_on_a_disk_too_small_is_taken_away(tmp_path: Path, kibibytes: int | None) -> None:
    if not kibibytes:
        assert generate(str(ROOT), tmp_path, "project_slug=one").returncode == 0
        pages = [-(-path.stat().st_size // 4096) for path in (tmp_path / "one").rglob("*") if path.is_file()]
        kibibytes = 4 * (sum(pages) - 1)
        shutil.rmtree(tmp_path / "one")
        ran = on_small_disk(kibibytes + 4, "$BAKE project_slug=one", tmp_path / "enough")
        assert ran.returncode == 0, ran.stderr
    ran = on_small_disk(kibibytes, "$BAKE project_slug=one; code=$?; cp -r . $KEEP; exit $code", tmp_path)
    assert ran.returncode == 1
    assert "No space left on device." in ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert [path.name for path in (tmp_path / "keep").iterdir()] in ([], ["fusion-snapshots-answers.yml"])


def test_a_disk_that_fills_up_loses_no_edit(tmp_path: Path) -> None:
    script = """
    $BAKE project_slug=one >/dev/null || exit 9
    echo "# mine" >> one/env.sh
    dd if=/dev/zero of=fill bs=1k status=none
    $BAKE project_slug=one -f aws_region=eu-west-1; code=$?
    rm fill; cp -r one $KEEP
    exit $code
    """
    ran = on_small_disk(1000, script, tmp_path)
    assert ran.returncode == 1
    stopped, last = ran.stderr.strip().splitlines()[-2:]
    assert re.fullmatch(r"Stopped at /.*/one(/.*)?: No space left on device\.", stopped)
    assert last.startswith(
        "What you had edited is kept there, under its name or as <file>.edited. When that is mended: "
    )
    assert f"cookiecutter {ROOT} --overwrite-if-exists --no-input --config-file " in last
    assert "Traceback" not in ran.stdout + ran.stderr
    folder = tmp_path / "keep/one"
    assert "# mine" in (folder / "env.sh.edited").read_text()

    again = run([*last.partition("mended: ")[2].split()], cwd=tmp_path / "keep", env={"HOME": str(tmp_path / "home")})
    assert again.returncode == 0, again.stderr
    assert variables(folder)["AWS_REGION"] == "eu-west-1"
    assert "# mine" in (folder / "env.sh.edited").read_text()


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
    kept = tmp_path / "elsewhere/fusion-snapshots-answers.yml"
    assert f"Correct the answers in {kept}, then: " in ran.stdout
    assert yaml.safe_load(kept.read_text())["default_context"]["labels"] == "x"


def test_read_only_output_directory(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    out.chmod(0o555)
    limited = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    words: list[str | Path] = [*limited, COOKIECUTTER, ROOT, "--no-input", "-o", out]
    ran = run(words, cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert ran.returncode != 0
    assert f"cannot be created in {out}, which is not writable; choose another --output-dir" in ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr
    assert (tmp_path / "fusion-snapshots-answers.yml").is_file()
    assert not list(out.iterdir())


def test_two_generations_into_one_folder_at_once(tmp_path: Path) -> None:
    assert generate(str(ROOT), tmp_path).returncode == 0
    folder = tmp_path / SLUG
    (folder / "env.sh").write_text("# mine\n")
    env = {**os.environ, "HOME": str(tmp_path / "home")}
    command = [str(COOKIECUTTER), str(ROOT), "--no-input", "-f"]
    both = [
        subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    for process in both:
        process.wait(timeout=60)
    assert "# mine\n" in [path.read_text() for path in folder.glob("env.sh*") if path.is_file()]
    assert generate(str(ROOT), tmp_path, "-f").returncode == 0
    assert variables(folder)["AWS_REGION"] == "us-east-1"
    assert "# mine\n" in [path.read_text() for path in folder.glob("env.sh.edited*")]


def test_a_second_generation_leaves_the_first_one_alone(tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path / "home")}
    words = [str(COOKIECUTTER), str(ROOT), "--no-input"]
    first = subprocess.Popen(words, cwd=tmp_path, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while not (tmp_path / SLUG).exists() and time.monotonic() < deadline:
        time.sleep(0.001)
    first.send_signal(signal.SIGSTOP)
    second = run([*words], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 1
    assert "already exists in" in second.stderr
    assert first.wait(timeout=60) == 0
    assert (tmp_path / SLUG / ".rendered.json").is_file()


def test_killed_while_a_new_folder_is_checked(tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        [str(COOKIECUTTER), str(ROOT), "--no-input"], cwd=tmp_path, env=env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not (tmp_path / SLUG / "schemas").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    ran = generate(str(ROOT), tmp_path, "-f")
    assert ran.returncode == 0, ran.stderr
    assert variables(tmp_path / SLUG)["AWS_REGION"] == "us-east-1"


def test_ctrl_c_while_a_new_folder_is_rendered(tmp_path: Path) -> None:
    folder = tmp_path / SLUG
    env = {**os.environ, "HOME": str(tmp_path / "home")}
    words = [str(COOKIECUTTER), str(ROOT), "--no-input"]
    process = subprocess.Popen(
        words, cwd=tmp_path, env=env, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while not (folder / "README.md").exists() and time.monotonic() < deadline:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert not folder.exists()
    assert "Traceback" not in errors
    last = errors.strip().splitlines()[-1]
    assert last.startswith(f"The unfinished folder {SLUG} is removed. To go on: ")
    ran = run([*last.partition("To go on: ")[2].split()], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert ran.returncode == 0, ran.stderr
    assert (folder / "env.sh").is_file()


@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": ""},
        {"LC_ALL": "C"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    ],
    ids=["no HOME", "C", "tr_TR", "POSIX without UTF-8 mode"],
)
def test_odd_environments_render_the_same(tmp_path: Path, environment: dict[str, str]) -> None:
    place = tmp_path / "odd"
    place.mkdir()
    env = {key: value for key, value in os.environ.items() if key not in ("HOME", "LANG", "LC_ALL")}
    env |= {"HOME": str(tmp_path / "home"), **environment}
    if not env["HOME"]:
        del env["HOME"]
    words = [str(COOKIECUTTER), str(ROOT), "--no-input", *(f"{key}={value}" for key, value in ACME.items())]
    ran = subprocess.run(words, cwd=place, env=env, capture_output=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert generate(str(ROOT), tmp_path, *words[3:]).returncode == 0
    (odd,), (plain,) = place.glob("fusion-snapshots-*"), tmp_path.glob("fusion-snapshots-*")
    assert snapshot(odd) == snapshot(plain)


def test_a_path_with_spaces_and_umlauts(tmp_path: Path) -> None:
    place = tmp_path / "Gemeinsame Läufe & 'mehr'"
    place.mkdir()
    ran = generate(str(ROOT), place)
    assert ran.returncode == 0, ran.stderr
    folder = place / SLUG
    assert variables(folder)["AWS_REGION"] == "us-east-1"
    ran = run([BIN / "python", "validate.py"], cwd=folder)
    assert ran.returncode == 0, ran.stdout
    assert commands(folder, "compute-envs/aws_fusion_ondemand.yml")
    assert generate(str(ROOT), place, "-f").returncode == 0
