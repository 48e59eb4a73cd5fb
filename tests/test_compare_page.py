"""The page: it needs nothing else, shows every run, and nothing that an archive holds becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from archives import read_arm, task
from worlds import judge_runs, make_run

from fusion_snapshots.compare.assessment import Result, assess_runs, find_whole
from fusion_snapshots.compare.page import MOST_MACHINES, draw_page, make_page
from fusion_snapshots.compare.snapshots import SnapshotLogs, TaskSnapshots
from fusion_snapshots.runs.run import Run
from fusion_snapshots.runs.tasks import Tasks

VOID = {"meta", "br", "hr", "img", "link", "input", "wbr"}


class Page(HTMLParser):
    """A page taken apart: its elements with their attributes, its text, and whether each element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [a for name, a in self.elements if name == tag and attributes.items() <= a.items()]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def result_of(folder: Path, *, process: str = "A:ALIGN", logs: SnapshotLogs | None = None, **more: Any) -> Result:
    """Return what three runs a side show, of which one failed."""
    runs = []
    for arm, usd in (("fusion_ondemand", 10), ("fusion_snapshots", 5), ("fusion_spot", 6)):
        made = [{"tasks": [task(process, usd=usd + n, minutes=60 + usd)], "hours": 2 + n / 10} for n in range(3)]
        made[2]["status"] = "FAILED"
        runs += read_arm(folder, arm, [item | more for item in made]).runs
    return assess_runs(find_whole(runs), [], logs or SnapshotLogs([], 0, ""), [])


def test_it_is_one_file_that_needs_no_other_and_runs_nothing(tmp_path: Path) -> None:
    text = draw_page(result_of(tmp_path))
    page = Page(text)
    assert page.open == []
    assert text.startswith("<!doctype html>")
    for tag in ("script", "link", "img", "iframe", "object", "embed", "form", "base", "a"):
        assert page.all(tag) == []
    attributes = [name for _, own in page.elements for name in own]
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "xlink:href")]
    assert set(re.findall(r"https?://[^\"' )]+", text)) == {"http://www.w3.org/2000/svg"}  # SVG's name, no address
    assert "url(" not in text
    assert "@import" not in text
    policy = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy[0]["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_it_is_for_light_and_dark_screens_and_for_paper(tmp_path: Path) -> None:
    text = draw_page(result_of(tmp_path))
    assert "@media screen and (prefers-color-scheme: dark)" in text
    assert "@media print" in text
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in text


def test_every_run_is_a_dot_and_a_row(tmp_path: Path) -> None:
    result = result_of(tmp_path)
    page = Page(draw_page(result))
    dots = [item["class"] for item in page.all("circle")]
    # Three charts of three arms of three runs, of each of which one failed.
    assert (dots.count("run"), dots.count("run failed")) == (18, 9)
    for arm in result.arms:
        for run in arm.runs:
            # The row, and the dots' titles.
            assert page.text.count(run.name) >= 4


def test_charts_tell_their_content_to_those_who_do_not_see_them(tmp_path: Path) -> None:
    page = Page(draw_page(result_of(tmp_path)))
    identifiers = [own["id"] for _, own in page.elements if own.get("id")]
    assert len(identifiers) == len(set(identifiers))
    charts = page.all("svg")
    assert len(charts) == 6  # cost, time, lost work, and the processes of three comparisons
    for chart in charts:
        assert chart["role"] == "img"
        assert set((chart["aria-labelledby"] or "").split()) <= set(identifiers)
    assert page.all("html", lang="en")
    assert all(cell.get("scope") for cell in page.all("th"))
    assert "fusion_ondemand: 16.50 USD, 3 runs; fusion_snapshots: 9.00 USD, 3 runs" in page.text


def test_verdict_notes_and_figures_stand_on_it(tmp_path: Path) -> None:
    result = result_of(tmp_path)
    page = Page(draw_page(result))
    text = page.text
    for said in (result.headline, *result.sentences, *result.notes, *(each.text for each in result.reservations)):
        assert said in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Do Snapshots pay for acme/workflow?" in text
    assert "~ −14 % · no interval" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert page.all("h1") == [{}]


HOSTILE = "</title></svg><script>alert('x')</script><img src=x onerror=alert(1)>&amp;\"'{{ 7 * 7 }}\u202e\x1b[31m"


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    names: dict[str, Any] = {
        "projectName": HOSTILE,
        "profile": HOSTILE,
        "commitId": HOSTILE,
        "nextflow": {"version": HOSTILE},
    }
    first = result_of(tmp_path, process=HOSTILE, **names)
    run = first.arms[1].runs[0]
    seen = TaskSnapshots(run, run.tasks[0]._replace(machine_type=HOSTILE), 1, 1, 1, [], None)
    text = draw_page(result_of(tmp_path, process=HOSTILE, logs=SnapshotLogs([seen], 1, HOSTILE), **names))
    page = Page(text)
    assert page.open == []
    assert page.all("script") == page.all("img") == []
    assert "<script>alert('x')</script>" in page.text, "it is shown as what it is"
    assert "49" not in re.findall(r"\{\{ .*? \}\}|\b49\b", page.text)
    assert "\u202e" not in text
    assert "\x1b" not in text


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    secret = "eyJ" + "a" * 40
    text = draw_page(result_of(tmp_path, profile=secret))
    assert secret not in text
    assert "&lt;secret&gt;" in text


def test_snapshots_that_were_seen_are_shown_beside_what_was_predicted(tmp_path: Path) -> None:
    run = result_of(tmp_path).arms[1].runs[0]
    seen = TaskSnapshots(run, run.tasks[0], 7, 2, 1, [27.2, 61.5], 70.0)
    text = Page(draw_page(result_of(tmp_path, logs=SnapshotLogs([seen], 1, "")))).text
    assert "A:ALIGN c6id.8xlarge 7 2 1 27 s, 1.0 min at most 1.2 min" in text


def test_runs_that_tell_nothing_still_make_a_page(tmp_path: Path) -> None:
    silent = [task(usd=None, machineType=None, priceModel=None) | {"start": None, "complete": None}]
    runs = []
    for arm in ("fusion_ondemand", "fusion_snapshots"):
        told: dict[str, Any] = {
            "tasks": silent,
            "hours": None,
            "load": {"cost": None},
            "projectName": None,
            "repository": None,
        }
        runs += read_arm(tmp_path, arm, [told]).runs
    text = Page(draw_page(assess_runs(find_whole(runs), [], SnapshotLogs([], 0, ""), []))).text
    assert "Do Snapshots pay for this workflow?" in text
    assert "fusion_snapshots not reported" in text


def runs_of(arm: str, usd: float, hits: int = 1, number: int = 8, **more: Any) -> list[Run]:
    return [replace(make_run(arm, n, usd * (1 + n / 1000), 5, hits=hits, after=24 * n), **more) for n in range(number)]


ONDEMAND = runs_of("fusion_ondemand", 10, 0)


def test_the_figures_at_the_top() -> None:
    keys = make_page(judge_runs([*ONDEMAND, *runs_of("fusion_snapshots", 5)])).keys
    assert [
        (key.label, key.ours, key.theirs, key.value, key.detail.replace("\xa0", " "), key.sure) for key in keys
    ] == [
        ("USD per result", "5.02", "10.04", "−50\xa0%", "50.0 % less, p = 0.008", True),
        ("hours per result", "5.00", "5.00", "~ +0\xa0%", "less than 0.1 % either way, p = 1.00", False),
        ("interruptions", "8", "not on Spot", "", "20.0 and 0.0 in 100 task-hours", True),
        ("task-hours lost in a run", "0.00", "0.00", "", "reclaimed, failed or aborted", True),
        ("runs that succeeded", "8 of 8", "8 of 8", "", "failed ones count in a result's cost and time", True),
    ]


def test_figures_that_do_not_compare_say_why() -> None:
    few = make_page(judge_runs([*ONDEMAND[:1], *runs_of("fusion_snapshots", 5, number=1)])).keys[0]
    assert (few.value, few.detail) == ("~ −50\xa0%", "no interval")
    failed = make_page(judge_runs([*ONDEMAND, *runs_of("fusion_snapshots", 5, status="FAILED")])).keys[0]
    assert (failed.value, failed.detail, failed.sure) == ("–", "not reported", False)
    alone = make_page(
        judge_runs([*runs_of("fusion_ondemand", 10, 0, status="FAILED"), *runs_of("fusion_snapshots", 5)])
    ).keys[0]
    assert (alone.value, alone.detail) == ("–", "nothing to compare")
    short = [replace(run, tasks=Tasks.of([*run.tasks][:1])) for run in runs_of("fusion_snapshots", 5)]
    other = make_page(judge_runs([*ONDEMAND, *short])).keys[0]
    assert (other.value, other.detail, other.sure) == ("–", "not the same work", False)


def test_machine_types_by_the_hours_of_all_arms() -> None:
    def on(run: Run, *types: str) -> Run:
        (first, *_) = run.tasks
        return replace(
            run,
            tasks=Tasks.of(
                [first._replace(machine_type=name, seconds=3600.0 * (n + 1)) for n, name in enumerate(types)]
            ),
        )

    many = [f"t{number}" for number in range(MOST_MACHINES + 2)]
    rows = make_page(
        judge_runs([on(ONDEMAND[0], *many), on(runs_of("fusion_snapshots", 5)[0], "t0", "t0", *many[2:3])])
    ).machines
    expected = sorted(many, key=lambda name: (-(int(name[1:]) + 1 + {"t0": 3, "t2": 3}.get(name, 0)), name))
    assert [label for label, _ in rows] == [*expected[:MOST_MACHINES], "2 more"]
    assert dict(rows)[many[-1]] == [f"{len(many):.2f}", "–"]
    assert dict(rows)["t2"] == ["3.00", "3.00"]
    same = make_page(
        judge_runs([on(ONDEMAND[0], *many[:MOST_MACHINES]), on(runs_of("fusion_snapshots", 5)[0], "t0")])
    ).machines
    assert len(same) == MOST_MACHINES


def test_facts_of_the_runs() -> None:
    facts = {"commit": "0123456789abcdef", "profile": "test", "revision": "1"}
    runs = [replace(run, facts=facts) for run in ONDEMAND[:2]]
    page = make_page(judge_runs([*runs, *runs_of("fusion_snapshots", 5, number=1, fusion="2.6.0")]))
    assert page.facts == [
        ("Commit", "0123456789ab"),
        ("Profile", "test"),
        ("Fusion version", "2.5.9, 2.6.0"),
        ("Runs", "2026-03-02 to 2026-03-03"),
    ]
    silent = [replace(run, began=None, fusion="") for run in (*ONDEMAND[:1], *runs_of("x", 5, number=1))]
    assert make_page(judge_runs(silent)).facts == []
    assert make_page(judge_runs([ONDEMAND[0], runs_of("x", 5)[0]])).facts[-1] == ("Runs", "2026-03-02")
    assert make_page(judge_runs([*runs, *runs_of("x", 5)])).pipeline == "acme/workflow"


def test_a_row_for_each_run() -> None:
    page = make_page(judge_runs([*ONDEMAND[:1], *runs_of("fusion_snapshots", 5, number=1, began=None)]))
    (_, (ondemand,)), (arm, (spot,)) = page.runs
    assert ondemand == {
        "name": "w-fusion-ondemand-20260302-100000-0", "began": "2026-03-02 10:00", "status": "succeeded", "hours": "5.00",
        "usd": "10.00", "tasks": "2", "lost": "0", "interruptions": "not on Spot",
    }  # fmt: skip
    assert (arm, spot["began"], spot["interruptions"]) == ("fusion_snapshots", "not reported", "1")
