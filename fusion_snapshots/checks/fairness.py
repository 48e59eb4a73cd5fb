"""What differs between the arms of the comparison beyond what makes an arm the arm."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding, shorten
from ..folder.layout import BASELINE, WORKFLOW_PARAMS
from ..folder.model import Folder, Item

# What the compute environments of a fair comparison may differ in, and in what pipelines and launches may not.
_MAY_DIFFER = {
    "name", "description", "labels", "snapshots", "provisioning-model", "instance-types", "alloc-strategy",
    "bid-percentage", "ami-id", "primary", "overwrite", "on_exists", "wait",
}  # fmt: skip
_MUST_AGREE = {"post-run", "pre-run", "profile", "revision", "url"}
# The key by which an item is of an arm, for each block.
_NAMED_BY = {"compute-envs": "name", "pipelines": "name", "launch": "pipeline"}
_UNFAIR = "the comparison would not be fair"


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what makes the comparison unfair: keys in which an arm's items differ from the baseline's."""
    for block in _NAMED_BY:
        for item, baseline in _pairs(folder, block):
            yield from _compare(item, baseline)
            if block == "launch":
                yield from _compare_params(item, baseline)


def _pairs(folder: Folder, block: str) -> Iterator[tuple[Item, Item]]:
    """Yield the arms' items, each with the baseline's of the same name but for the arm, or the only one there is."""
    sides: dict[str, list[Item]] = {}
    for item in folder.aws_environments() if block == "compute-envs" else folder.items(block):
        sides.setdefault(folder.arm_of(item), []).append(item)
    baseline = sides.pop(BASELINE, [])
    sides.pop("", None)
    for arm, items in sides.items():
        for item in items:
            same = [each for each in baseline if _stem(each, BASELINE) == _stem(item, arm)]
            alone = baseline if len(baseline) == len(items) == 1 else []
            yield from ((item, each) for each in (same or alone)[:1])


def _stem(item: Item, arm: str) -> str:
    return item.text(_NAMED_BY[item.block]).removesuffix(arm)


def _compare(item: Item, baseline: Item) -> Iterator[Finding]:
    either = {*item.values, *baseline.values}
    if item.unsound or baseline.unsound:
        either = {*item.values} & {*baseline.values}  # what one side lacks may be misspelt there
    for name in sorted(map(str, either - _MAY_DIFFER if item.block == "compute-envs" else either & _MUST_AGREE)):
        theirs, ours = baseline.values.get(name), item.values.get(name)
        if ours == theirs or not item.is_sound(name) or not baseline.is_sound(name):
            continue
        if ours is None:
            message = f"is missing; {baseline.file.name} has {shorten(theirs)}"
        else:
            message = f"differs from {baseline.file.name} ({'nothing' if theirs is None else shorten(theirs)})"
        yield item.finding("warning", "unfair", (name,), f"{message}: {_UNFAIR}", ours)


def _compare_params(item: Item, baseline: Item) -> Iterator[Finding]:
    """Yield, as a note, parameters of a launch that the baseline's has otherwise; outdir is each launch's own."""
    ours, theirs = ({**each.params(), "params-file": each.values.get("params-file")} for each in (item, baseline))
    names = [str(name) for name in {**ours, **theirs} if name != "outdir" and ours.get(name) != theirs.get(name)]
    if names and not item.unsound and not baseline.unsound:
        message = f"{', '.join(names)}: not as in {baseline.file.name}: {_UNFAIR}; {WORKFLOW_PARAMS} is for all arms"
        yield item.finding("note", "unfair", ("params",), message)
