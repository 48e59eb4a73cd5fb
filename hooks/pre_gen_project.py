"""Moves aside what a user edited in the folder that is about to be rendered over."""

import json
import sys
from pathlib import Path

RUN = json.loads(r"""<< {"root": template_root, "skips": skips_existing} | tojson >>""")
sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(RUN["root"], "hooks")))

import edits  # noqa: E402


def main() -> None:
    """Set aside the edited files that cookiecutter will write; with -s it writes none but scripts and schemas."""
    folder = Path.cwd()
    names = edits.rendered_names(Path(RUN["root"]))
    changed = edits.edited(folder, names)
    written = [name for name in changed if not RUN["skips"] or edits.always_written(name)]
    for name in written:
        edits.set_aside(folder, name)
    known = edits.read_manifest(folder)
    unknown = [name for name in changed if name not in written and name not in known]
    if unknown:
        edits.write_manifest(folder, {**known, **dict.fromkeys(unknown, edits.NEVER)})


if __name__ == "__main__":
    if any(Path.cwd().iterdir()):
        main()
