"""Answers are data: no configuration, argument or replay file has anything run, or changes how the template renders."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, ROOT, run, slow_after
from test_generation import template as template  # a fixture

SLUG = "fusion-snapshots-fusion-benchmark_eu-west-1"
# Runs a command in whatever Jinja renders it, with any of the delimiters below.
CODE = "cycler.__init__.__globals__.os.popen('touch {}').read()"
STATEMENT = "~~ set x = " + CODE
DELIMITERS: dict[str, dict[str, Any]] = {
    "a prefix for statements": {"line_statement_prefix": "~~"},
    "other variables": {"variable_start_string": "@@", "variable_end_string": "@@"},
    "other blocks": {"block_start_string": "@%", "block_end_string": "%@"},
    "a prefix for comments": {"line_comment_prefix": "a"},
    "a function for all output": {"finalize": "x"},
    "no template of its own": {"enable_async": True, "autoescape": True, "trim_blocks": False},
}
HOSTILE = "acme\n{statement}\n@@ {code} @@\n@% if {code} %@@% endif %@\n<< {code} >>\n<% if {code} %><% endif %>"
PRIVATE: dict[str, Any] = {
    **{name: {"_jinja2_env_vars": values} for name, values in DELIMITERS.items()},
    "nothing copied as it is": {"_copy_without_render": []},
    "another version": {"_version": "9"},
    "no check at the end": {"__checked": ""},
    "code in place of the check": {"__checked": f"<< {CODE} >>", "__begun": {"a": f"<< {CODE} >>"}},
    "other prompts": {"__prompts__": {"organization_name": f"<< {CODE} >>"}},
    "no name of ours": {"_anything": 1},
}
# What cookiecutter itself cannot read; it ends in words or in a traceback of its own, before anything is rendered.
UNREADABLE: dict[str, Any] = {
    "no extension": {"_extensions": []},
    "one extension of ours": {"_extensions": ["fusion_snapshots.template.staging.StagingExtension"]},
    "another extension": {"_extensions": ["jinja2.ext.do"]},
    "an extension as text": {"_extensions": "jinja2.ext.do"},
    "a number for delimiters": {"_jinja2_env_vars": 5},
    "another argument of Jinja's": {"_jinja2_env_vars": {"extensions": []}},
}


def hostile(pwned: Path) -> dict[str, str]:
    code = CODE.format(pwned)
    return {**ACME, "organization_name": HOSTILE.format(code=code, statement=STATEMENT.format(pwned))}


def private(names: dict[str, Any], pwned: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(names).replace("touch {}", f"touch {pwned}"))
    return loaded


def cookiecutter(cwd: Path, *words: str | Path, **env: str) -> tuple[int, str, str]:
    ran = run([COOKIECUTTER, ROOT, *words], cwd=cwd, env={"HOME": str(cwd / "home"), **env}, stdin=-3)
    return ran.returncode, ran.stdout, ran.stderr


def folders(place: Path) -> list[str]:
    return sorted(path.name for path in place.glob("fusion-snapshots-*") if path.is_dir())


@pytest.mark.parametrize("way", slow_after(1, ["--config-file", "~/.cookiecutterrc", "COOKIECUTTER_CONFIG"]))
@pytest.mark.parametrize("names", PRIVATE.values(), ids=PRIVATE.keys())
def test_a_configuration_may_set_no_private_name(tmp_path: Path, names: dict[str, Any], way: str) -> None:
    pwned = tmp_path / "pwned"
    config = tmp_path / "config.yml"
    (tmp_path / "home").mkdir()
    names = private(names, pwned)
    words: list[str | Path] = ["--no-input"]
    env = {}
    if way == "~/.cookiecutterrc":
        config = tmp_path / "home/.cookiecutterrc"
    elif way == "--config-file":
        words += [way, config]
    else:
        env = {way: str(config)}
    config.write_text(yaml.safe_dump({"default_context": {**hostile(pwned), **names}}))
    code, stdout, stderr = cookiecutter(tmp_path, *words, **env)
    assert code == 1
    refused = [line.partition(":")[0].strip() for line in stderr.splitlines() if line.startswith("  ")]
    assert sorted(refused[:-1]) == sorted(names)
    assert refused[-1] == "organization_name"
    for name in names:
        (line,) = [line for line in stderr.splitlines() if line.startswith(f"  {name}: ")]
        assert line.endswith("begins with _, which only the template itself sets; take it out")
    assert "Traceback" not in stdout + stderr
    assert not pwned.exists()
    assert folders(tmp_path) == []
    # What is kept holds none of these names, and its answers are data.
    kept = yaml.safe_load((tmp_path / "fusion-snapshots-answers.yml").read_text())["default_context"]
    assert kept == {key: str(value) for key, value in hostile(pwned).items()}


@pytest.mark.parametrize("names", slow_after(2, UNREADABLE.values()), ids=UNREADABLE.keys())
def test_nothing_runs_where_cookiecutter_cannot_read_a_configuration(tmp_path: Path, names: dict[str, Any]) -> None:
    pwned = tmp_path / "pwned"
    for more in ({}, {"__begun": f"<< {CODE.format(pwned)} >>", "__checked": ""}, *DELIMITERS.values()):
        values = {"_jinja2_env_vars": more, **names} if more in DELIMITERS.values() else {**names, **more}
        (tmp_path / "config.yml").write_text(yaml.safe_dump({"default_context": {**values, **hostile(pwned)}}))
        code, _, stderr = cookiecutter(tmp_path, "--no-input", "--config-file", "config.yml")
        assert code == 1, values
        assert "Traceback" in stderr or "refused:" in stderr
        assert not pwned.exists(), values
        assert folders(tmp_path) == []


@pytest.mark.parametrize(
    "text", ["default_context: 5\n", "default_context: [\n", "default_context: [a]\n", "- a\n", "\x00"]
)
def test_nothing_is_rendered_from_what_is_no_configuration(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.yml").write_text(text)
    assert cookiecutter(tmp_path, "--no-input", "--config-file", "config.yml")[0] == 1
    assert folders(tmp_path) == []


def test_arguments_may_set_no_private_name(tmp_path: Path) -> None:
    code, stdout, stderr = cookiecutter(tmp_path, "--no-input", "_version=9", "__checked=", "max_cpus=x")
    assert code == 1
    assert stderr.splitlines() == [
        "",
        "3 answers refused:",
        "  _version: '9' begins with _, which only the template itself sets; take it out",
        "  __checked: '' begins with _, which only the template itself sets; take it out",
        "  max_cpus: 'x' must be a whole number from 1 to 999999, e.g. 1000",
    ]
    assert "Traceback" not in stdout
    assert folders(tmp_path) == []


def test_another_templates_public_names_are_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.cookiecutterrc").write_text("default_context: {full_name: A Person, github_username: a}\n")
    assert cookiecutter(tmp_path, "--no-input")[0] == 0


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What cookiecutter keeps of a run, to replay it."""
    place = tmp_path_factory.mktemp("replay")
    assert cookiecutter(place, "--no-input", *(f"{key}={value}" for key, value in ACME.items()))[0] == 0
    (file,) = (place / "home/.cookiecutter_replay").iterdir()
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


NESTED: dict[str, Any] = {
    "another template": {"template": ["x (../elsewhere)"]},
    "other templates": {"templates": {"a": {"path": "../elsewhere"}}},
    "new lines": {"_new_lines": "x"},
    "more extensions": {"_extensions": [*json.loads((ROOT / "cookiecutter.json").read_text())["_extensions"], "jinja2.ext.do"]},
}  # fmt: skip


@pytest.mark.parametrize("names", slow_after(5, [*PRIVATE.values(), *NESTED.values()]), ids=[*PRIVATE, *NESTED])
def test_a_replay_file_holds_the_templates_own_names(
    tmp_path: Path, replay: dict[str, Any], names: dict[str, Any]
) -> None:
    pwned = tmp_path / "pwned"
    names = private(names, pwned)
    names.pop("__checked", None) if names.get("__checked") == "" else None
    answers = {**replay["cookiecutter"], **hostile(pwned), **names}
    (tmp_path / "replay.json").write_text(json.dumps({**replay, "cookiecutter": answers}))
    code, stdout, stderr = cookiecutter(tmp_path, "--replay-file", "replay.json")
    assert code == 1
    for name in names:
        assert f"  {name}: " in stderr
    assert "  organization_name: " in stderr
    assert "Traceback" not in stdout + stderr
    assert not pwned.exists()
    assert folders(tmp_path) == []


def test_a_replay_file_without_the_extension_renders_nothing(tmp_path: Path, replay: dict[str, Any]) -> None:
    for extensions in ([], ["fusion_snapshots.template.staging.StagingExtension"]):
        answers = {**replay["cookiecutter"], "_extensions": extensions}
        (tmp_path / "replay.json").write_text(json.dumps({**replay, "cookiecutter": answers}))
        assert cookiecutter(tmp_path, "--replay-file", "replay.json")[0] == 1
        assert [path for path in tmp_path.glob("fusion-snapshots-*/**/*") if path.is_file()] == []
        shutil.rmtree(tmp_path / SLUG, ignore_errors=True)


@pytest.mark.slow
def test_an_answer_that_quotes_the_template_is_data(tmp_path: Path) -> None:
    hooks = [path.read_text() for path in (ROOT / "hooks").glob("*.py")]
    own = [value for value in json.loads((ROOT / "cookiecutter.json").read_text()).values() if "<<" in value]
    for text in (*hooks, *own):
        code, stdout, stderr = cookiecutter(tmp_path, "--no-input", f"organization_name={text}")
        assert code == 1, text
        assert "  organization_name: " in stderr
        assert "Traceback" not in stdout + stderr
        assert folders(tmp_path) == []


@pytest.mark.parametrize("installed", ["a copy", "another template"])
def test_a_package_that_stands_in_the_templates_way_is_refused(tmp_path: Path, template: Path, installed: str) -> None:
    other = tmp_path / "other"
    if installed == "a copy":
        shutil.copytree(ROOT / "fusion_snapshots", other / "fusion_snapshots")
    else:
        template.rename(other)
    ran = run(
        [COOKIECUTTER, ROOT, "--no-input"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(other), "UV": "uv"},
    )
    assert ran.returncode == 1
    assert ran.stdout == (
        f"Unable to load extension: {other / 'fusion_snapshots'} is found before the template's own package. Run "
        "cookiecutter where it is not installed (or: pip uninstall fusion-snapshots). Run it as: uvx --with jsonschema "
        "'cookiecutter>=2.6' TEMPLATE\n"
    )
    assert ran.stderr == ""
    assert folders(tmp_path) == []
