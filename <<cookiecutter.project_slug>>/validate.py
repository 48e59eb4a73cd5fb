#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["PyYAML>=6.0,<7", "jsonschema>=4.18,<5"]
# ///
"""Check this benchmark folder, or another: python3 validate.py [FOLDER]; with nothing installed: uv run validate.py."""

import sys
from pathlib import Path

if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    if not (here / "fusion_snapshots").is_dir():
        print("validate.py: fusion_snapshots/ is missing; render this folder again, with its hooks", file=sys.stderr)
        sys.exit(2)
    sys.path.insert(0, str(here))
    from fusion_snapshots.__main__ import main

    sys.exit(main(["validate", *sys.argv[1:]]))
