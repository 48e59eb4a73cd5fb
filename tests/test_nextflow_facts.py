"""Which versions of Nextflow record Spot at on-demand prices, and which a script chooses."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

from fusion_snapshots.nextflow_facts import FIRST_THAT_PRICES_SPOT, chosen_by, misprices_spot


def test_the_table_is_the_one_of_the_refused_answers() -> None:
    rule = json.loads((ROOT / "schemas/types.schema.json").read_text())["definitions"]["nextflow_version"]
    assert rule["not"]["enum"] == ["25.10.0", "25.10.1", "25.10.2", "25.12.0-edge"]
    assert all(map(misprices_spot, rule["not"]["enum"]))
    assert not any(map(misprices_spot, (FIRST_THAT_PRICES_SPOT, "25.04.4", *rule["examples"])))
    assert f"{FIRST_THAT_PRICES_SPOT} is the first without that" in rule["errorMessage"]


@pytest.mark.parametrize(
    ("script", "version"),
    [
        ("export NXF_VER=26.04.6\n", "26.04.6"),
        ("NXF_VER='26.04.6' # ours\n", "'26.04.6'"),
        ("  export NXF_VER=25.10.7; date\nexport NXF_VER=26.04.6", "26.04.6"),
        ("# export NXF_VER=26.04.6\n", ""),
        ("export NXF_OPTS=x\n", ""),
    ],
)
def test_the_version_that_a_script_chooses(script: str, version: str) -> None:
    found = chosen_by(script)
    assert (found[1] if found else "") == version
