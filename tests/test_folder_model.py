"""A folder as the checks take it: which files are read as what, and what is told of the items in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import edit

from fusion_snapshots.errors import UserError
from fusion_snapshots.folder.model import Folder, Item, block_of, text_of
from fusion_snapshots.folder.yaml_file import MAX_BYTES

ENVIRONMENT = "compute-envs/aws_fusion_snapshots.yml"
LAUNCH = "launch/workflow_fusion_snapshots.yml"
WORKFLOW = "pipelines/workflow_fusion_snapshots.yml"
PREFIX = "fusion-benchmark_eu-west-1"


def only(folder: Path, block: str, file: str) -> Item:
    (found,) = (item for item in Folder(folder).items(block) if item.file.name == file)
    return found


def names(folder: Path) -> list[str]:
    """Return the names of the files that are taken for seqerakit's."""
    return [file.name for file in Folder(folder).files]


@pytest.mark.parametrize(
    ("name", "block"),
    [("launch", "launch"), ("lunch", "launch"), ("compute_envs", "compute-envs"), ("pipeline", "pipelines"), ("team", "teams"), ("x", ""), (7, ""), (None, "")],
)  # fmt: skip
def test_a_block_is_known_by_its_name_spelt_right_or_not(name: object, block: str) -> None:
    assert block_of(name) == block


def test_texts_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"a\xff" + b"b" * (MAX_BYTES - 2))
    assert (text_of(path) or "")[:3] == "a\ufffdb"
    path.write_bytes(b"b" * (MAX_BYTES + 1))
    assert [text_of(path), text_of(tmp_path / "none"), text_of(tmp_path), text_of(Path("a\0"))] == [None] * 4


@pytest.mark.parametrize(
    ("name", "text", "is_seqerakits"),
    [
        ("launch/more.yml", "launch: []\n", True),
        ("launch/odd.yaml", "x: 1\n", True),
        ("launch/ODD.YML", "x: 1\n", True),
        ("launch/broken.yml", "x: [\n", True),
        ("launch/params.yml", "x: 1\n", False),
        ("report/my-params-2.yml", "x: 1\n", False),
        ("launch/params.yml", "launch: []\n", True),
        ("launch/paramsets/a.yml", "x: 1\n", True),
        ("launch/a.txt", "launch: []\n", False),
        ("launch/.hidden.yml", "launch: []\n", False),
        (".hidden/a.yml", "launch: []\n", False),
        ("other/a.yml", "x: 1\n", False),
        ("other/a.yml", "teams: []\n", True),
        ("a.yml", "pipelines: []\n", True),
        ("schemas/a.yml", "launch: []\n", False),
        ("fusion_snapshots/a.yml", "launch: []\n", False),
        ("launch/schemas/a.yml", "launch: []\n", True),
    ],
)
def test_which_files_are_seqerakits(folder: Path, name: str, text: str, is_seqerakits: bool) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    assert (name in names(folder)) is is_seqerakits
    assert "answers.yml" not in names(folder)


def test_a_virtual_environment_is_nobodys(folder: Path) -> None:
    (folder / "env/lib").mkdir(parents=True)
    (folder / "env/lib/a.yml").write_text("launch: []\n")
    assert "env/lib/a.yml" in names(folder)
    (folder / "env/pyvenv.cfg").touch()
    assert "env/lib/a.yml" not in names(folder)


def test_a_link_that_leads_nowhere_is_seen_and_a_pipe_is_not(folder: Path) -> None:
    (folder / "launch/gone.yml").symlink_to("nowhere.yml")
    (folder / "launch/device.yml").symlink_to("/dev/null")
    found = Folder(folder)
    assert folder / "launch/gone.yml" in found.paths
    assert folder / "launch/device.yml" not in found.paths
    assert not found.is_read


def test_a_params_file_that_an_item_names_is_not_seqerakits(folder: Path) -> None:
    (folder / "launch/values.yml").write_text("x: 1\n")
    assert "launch/values.yml" in names(folder)
    edit(folder, LAUNCH, '"params.yml"', '"launch/values.yml"')
    assert "launch/values.yml" not in names(folder)
    edit(folder, LAUNCH, '"launch/values.yml"', '"$PLACE/values.yml"')
    edit(folder, "env.sh", "", "export PLACE=launch\n")
    assert "launch/values.yml" not in names(folder)
    edit(folder, LAUNCH, '"$PLACE/values.yml"', '"a\\0b"')
    assert "launch/values.yml" in names(folder)


def test_all_is_read_of_a_rendered_folder(acme: Path) -> None:
    found = Folder(acme)
    assert found.is_read
    assert [arm.name for arm in found.arms] == ["fusion_ondemand", "fusion_snapshots"]
    assert (len(found.items("compute-envs")), len(found.items("launch")), found.items("teams")) == (2, 5, [])


def test_a_file_that_cannot_be_read_is_told_of(folder: Path) -> None:
    edit(folder, LAUNCH, "launch:", "launch: [")
    assert not Folder(folder).is_read


def test_an_item_is_expanded_and_knows_its_place(acme: Path) -> None:
    item = only(acme, "launch", LAUNCH)
    assert item.text("pipeline") == f"{PREFIX}_workflow_fusion_snapshots"
    assert item.text("wait") == ""
    assert list(item.params()) == ["outdir"]
    assert item.place("params") == f"{LAUNCH}:10"
    finding = item.finding("warning", "unfair", ["params", "outdir"], "differs", "x")
    assert (finding.file, finding.line, finding.key, finding.got) == (LAUNCH, 11, "launch[0].params.outdir", "x")
    assert item.finding("error", "schema", [], "lacks").line == 5


def test_what_is_wrong_with_a_value_makes_it_no_text(folder: Path) -> None:
    edit(folder, ENVIRONMENT, '"$AWS_REGION"', '"${AWS_REGION"')
    edit(folder, ENVIRONMENT, "max-cpus: 1000", "max-cpus: many")
    edit(folder, ENVIRONMENT, "wait: ", "wait: AVAILABLE\n    wait: ")
    item = only(folder, "compute-envs", ENVIRONMENT)
    assert [item.is_sound(name) for name in ("region", "max-cpus", "wait", "name")] == [False, False, False, True]
    assert (item.text("region"), item.text("name")) == ("", f"{PREFIX}_fusion_snapshots")


def test_params_that_are_no_mapping_are_none(folder: Path) -> None:
    edit(folder, LAUNCH, "    params:\n", "    params: 7\n    other:\n")
    assert only(folder, "launch", LAUNCH).params() == {}


def test_items_that_are_no_mappings_are_passed_over(folder: Path) -> None:
    (folder / "launch/odd.yml").write_text("launch: 7\nlunch:\n  - 7\n  - name: x\nnothing:\n  - name: y\n")
    assert [item.key for item in Folder(folder).items("launch") if item.file.name == "launch/odd.yml"] == [("lunch", 1)]


def test_an_item_belongs_to_the_arm_of_its_file_or_else_its_name(folder: Path) -> None:
    (folder / "launch/more.yml").write_text(
        f"launch:\n  - name: a\n    pipeline: {PREFIX}_workflow_fusion_snapshots\n  - name: b_fusion_snapshots\n    pipeline: c\n"
        f"pipelines:\n  - name: x_fusion_ondemand\n"
    )
    found = Folder(folder)
    more = [
        item for block in ("launch", "pipelines") for item in found.items(block) if item.file.name == "launch/more.yml"
    ]
    assert [found.arm_of(item) for item in more] == ["fusion_snapshots", "", "fusion_ondemand"]
    assert found.arm_of(only(folder, "compute-envs", ENVIRONMENT)) == "fusion_snapshots"


def test_environments_that_are_elsewhere_are_not_of_aws(folder: Path) -> None:
    edit(folder, ENVIRONMENT, "type: aws-batch", "type: google-batch")
    assert [item.file.name for item in Folder(folder).aws_environments()] == ["compute-envs/aws_fusion_ondemand.yml"]


@pytest.mark.parametrize(
    ("file", "old", "new", "environment"),
    [
        (LAUNCH, "", "", ENVIRONMENT),
        (LAUNCH, '    compute-env: "${COMPUTE_ENV_PREFIX}_fusion_snapshots"\n', "", ENVIRONMENT),  # as the pipeline's
        (LAUNCH, '"${COMPUTE_ENV_PREFIX}_fusion_snapshots"', '"other"', None),
        (LAUNCH, '"${COMPUTE_ENV_PREFIX}_fusion_snapshots"', "7", None),
        (LAUNCH, '"${COMPUTE_ENV_PREFIX}_fusion_snapshots"', '"${COMPUTE_ENV_PREFIX}_fusion_ondemand"', "compute-envs/aws_fusion_ondemand.yml"),
    ],
)  # fmt: skip
def test_the_environment_of_a_launch(folder: Path, file: str, old: str, new: str, environment: str | None) -> None:
    edit(folder, file, old, new)
    found = Folder(folder).environment_of(only(folder, "launch", LAUNCH))
    assert (found.file.name if found else None) == environment


def test_a_launch_of_no_pipeline_of_the_folders_has_no_environment(folder: Path) -> None:
    edit(folder, LAUNCH, '    compute-env: "${COMPUTE_ENV_PREFIX}_fusion_snapshots"\n', "")
    edit(folder, LAUNCH, "_workflow_fusion_snapshots", "_workflow_elsewhere")
    assert Folder(folder).environment_of(only(folder, "launch", LAUNCH)) is None


def test_configurations_that_are_named_and_can_be_read(folder: Path) -> None:
    named = "pipelines/nextflow_fusion_ondemand.config", "pipelines/nextflow_fusion_snapshots.config"
    assert {*named} <= set(Folder(folder).configs)
    (folder / named[0]).unlink()
    assert named[0] not in Folder(folder).configs


def test_configurations_that_were_edited_and_look_right_are_unproven(folder: Path) -> None:
    config = "pipelines/nextflow_fusion_snapshots.config"
    assert Folder(folder).unproven_configs == {}
    edit(folder, config, "", "// mine\n")
    assert list(Folder(folder).unproven_configs) == [config]
    edit(folder, config, "", "includeConfig 'x'\n")
    assert Folder(folder).unproven_configs == {}
    edit(folder, config, "includeConfig 'x'\n", "process {\n")
    assert Folder(folder).unproven_configs == {}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ec2-instance-types.json", None, "No such file or directory; render the folder again, or copy schemas/ from another one"),
        ("ec2-instance-types.json", "{", "is damaged: "),
        ("aws-regions.json", "[]", "ec2-instance-types.json, ec2-other-families.json or aws-regions.json is damaged: "),
    ],
)  # fmt: skip
def test_an_incomplete_program_says_how_to_mend_it(folder: Path, name: str, text: str | None, said: str) -> None:
    path = folder / "schemas" / name
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(UserError) as refused:
        Folder(folder, folder / "schemas")
    assert said in str(refused.value)
    assert refused.value.code == 2
