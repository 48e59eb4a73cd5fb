"""Render examples/acme, in whose diff a change's effect can be reviewed: uv run tools/render_example.py

Left out is what is the same in every folder and lies elsewhere in this repository: scripts, schemas and checksums.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "acme"
ANSWERS = (
    "organization_name=acme-genomics workspace_name=fusion-benchmark aws_credentials=acme-aws aws_region=eu-west-1 "
    "aws_work_dir=s3://acme-fusion/work aws_account_id=123456789012 project_slug=acme"
).split()


def render(target: Path) -> None:
    """Render the example to a folder, in place of what is there; raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as name:
        cookiecutter = Path(sys.executable).parent / "cookiecutter"
        words = [str(cookiecutter), str(ROOT), "--no-input", "--output-dir", name, *ANSWERS]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "HOME": name})
        shutil.rmtree(target, ignore_errors=True)
        skip = shutil.ignore_patterns("*.py", "schemas", ".rendered.sha256")
        shutil.copytree(Path(name, "acme"), target, ignore=skip)
    answers = target / "answers.yml"
    # A commit cannot hold its own name.
    answers.write_text(re.sub(r", commit [0-9a-f]{40}(, changed since)?", "", answers.read_text()))


if __name__ == "__main__":
    render(EXAMPLE)
