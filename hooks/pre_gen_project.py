"""Moves aside what a user edited in the folder that is about to be rendered over."""

import json
import os
import sys

RUN = json.loads(r"""<< {"root": template_root, "skips": skips_existing} | tojson >>""")


def main() -> None:
    """Set aside the edited files that cookiecutter will write; with -s it writes none but scripts and schemas."""
    # Loaded only here: a new folder, the usual case, has nothing to set aside.
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.join(RUN["root"], "hooks"))
    from pathlib import Path

    import edits

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
    if os.listdir():
        main()
