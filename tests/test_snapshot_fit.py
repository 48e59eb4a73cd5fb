"""What the check finds in an edited list of instance types."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT, run
from test_validate import SNAPSHOTS, Check, check, edit

__all__ = ["check"]  # a fixture

# By hand in the rendered folder: an edit of the list, severity and words of the finding.
HAND = [
    ("c6id.4xlrge", "error", "c6id.4xlrge is no EC2 instance type known here; did you mean c6id.4xlarge?"),
    ("c6i.4xlarge", "error", "c6i.4xlarge has no NVMe instance storage, which fast storage needs; c6id.4xlarge has"),
    ("c7gd.4xlarge", "error", "c7gd.4xlarge is not x86_64"),
    ("g5.xlarge", "error", "g5.xlarge has GPUs or other accelerators"),
    ("r6id.2xlarge", "warning", "cannot dump all their memory within 120 seconds: r6id.2xlarge (280 s)"),
    ("m6id.8xlarge", "warning", "aws ec2 describe-instance-types --region eu-west-1 --filters"),
    ("c8id.8xlarge", "warning", "not offered in eu-west-1, as far as recorded: c8id.8xlarge"),
]


@pytest.mark.parametrize(("name", "severity", "words"), HAND)
def test_hand_edited_list(folder: Path, check: Check, name: str, severity: str, words: str) -> None:
    edit(folder, SNAPSHOTS, 'instance-types: "', f'instance-types: "{name},')
    line = next(
        n for n, text in enumerate((folder / SNAPSHOTS).read_text().splitlines(), 1) if "instance-types" in text
    )
    found = [finding for finding in check(folder) if words in finding.message]
    assert [(f.file, f.line, f.severity) for f in found] == [(SNAPSHOTS, line, severity)]


def test_a_damaged_table_is_said(folder: Path) -> None:
    (folder / "schemas/ec2-instance-types.json").write_text('{"types": {')
    ran = run(["python", folder / "validate.py"])
    assert ran.returncode == 2
    assert "ec2-instance-types.json or ec2-other-families.json is damaged" in ran.stderr


def test_the_generation_survives_a_reader_that_leaves(tmp_path: Path) -> None:
    command = f"cookiecutter '{ROOT}' --no-input | sed '/All is well/q'"
    ran = run(["bash", "-c", command], cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "fusion-snapshots-your-workspace_us-east-1/schemas").is_dir()
