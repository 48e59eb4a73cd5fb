"""Notes what was rendered, and prints what the folder's check found and what to type next.

Rendering this file completes the folder and checks it, in cookiecutter's own process, by the filter `finish`:
see fusion_snapshots/template/folder.py.
"""

import json
import os
import shlex
import sys
from pathlib import Path

RUN = json.loads(
    r"""<< {
        "root": template_root,
        "skips": skips_existing,
        "finished": cookiecutter | finish,
    } | tojson >>"""
)

sys.path.insert(0, str(Path(RUN["root"], "hooks")))

import edits  # noqa: E402


def note_what_was_rendered(folder: Path) -> None:
    """Write the manifest and tell of the edited versions that lie beside the files, and of files left over."""
    names = edits.rendered_names(Path(RUN["root"]))
    known = edits.read_manifest(folder)
    now = {name: edits.checksum(folder / name) for name in names}
    skipped = {n: d for n, d in known.items() if RUN["skips"] and n in now and not edits.always_written(n)}
    # With -s a file that was there keeps its entry: it still is as rendered then, or edited since.
    edits.write_manifest(folder, {**now, **skipped})
    if kept := edits.kept_versions(folder, names):
        print("\nYou had edited these files; your versions are kept beside the new ones:\n")
        for version, name in kept:
            print(f"  diff -u {shlex.quote(version)} {shlex.quote(name)}")
    if left := [name for name in known if name not in now and (folder / name).exists()]:
        print(f"\nNo longer part of the template: {', '.join(left)}. Remove what you do not need.")


def main() -> int:
    """Return the exit code: 0, or 1 where the folder does not pass its own check."""
    note_what_was_rendered(Path.cwd())
    print(RUN["finished"]["said"], file=sys.stdout if RUN["finished"]["passed"] else sys.stderr)
    return 0 if RUN["finished"]["passed"] else 1


if __name__ == "__main__":
    try:
        code = main()
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads the last words; the folder is checked and complete all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        code = 130
    except OSError as error:
        code = f"{error.filename or Path.cwd()}: {error.strerror}. Fix that, then run cookiecutter again."
    sys.exit(code)
