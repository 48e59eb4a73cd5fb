"""A folder among many accounts is the one that cookiecutter renders, and is refused where its check fails."""

from __future__ import annotations

import sys
from pathlib import Path

from conftest import COOKIECUTTER, ROOT, copy_template, edit, run
from test_account_files import write
from test_accounts import RECIPE
from test_unchanged import contents


def test_a_folder_is_the_one_that_cookiecutter_renders(tmp_path: Path) -> None:
    home, file = {"HOME": str(tmp_path / "home")}, write(tmp_path / "one.yml", project_slug="one")
    assert run([*RECIPE, "-o", "out", file], cwd=tmp_path, env=home).returncode == 0
    words = ["--no-input", "--config-file", file, "-o", "single"]
    assert run([COOKIECUTTER, ROOT, *words], cwd=tmp_path, env=home).returncode == 0
    assert contents(tmp_path / "out") == contents(tmp_path / "single")


def test_a_folder_that_does_not_pass_its_check_is_refused(tmp_path: Path) -> None:
    home, place = {"HOME": str(tmp_path / "home")}, tmp_path / "out"
    file = write(tmp_path / "one.yml", project_slug="one")
    assert run([*RECIPE, "-o", "out", file], cwd=tmp_path, env=home).returncode == 0
    (place / "one/launch/mine.yml").write_text("launch: 5\n")
    said = [
        "refused    one.yml  ",
        "           launch/mine.yml:1:1: error: launch: must be a list with at least one item, each starting with a dash "
        "(got: 5) [schema]",
        "           The rendered folder does not pass its own check.",
    ]
    ran = run([*RECIPE, "-o", "out", file], cwd=tmp_path, env=home)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.splitlines() == [*said, "0 rendered, 0 unchanged, 1 refused"]
    assert (place / "one/launch/mine.yml").is_file()
    # Of a new one, which only a template with a mistake leads to, nothing stays.
    template = copy_template(tmp_path / "template")
    edit(template, "<<cookiecutter.project_slug>>/launch/hello.yml", "workspace:", "workspaces:")
    other = write(tmp_path / "two.yml", project_slug="two", compute_env_prefix="two")
    ran = run([sys.executable, template / "render_accounts.py", "-o", "out", other], cwd=tmp_path, env=home)
    assert ran.returncode == 1
    assert "workspaces: is not a key of launch; did you mean workspace?" in ran.stdout
    assert [path.name for path in place.iterdir()] == ["one"]
