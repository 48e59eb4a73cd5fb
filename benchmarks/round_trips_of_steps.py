"""How many round trips to the Platform each step takes, with what exists before it: FOLDER; prints them as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from backends import stand_in
from round_trips import count_round_trips

# In the order in which a benchmark goes, but for preflight, which looks at what is there.
STEPS = {
    "compute-envs": [],
    "pipelines": [],
    "preflight": [],
    "launch": ["RUNS=4", "NOWAIT=yes", "CONFIRM=yes"],
    "report": [],
    "destroy": ["CONFIRM=yes"],
}


def main(folder: Path) -> None:
    """Take all steps beside a simulated Platform, let what they launch succeed, and print the round trips of each."""
    platform = stand_in(folder.parent / "platform")
    found = {}
    for verb, settings in STEPS.items():
        found[verb] = len(count_round_trips(folder, platform, verb, *settings))
        for run in platform.all("runs"):
            platform.change("runs", run["runName"], status="SUCCEEDED")
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
