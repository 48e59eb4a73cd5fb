"""What tw answered in each scenario, without what differs from call to call and from machine to machine."""

from __future__ import annotations

import json
import re
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import backends
from backends import Platform
from scenario_steps import Step
from scenarios import FILES, FROM_NOTHING, SCENARIOS, SETTING_UP

from fusion_snapshots.simulated.state import Json
from fusion_snapshots.simulated.tw import COMMANDS, client, command, options

RECORDED = Path(__file__).parent / "tw-answers.json"
ANSWERS: dict[str, list[Json]] = json.loads(RECORDED.read_text())
# Scenarios that are about one module, whatever their commands.
ABOUT: dict[str, ModuleType] = {"bad options": options, "pages": command}
ABOUT |= dict.fromkeys(("faults", "requests that are sent twice", "no Platform"), client)
ARCHIVE = "dump.tar.gz"
MOST = 2  # of a list, so many entries are kept, and how many there were
CHANGING = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"https://localhost:\d+/api", "ENDPOINT"),
    (r"https://localhost:\d+/orgs", "SERVER/orgs"),
    (r"(?<=\d) \(\w+\) *", " (BUILD)"),  # whoever built tw, and what fills the column after it
    (r"io\.seqera\.tower\.model\.\w+", "MODEL"),
    (r"java\.lang\.NullPointerException.*", "java.lang.NullPointerException"),
    (r"\n\tat .*", ""),  # a trace of Java's
    (r"=<\w+>|(?<=\(specify one of these\)).*", ""),  # what an option's value is called
)


def play(platform: Platform, name: str, folder: Path) -> list[Json]:
    """Return what tw answers to each step of a scenario."""
    for file, text in FILES.items():
        (folder / file).write_text(text)
    if name not in FROM_NOTHING:
        _set_up(platform, folder)
    return [_answer(platform, step, folder) for step in SCENARIOS[name]]


def steps_about(module: ModuleType) -> list[tuple[str, int]]:
    """Return the scenarios' steps that a module of the stand-in is to answer: scenario and number from 0."""
    steps = [(name, number) for name in SCENARIOS for number in range(len(SCENARIOS[name]))]
    return [(name, number) for name, number in steps if _module(name, SCENARIOS[name][number]) == module.__name__]


def _module(name: str, step: Step) -> str:
    return ABOUT[name].__name__ if name in ABOUT else COMMANDS[options.command(step.words)].__module__


@cache
def played(name: str) -> list[Json]:
    """Return what the stand-in answers to each step of a scenario, played once."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "here"
        folder.mkdir()
        return play(backends.stand_in(folder.parent / "platform"), name, folder)


def _set_up(platform: Platform, folder: Path) -> None:
    """Do what comes before most scenarios, with the stand-in, as that is fast and the state is the same."""
    place = platform.store.state.parent
    fast = {"PATH": f"{backends.put_program(place)}:{platform.env['PATH']}", "TW_STATE": str(place)}
    for step in SETTING_UP:
        ran = backends.run_tw(platform, step.words, folder, **fast, **_endpoint(platform))
        assert ran.returncode == 0, ran.stderr


def _endpoint(platform: Platform) -> dict[str, str]:
    """Return an address for the stand-in that is as long as the real one's."""
    return {"TOWER_API_ENDPOINT": platform.env.get("TOWER_API_ENDPOINT", "https://localhost:18443/api")}


def _answer(platform: Platform, step: Step, folder: Path) -> Json:
    if step.before:
        step.before(platform)
    platform.forget()
    (folder / ARCHIVE).unlink(missing_ok=True)
    ran = backends.run_tw(platform, step.words, folder, **_endpoint(platform))
    answer: Json = {"tw": " ".join(step.words), "exit code": ran.returncode}
    answer |= _output(ran.stdout, folder)
    if ran.stderr:
        # After what is wrong with the options comes all the help.
        answer["errors"] = _same(ran.stderr if ran.returncode != 2 else ran.stderr.splitlines()[0], folder)
    answer["requests"] = [_request(entry, folder) for entry in platform.journal()]
    if (folder / ARCHIVE).exists():
        answer["archive"] = _members(folder)
    return answer


def _output(text: str, folder: Path) -> Json:
    """Return standard output: what is JSON as such, and the text before it."""
    begin = re.search(r"^\[\s*(?=\{\n)|\{\n", text)
    if not begin:
        return {"output": _same(text, folder)} if text else {}
    before = text[: begin.start()]
    found = {"json": _shrunk(json.loads(_same(text[begin.start() :], folder)))}
    return {"output": _same(before, folder), **found} if before else found


def _request(entry: Json, folder: Path) -> str:
    query = "&".join(f"{key}={value}" for key, value in sorted(entry["query"].items()))
    body = "" if entry["request"] is None else f" {json.dumps(_without_none(entry['request']), sort_keys=True)}"
    where = entry["path"] + (f"?{query}" if query else "")
    return _same(f"{entry['method']} {where} {entry['status']}{body}", folder)


def _members(folder: Path) -> Json:
    found: Json = {}
    try:
        with tarfile.open(folder / ARCHIVE) as archive:
            for member in archive:
                file = archive.extractfile(member)
                text = _same(file.read().decode() if file else "", folder)
                found[member.name] = _shrunk(json.loads(text)) if member.name.endswith(".json") else text
    except tarfile.ReadError:
        return {"": "no archive"}
    return found


def _same(text: str, folder: Path) -> str:
    text = text.replace(str(folder), "FOLDER")
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text)
    return text


def _shrunk(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shrunk(item) for key, item in sorted(value.items())}
    if isinstance(value, list):
        kept = [_shrunk(item) for item in value[:MOST]]
        return kept if len(value) <= MOST else [*kept, f"{len(value)} in all"]
    # tw holds some numbers with fewer digits than others.
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    return [_without_none(item) for item in value] if isinstance(value, list) else value
