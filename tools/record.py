"""Write docs/recording.svg, the terminal at the top of README: README's first command, run and answered for real.

    uv run tools/record.py             # docs/recording.svg
    uv run tools/record.py OTHER.svg

cookiecutter runs under a pseudo-terminal with a folder of its own as HOME, in which `gh:` stands for this clone.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 106

# The first questions, of which the region is bad and asked again; Enter keeps the defaults of all others.
ANSWERS = ("acme-genomics", "fusion-benchmark", "acme-aws", "eu-west-1b", "s3://acme-fusion/work")
AGAIN = ("aws_region", "eu-west-1")

# rich's own frame loads a font from the network; this one takes what the reader has.
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
.{unique_id}-title {{ font: bold 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def first_command() -> str:
    """Return README's first command."""
    found = re.search(r"^(uvx .+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1]


def record(command: str) -> str:
    """Run the cookiecutter part of the command, answer it, and return all that the terminal received."""
    prompts: dict[str, str] = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))["__prompts__"]
    template = command.split()[-1]
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        clone = home / "clones" / template.removeprefix("gh:")
        clone.parent.mkdir(parents=True)
        clone.symlink_to(ROOT)
        config = {"abbreviations": {"gh": f"{home}/clones/{{0}}"}, "replay_dir": f"{home}/replay"}
        (home / ".cookiecutterrc").write_text(json.dumps(config), encoding="utf-8")
        env = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "TERM": "xterm-256color",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "UV": shutil.which("uv") or "uv",  # as uvx sets it, by which the last words choose their commands
        }
        received = io.StringIO()
        with pexpect.spawn(
            "cookiecutter", [template], cwd=temporary, env=env, encoding="utf-8", timeout=60, dimensions=(50, WIDTH)
        ) as child:
            child.logfile_read = received
            for number, (answer, prompt) in enumerate(zip(ANSWERS, prompts.values(), strict=False), 1):
                child.expect_exact(f"[{number}/{len(prompts)}]")
                # A prompt ends in its example, then the default, if there is one.
                example = re.escape(prompt[prompt.index("e.g. ") :]).replace(r"\ ", r"\s+")
                child.expect(f"{example}.*?: ")
                child.sendline(answer)
            question, answer = AGAIN
            child.expect(rf"  {question}[^\r\n]*: ")
            child.sendline(answer)
            child.expect_exact("r reviews them. ")
            child.sendline("")
            child.expect_exact(pexpect.EOF)
        if child.exitstatus:
            raise RuntimeError(received.getvalue())
    return received.getvalue().replace("\r\n", "\n")


def svg() -> str:
    """Return the recording; the same bytes whenever and wherever it is made, by one version of rich."""
    command = first_command()
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        legacy_windows=False,
        _environ={},
    )
    shown = f"$ {command}\n{record(command)}".rstrip()
    for line in Text.from_ansi(shown).split("\n", allow_blank=True):
        # A terminal wraps within words.
        for row in line.divide(range(WIDTH, len(line), WIDTH)):
            console.print(row)
    return console.export_svg(title="fusion-snapshots", code_format=FRAME, unique_id="recording")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs/recording.svg"
    target.write_text(svg(), encoding="utf-8")
