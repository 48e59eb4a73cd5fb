"""Moves aside what a user edited in the folder that is about to be rendered over."""

import os
import sys


def main() -> None:
    """Set aside the edited files that cookiecutter will write; with -s it writes none but scripts and schemas."""
    # Loaded only here: a new folder, the usual case, has nothing to set aside.
    import json
    from pathlib import Path

    run = json.loads(r"""<< {"root": template_root, "skips": skips_existing} | tojson >>""")
    sys.path.insert(0, os.path.join(run["root"], "hooks"))
    import edits

    folder = Path.cwd()
    names = edits.rendered_names(Path(run["root"]))
    for part in edits.linked_parts(folder, names):
        edits.set_aside(folder, part)
    changed = edits.edited(folder, names)
    written = [name for name in changed if not run["skips"] or edits.always_written(name)]
    for name in written:
        edits.set_aside(folder, name)
    known = {name: digest for name, digest in edits.read_manifest(folder).items() if os.path.lexists(folder / name)}
    unknown = [name for name in changed if name not in written and name not in known]
    if run["skips"]:
        edits.write_manifest(folder, {**known, **dict.fromkeys(unknown, edits.NEVER)})


if __name__ == "__main__":
    try:
        if os.listdir():
            main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        sys.exit(f"{error.filename or os.getcwd()}: {error.strerror}. Fix that, then run cookiecutter again.")
