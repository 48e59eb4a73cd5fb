"""What tw and aws print as JSON is read by checks of its shape: odd answers are one line, never a traceback."""

from __future__ import annotations

from typing import Any

import pytest

from fusion_snapshots.json_reply import Reply, ReplyError

RUNS = Reply({"workflows": [{"workflow": {"id": "1abc", "cost": 1.5, "fusion": True}}], "names": ["a"]}, "tw runs list")


def test_what_is_there_is_read() -> None:
    run = RUNS.items("workflows")[0].get("workflow")
    assert (run.text("id"), run.number("cost"), run.flag("fusion"), run.flag("other")) == ("1abc", 1.5, True, False)
    assert (run.text("name", "none"), run.number("cpus", 0), RUNS.texts("names"), RUNS.texts("none")) == (
        "none",
        0,
        ["a"],
        [],
    )
    assert run.text("cost") == "1.5"
    assert (run.has("id"), run.has("name")) == (True, False)


@pytest.mark.parametrize(
    ("printed", "message"),
    {
        "": "the answer is no JSON",
        "<html>Proxy</html>": "the answer is no JSON",
        "[]": "the answer is no JSON object",
        "null": "the answer is no JSON object",
        '"text"': "the answer is no JSON object",
        "{" * 5: "the answer is no JSON",
        "[" * 100_000: "the answer is nested more than 60 deep",
        '{"a":' * 61 + "1" + "}" * 61: "the answer is nested more than 60 deep",
    }.items(),
)
def test_what_is_no_object_is_refused(printed: str, message: str) -> None:
    with pytest.raises(ReplyError) as refused:
        Reply.parse(printed, "tw info")
    assert str(refused.value) == f"tw info: {message}"


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: RUNS.text("id"), "answers without id"),
        (lambda: RUNS.number("id"), "answers without id"),
        (lambda: RUNS.get("workflows"), "workflows is no JSON object"),
        (lambda: RUNS.items("names"), "names[0] is no JSON object"),
        (lambda: RUNS.items("none"), "answers without none"),
        (lambda: RUNS.text("names"), "names is not a text"),
        (lambda: RUNS.texts("workflows"), "workflows is not a list of texts"),
        (lambda: RUNS.items("workflows")[0].text("workflow"), "workflows[0].workflow is not a text"),
        (
            lambda: RUNS.items("workflows")[0].get("workflow").text("fusion"),
            "workflows[0].workflow.fusion is not a text",
        ),
        (lambda: RUNS.items("workflows")[0].get("workflow").number("id"), "workflows[0].workflow.id is not a number"),
        (
            lambda: RUNS.items("workflows")[0].get("workflow").flag("id"),
            "workflows[0].workflow.id is not true or false",
        ),
    ],
)
def test_the_command_and_the_key_are_named(read: Any, message: str) -> None:
    with pytest.raises(ReplyError) as refused:
        read()
    assert str(refused.value) == f"tw runs list: {message}"
    assert refused.value.code == 2
