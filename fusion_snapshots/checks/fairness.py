"""What differs between the arms of the comparison beyond what makes an arm the arm."""

from __future__ import annotations

from collections.abc import Iterator

from ..findings import Finding, shorten
from ..folder import Folder, Item
from ..layout import BASELINE, arm_of

# What the compute environments of a fair comparison may differ in, and in what pipelines and launches may not.
_MAY_DIFFER = {
    "name", "description", "labels", "snapshots", "provisioning-model", "instance-types", "alloc-strategy",
    "bid-percentage", "ami-id", "primary", "overwrite", "on_exists", "wait",
}  # fmt: skip
_MUST_AGREE = {"post-run", "pre-run", "profile", "revision", "url"}
# The key by which an item is of an arm, for each block.
_NAMED_BY = {"compute-envs": "name", "pipelines": "name", "launch": "pipeline"}


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what makes the comparison unfair: keys in which an arm's items differ from the baseline's."""
    for block, key in _NAMED_BY.items():
        stems: dict[str, dict[str, list[Item]]] = {}
        for item in folder.items(block):
            arm = arm_of(item.text(key), folder.arms)
            stem = item.text(key).removesuffix(arm)
            stems.setdefault(stem, {}).setdefault(arm, []).append(item)
        for sides in stems.values():
            baseline = sides.pop(BASELINE, [])
            for arm, items in sides.items():
                if arm and len(baseline) == len(items) == 1:
                    yield from _compare(items[0], baseline[0])


def _compare(item: Item, baseline: Item) -> Iterator[Finding]:
    # A key that one side lacks may be the one that is misspelt there.
    either = (
        {*item.values} & {*baseline.values} if item.unsound or baseline.unsound else {*item.values, *baseline.values}
    )
    for name in sorted(map(str, either - _MAY_DIFFER if item.block == "compute-envs" else either & _MUST_AGREE)):
        theirs, ours = baseline.values.get(name), item.values.get(name)
        if ours == theirs or not item.is_sound(name) or not baseline.is_sound(name):
            continue
        if ours is None:
            message = f"is missing; {baseline.file.name} has {shorten(theirs)}"
        else:
            message = f"differs from {baseline.file.name} ({'nothing' if theirs is None else shorten(theirs)})"
        yield item.finding("warning", (name,), f"{message}: the comparison would not be fair", ours)
