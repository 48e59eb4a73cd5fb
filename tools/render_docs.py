"""Write what is made of the template for its readers: uv run tools/render_docs.py

README's tables of questions, and examples/acme, in whose diff a change's effect can be reviewed. The example leaves out
what is the same in every folder and lies elsewhere in this repository: scripts, Makefile, schemas and checksums.
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
README = ROOT / "README.md"
BEGIN, END = "<!-- questions, by tools/render_docs.py -->", "<!-- end of questions -->"
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
        skip = shutil.ignore_patterns("*.py", "Makefile", "schemas", ".rendered.json", "fusion_snapshots")
        shutil.copytree(Path(name, "acme"), target, ignore=skip)
    answers = target / "answers.yml"
    # A commit cannot hold its own name.
    answers.write_text(re.sub(r", commit [0-9a-f]{40}(, changed since)?", "", answers.read_text()))


def with_questions(readme: str) -> str:
    """Return a README with its tables of questions as cookiecutter.json has them, in groups."""
    text = "\n".join(f"### {title}\n\n{_table(questions)}" for title, questions in groups().items())
    return re.sub(rf"(?<={BEGIN}\n).*?(?={END})", lambda _: text + "\n", readme, flags=re.DOTALL)


def groups() -> dict[str, list[str]]:
    """Return the questions by the title of their group: what is in none of the named ones has a good default."""
    sys.path.insert(0, str(ROOT))
    from fusion_snapshots.template.questions import DEFAULTS, FIRST, NETWORKING

    others = [question for question in DEFAULTS if question not in (*FIRST, *NETWORKING)]
    return {"Yours to answer": FIRST, "Good as they are": others, "Networking": NETWORKING}


def _table(questions: list[str]) -> str:
    from fusion_snapshots.template.questions import DEFAULTS, DERIVED, PROMPTS, placeholders

    rows = ["| Question | What it is | Default |", "|---|---|---|"]
    for question in questions:
        shown = f"`{DEFAULTS[question]}`" if DEFAULTS[question] else "none"
        if question in placeholders(DEFAULTS):
            shown = "a placeholder"
        elif question in DERIVED:
            shown = "follows from other answers"
        rows.append(f"| `{question}` | {PROMPTS[question]} | {shown} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    README.write_text(with_questions(README.read_text(encoding="utf-8")), encoding="utf-8")
    render(EXAMPLE)
