"""Gives the new folder its schemas, has it check itself, and says what to type next."""

import contextlib
import io
import json
import os
import runpy
import shlex
import shutil
import sys
from pathlib import Path

RUN = json.loads(
    r"""<< {"root": template_root, "cwd": started_in, "placeholders": cookiecutter | placeholders} | tojson >>"""
)


def main() -> int:
    """Return the exit code: 0, or that of the folder's own validate.py."""
    folder = Path.cwd()
    shutil.copytree(Path(RUN["root"], "schemas"), "schemas", dirs_exist_ok=True)

    sys.argv = ["validate.py"]
    sys.dont_write_bytecode = True
    checked = io.StringIO()
    try:
        with contextlib.redirect_stdout(checked):
            runpy.run_path("validate.py", run_name="__main__")
    except SystemExit as end:
        if end.code:
            print(checked.getvalue(), "The rendered folder does not pass its own check.", sep="", file=sys.stderr)
            return int(end.code)
    print(checked.getvalue().splitlines()[-1])

    shown = os.path.relpath(folder, RUN["cwd"])
    print(f"\n{folder.name} is ready. Next:\n")
    print(f"  cd {shlex.quote(min(shown, str(folder), key=len))}")
    print("  python3 -m pip install -r requirements.txt")
    print("  . ./env.sh && seqerakit --dryrun compute-envs/*.yml\n")
    if RUN["placeholders"]:
        print(
            f"Still placeholders: {', '.join(RUN['placeholders'])}. Replace them in env.sh, or run cookiecutter again."
        )
    print("README.md there is the runbook for all that follows.")
    return 0


if __name__ == "__main__":
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads the last words; the folder is checked and complete all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
