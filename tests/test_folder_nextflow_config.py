"""The text of a Nextflow configuration tells its settings by their full names, and what is not closed."""

from __future__ import annotations

import pytest

from fusion_snapshots.findings import Written
from fusion_snapshots.folder.nextflow_config import NextflowConfig, limits_in


def settings(text: str) -> list[tuple[str, str | None]]:
    config = NextflowConfig(text)
    assert config.fault is None
    return [(each.name, each.value) for each in config.statements]


READ = {
    "a.b.c = 1 // { not a block": [("a.b.c", "1")],
    "process {\n  cpus = 4; memory = '8 GB'\n}\nx = 1": [
        ("process.cpus", "4"),
        ("process.memory", "'8 GB'"),
        ("x", "1"),
    ],
    "process { withName: 'A' { cpus = 2 } }": [("process.withName:'A'.cpus", "2")],
    "process { withLabel:big { cpus = 2 } }": [("process.withLabel:big.cpus", "2")],
    "process { 'withName:A' { cpus = 2 } }": [("process.'withName:A'.cpus", "2")],
    "aws { batch { maxSpotAttempts = 5 } }": [("aws.batch.maxSpotAttempts", "5")],
    "x = {\n  [a: 1,\n   b: '}']\n}\ny = 2": [("x", "{[a:1,b:'}']}"), ("y", "2")],
    "x =\n  [1,\n 2] /* ] */\ny = 2": [("x", "[1,2]"), ("y", "2")],
    "x = /a{b/\ny = 6 / 2 / 3": [("x", "/a{b/"), ("y", "6/2/3")],
    "x = \"\"\"\n{\n\"\"\"\ny = '''}'''": [("x", '"""\n{\n"""'), ("y", "'''}'''")],
    "includeConfig 'other.config'\nplugins { id 'nf-x' }": [("includeConfig", None), ("plugins.id", None)],
    "if (x) { y = 1 }\nz = 2": [("if", None), ("z", "2")],
    "": [],
}


@pytest.mark.parametrize("text", READ)
def test_settings(text: str) -> None:
    assert settings(text) == READ[text]


def test_the_last_setting_counts_and_has_a_place() -> None:
    config = NextflowConfig("a = 1\n\n  a = 2\n")
    last = config.last("a")
    assert last
    assert (last.value, last.line, last.column) == ("2", 3, 3)
    assert config.last("b") is None


FAULTS = {
    "process {\n cpus = 4\n": ("this { is never closed", 1, 9),
    "x = [1, 2\ny = 3\n}": ("this [ is not closed before the } on line 3", 1, 5),
    "x = 1\n}": ("this } closes nothing", 2, 1),
    "x = 'abc\ny = 2": ("this ' has no end", 1, 5),
    "x = 1\n/* never": ("this /* has no end", 2, 1),
}


@pytest.mark.parametrize("text", FAULTS)
def test_what_is_not_closed(text: str) -> None:
    config = NextflowConfig(text)
    assert config.fault == FAULTS[text]
    assert config.statements == []


def test_a_finding_shows_what_is_written() -> None:
    config = NextflowConfig("process.cpus = 4\nincludeConfig 'x'\n")
    setting, call = config.statements
    found = setting.finding("a.config", "warning", "unfair", "differs")
    assert (found.file, found.line, found.column, found.key, found.got) == (
        "a.config",
        1,
        1,
        "process.cpus",
        Written("4"),
    )
    assert call.finding("a.config", "warning", "unfair", "differs", "other")[2:] == (1, "warning", "unfair", "other", "differs", None)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        ("[cpus: 32, memory: 109.GB]", (32, 109)),
        ("[memory: '2 TB', cpus: '8']", (8, 2048)),
        ("[memory: 512.MB]", (0, 0.5)),
        ("[memory: 1.5.GB]", (0, 1.5)),
        ("[cpus: 4]", (4, 0)),
        ("[maxcpus: 4, memory: big]", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_limits_by_their_text(value: str, limits: tuple[float, float]) -> None:
    assert limits_in(value.replace(" ", "")) == limits


def test_settings_count_with_the_profiles_that_are_chosen() -> None:
    config = NextflowConfig("a = 1\nprofiles {\n  x { a = 2; b = 3 }\n  y { a = 4 }\n}\n")

    def found(*profiles: str) -> dict[str, str | None]:
        return {name: each.value for name, each in config.settings(profiles).items()}

    assert found() == found("z") == {"a": "1"}
    assert found("x") == {"a": "2", "b": "3"}
    assert found("y", "x") == {"a": "4", "b": "3"}  # in the file's order
    assert config.settings(["x"])["b"].line == 3


def test_calls_and_names_without_selectors() -> None:
    config = NextflowConfig(
        "includeConfig 'a'\nprofiles { x { includeConfig 'b' } }\nprocess { withName: A { cpus = 1 } }\n"
    )
    assert [each.line for each in config.calls("includeConfig")] == [1, 2]
    assert config.calls("include") == []
    assert config.statements[-1].plain_name == "process.cpus"
