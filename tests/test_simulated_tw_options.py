"""The stand-in's options: what tw's own table of options lets through, and what is refused."""

from __future__ import annotations

import pytest
from answers import ANSWERS, played, steps_about

from fusion_snapshots.simulated.tw import options


@pytest.mark.parametrize(("scenario", "number"), steps_about(options))
def test_each_step_is_answered_as_tw_answered_it(scenario: str, number: int) -> None:
    assert played(scenario)[number] == ANSWERS[scenario][number]


@pytest.mark.parametrize(
    ("words", "parsed"),
    [
        ("info", ("info", {}, [])),
        ("-o json -u=https://x info", ("info", {"tw output": "json", "tw url": "https://x"}, [])),
        ("--output=JSON info", ("info", {"tw output": "JSON"}, [])),
        ("launch demo --name x", ("launch", {"name": "x"}, ["demo"])),
        ("launch --name=x=y demo", ("launch", {"name": "x=y"}, ["demo"])),
        ("launch -n x demo --stub-run", ("launch", {"name": "x", "stub-run": True}, ["demo"])),
        ("launch demo --head-job-cpus -4", ("launch", {"head-job-cpus": "-4"}, ["demo"])),
        ("launch demo --wait succeeded", ("launch", {"wait": "succeeded"}, ["demo"])),
        ("pipelines view --id 7", ("pipelines view", {"id": "7"}, [])),
        ("runs view -i 1 tasks --max=2", ("runs view tasks", {"id": "1", "max": "2"}, [])),
        ("-t x runs view -i 1 tasks", ("runs view tasks", {"tw access-token": "x", "id": "1"}, [])),
        ("runs view -i 1", ("runs view", {"id": "1"}, [])),
    ],
)
def test_what_is_let_through(words: str, parsed: tuple[str, options.Options, list[str]]) -> None:
    assert options.parse(words.split()) == parsed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Unmatched argument at index 0: "),
        ("frobnicate x", "Unmatched argument at index 0: 'frobnicate', 'x'"),
        ("runs view", "Missing required option: '--id=<id>'"),
        ("runs view tasks", "Missing required option: '--id'"),
        ("runs view -i 1 tasks x", None),
        ("info x", "Unmatched argument: ['x']"),
        ("launch a b c", "Unmatched argument: ['b', 'c']"),
        ("launch", "Missing required parameter: 'PIPELINE_OR_URL'"),
        ("launch x --colour", "Unknown option: '--colour'"),
        ("launch x --colour red", "Unknown options: '--colour', 'red'"),
        ("launch x --name a -n b", "option '-n' should be specified only once"),
        ("launch x --stub-run=yes", "option '--stub-run' takes no value"),
        ("launch x --name", "Missing required parameter for option '--name'"),
        ("launch x --name --stub-run", "Missing required parameter for option '--name'"),
        ("launch x --head-job-cpus many", "Invalid value for option '--head-job-cpus': 'many' is not an int"),
        ("-o yaml info", "Invalid value for option '-o': expected one of ["),
        ("pipelines view", "Error: Missing required argument (specify one of these): (-i | -n)"),
        ("pipelines view -i 1 -n x", "Error: --id, --name are mutually exclusive (specify only one)"),
        ("launch x --version-id 1 --version-name y", "Error: --version-id, --version-name are mutually exclusive (specify only one)"),
    ],
)  # fmt: skip
def test_what_is_refused(words: str, said: str | None) -> None:
    if said is None:  # what tw lets pass below a command of a command
        assert options.parse(words.split())[2] == ["x"]
        return
    with pytest.raises(options.UsageError) as refused:
        options.parse(words.split())
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("runs view -i 1 tasks", "runs view"),
        ("-t x runs list", "runs list"),
        ("compute-envs add aws-batch forge --name=x", "compute-envs add aws-batch forge"),
        ("--colour runs list", ""),
        ("frobnicate", ""),
        ("runs", ""),
    ],
)
def test_the_command_that_a_line_names(words: str, command: str) -> None:
    assert options.command(words.split()) == command


def test_an_option_that_may_be_negated_is_told_by_its_word() -> None:
    negatable = [
        (name, option) for name, table in options.TABLE.items() for option in table["options"] if option["negatable"]
    ]
    for name, option in negatable:
        long = option["names"][-1].removeprefix("--")
        assert options._options(name, [f"--{long}"]) == ({long: True}, [])
        assert options._options(name, [f"--no-{long}"]) == ({long: False}, [])
    assert negatable
