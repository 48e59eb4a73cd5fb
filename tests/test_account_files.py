"""Files of answers: two that cannot be rendered beside each other, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from conftest import ACME, run
from test_accounts import RECIPE


def write(place: Path, **answers: str) -> str:
    place.write_text(yaml.safe_dump({"default_context": {**ACME, **answers}}))
    return str(place)


def test_two_accounts_of_one_workspace_need_two_prefixes(tmp_path: Path) -> None:
    first, second = (write(tmp_path / f"team {name}.yml", project_slug=name) for name in ("a", "b"))
    ran = run([*RECIPE, "-o", "out", first, second], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    prefix = "fusion-benchmark_eu-west-1"
    words = f"compute_env_prefix: {prefix!r} is that of the folder a, too, in the same workspace acme-genomics/fusion-benchmark"
    assert ran.stdout.splitlines() == [
        "refused    team b.yml  ",
        f"           {words}; give one of them another, e.g. team-b",
        f"rendered   team a.yml  {tmp_path / 'out/a'}",
        "1 rendered, 0 unchanged, 1 refused",
    ]
    # It is the prefix that is asked for where the folder's name follows it, too; and a folder that is there counts.
    third = write(tmp_path / "c.yml")
    fourth = write(tmp_path / "d.yml")
    ran = run([*RECIPE, "-o", "other", third, fourth], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert f"compute_env_prefix: {prefix!r} is that of the folder fusion-snapshots-{prefix}, too" in ran.stdout
    assert "give one of them another, e.g. d\n" in ran.stdout
    ran = run([*RECIPE, "-o", "out", second], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert "e.g. team-b" in ran.stdout
    ran = run([*RECIPE, "-o", "out", first], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert ran.stdout.splitlines()[-1] == "0 rendered, 1 unchanged, 0 refused"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("default_context: 5\n", "holds no answers: it needs default_context: with question: answer lines below it"),
        ("default_context: [\n", "Unable to parse YAML file {file}."),
        ("default_context: {_jinja2_env_vars: 5}\n", "_jinja2_env_vars: 5 begins with _, which only the template itself sets; take it out"),
        ("default_context: {_extensions: []}\n", "_extensions: [] begins with _, which only the template itself sets; take it out"),
        ("default_context: {max_cpus: 0x1F}\n", 'max_cpus: 31 is what YAML makes of 0x1F; put it in quotes, e.g. max_cpus: "0x1F"'),
        ("default_context: {subnets: []}\n", 'subnets: [] is a list; write one text, items separated by commas, e.g. subnets: ""'),
        ("- a\n", "Top-level element of YAML file {file} should be an object."),
    ],
)  # fmt: skip
def test_what_is_no_account_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.yml"
    file.write_text(text)
    ran = run([*RECIPE, str(file)], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert (ran.returncode, ran.stderr) == (1, "")
    expected = ["refused    bad.yml  ", f"           {said.format(file=file)}", "0 rendered, 0 unchanged, 1 refused"]
    assert ran.stdout.splitlines() == expected
