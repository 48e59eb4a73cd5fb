"""Write schemas/aws-regions.json from botocore's list of AWS's partitions: uv run tools/refresh_regions.py."""

from __future__ import annotations

import json
from pathlib import Path

import botocore.loaders

ROOT = Path(__file__).resolve().parent.parent


def main(folder: Path = ROOT / "schemas") -> None:
    """Write the regions of all partitions, without what stands for a partition as a whole."""
    partitions = botocore.loaders.Loader().load_data("partitions")["partitions"]
    regions = {
        name: about.get("description", "")
        for partition in partitions
        for name, about in partition["regions"].items()
        if not name.endswith("-global")
    }
    content = {"source": "partitions.json of botocore", "regions": dict(sorted(regions.items()))}
    (folder / "aws-regions.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
