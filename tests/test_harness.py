"""An adversary's run, by a generator of its own: hostile answers, and rendered files damaged at random.

EXAMPLES says how many of each. Nothing may run what an answer holds, end in a traceback, or pass the questions and
then fail the folder's own check.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import ACME, COOKIECUTTER, QUESTIONS, ROOT, run

from fusion_snapshots.errors import UserError
from fusion_snapshots.findings import text_of
from fusion_snapshots.validate import check_folder

pytestmark = pytest.mark.slow

MANY = int(os.environ.get("EXAMPLES", "200"))
PIECES = [
    "$(touch pwned)", "`touch pwned`", "; touch pwned", "| touch pwned", "&& touch pwned", "\n", "\r", "\t", "\0", "'", '"', "\\",
    "<< 7*6 >>", "<% raw %>", "<# x #>", "{{ 7*6 }}", "~~ set x = cycler", "${HOME}", "$HOME", "%HOME%", "..", "/", "s3://", "acme",
    "eyJ0aWQiOiAxfS4aaaaaaaaaaaaaaaa", "AKIAABCDEFGHIJKLMNOP", ".json", "eu-west-1", "vpc-0a1b2c3d", "subnet-0a1b2c3d", ",", "=", "-", "_",
    "\x1b[2J", "\u202e", "ü", "\ud83d\ude00", "0x1F", "1_0", "16:40", "!!python/object:os.system", "*", "~", "null", "yes", "1.10",
]  # fmt: skip
PRIVATE = [
    "_extensions",
    "_jinja2_env_vars",
    "_copy_without_render",
    "__prompts__",
    "_template",
    "__checked",
    "_version",
]


def hostile(draw: random.Random) -> object:
    """Return an answer made of pieces that have done harm somewhere, now and then of another kind than text."""
    odd: list[object] = [[], ["a"], {}, {"a": 1}, None, True, 7, 1.5, ""]
    return draw.choice(odd) if draw.random() < 0.15 else "".join(draw.choices(PIECES, k=draw.randint(1, 4)))


def answers_of(draw: random.Random) -> dict[str, object]:
    answers: dict[str, object] = dict(ACME)
    for question in draw.sample(QUESTIONS, k=draw.randint(1, 4)):
        answers[question] = hostile(draw)
    if draw.random() < 0.15:
        answers[draw.choice(PRIVATE)] = hostile(draw)
    return answers


@pytest.mark.parametrize("seed", range(MANY))
def test_no_answer_runs_or_ends_in_a_traceback(seed: int, tmp_path: Path) -> None:
    answers = answers_of(random.Random(seed))
    (tmp_path / "config.yml").write_text(yaml.safe_dump({"default_context": answers}, allow_unicode=True))
    command: list[str | Path] = [
        COOKIECUTTER,
        ROOT,
        "--no-input",
        "--config-file",
        "config.yml",
        "--output-dir",
        tmp_path / "out",
    ]
    ran = run(command, cwd=tmp_path, env={"HOME": str(tmp_path / "home")})
    said = ran.stdout + ran.stderr
    assert ran.returncode in (0, 1), said
    # With private names of the wrong kind cookiecutter itself fails, before it loads anything of this template.
    assert "Traceback" not in said or set(PRIVATE) & set(answers), answers
    assert not list(tmp_path.rglob("pwned")), answers
    assert "\x1b[2J" not in said
    assert "\u202e" not in said
    folders = [path for path in (tmp_path / "out").glob("*") if path.is_dir()]
    assert len(folders) == (ran.returncode == 0), said
    for folder in folders:
        assert not check_folder(folder).fails(), answers


def damage(text: str, draw: random.Random) -> str:
    """Return a text with one to five changes: characters and lines lost, doubled, swapped, or pieces put in."""
    for _ in range(draw.randint(1, 5)):
        place = draw.randrange(len(text) + 1)
        end = min(len(text), place + draw.randint(1, 40))
        changes = [
            text[:place] + text[end:],
            text[:place] + draw.choice(PIECES) + text[place:],
            text[:end] + text[place:],
            text[:place] + text[place:end].swapcase() + text[end:],
            "\n".join(draw.sample(lines := text.split("\n"), k=len(lines))) if draw.random() < 0.1 else text[:place],
        ]
        text = draw.choice(changes)
    return text


def test_no_damage_to_a_folder_ends_in_a_traceback(acme: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(acme, tmp_path / "acme"))
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in (".yml", ".sh", ".config", ".csv")]
    whole = {path: path.read_text() for path in files}
    for seed in range(10 * MANY):
        draw = random.Random(seed)
        path = draw.choice(files)
        path.write_text(damage(whole[path], draw), encoding="utf-8", errors="surrogatepass")
        try:
            for finding in check_folder(folder).findings:
                assert "\n" not in text_of(finding)
        except UserError:
            pass
        except Exception as error:  # what no check may end in
            raise AssertionError(f"seed {seed}: {path.name}") from error
        path.write_text(whole[path], encoding="utf-8")
    assert not list(tmp_path.rglob("pwned"))
