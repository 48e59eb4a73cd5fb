"""Where things lie in a rendered folder, and which arms it holds: an arm is what its files say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).resolve().parents[1]
# Installed, the package carries the schemas; in the template and in a rendered folder they lie beside it.
SCHEMAS = _PACKAGE / "schemas" if (_PACKAGE / "schemas").is_dir() else _PACKAGE.parent / "schemas"

BASELINE = "fusion_ondemand"
SNAPSHOTS = "fusion_snapshots"
WITHOUT_SNAPSHOTS = "fusion_spot"  # the arm that differs from the one with Snapshots in nothing else
HELLO_PIPELINE, HELLO_LAUNCH = "pipelines/hello.yml", "launch/hello.yml"
DATASET, REPORT_PIPELINE, REPORT_LAUNCH = "report/dataset.yml", "report/pipeline.yml", "report/launch.yml"
WORKFLOW_PARAMS = "params.yml"  # the workflow's parameters, alike for all arms
REPORT_PARAMS, SAMPLESHEET, RUNS = "report/params.yml", "report/samplesheet.csv", "report/runs.csv"
COMPARISON, PREDICTION = "report/comparison.json", "report/prediction.svg"
INTERRUPTIONS, STORM_HOSTS = "report/interruptions.csv", "report/storm.csv"
PROOF_CONFIG = "pipelines/proof.config"
PLACEHOLDER = "your-"  # so begin the names that stand for what was not answered
# Runs whose names begin so are no part of the comparison: the smoke test, the proof, the report.
HELLO_RUN, PROOF_RUN, REPORT_RUN = "hello-", "proof-", "report-"

_COMPUTE_ENV, _PIPELINE, _LAUNCH = "compute-envs/aws_{}.yml", "pipelines/workflow_{}.yml", "launch/workflow_{}.yml"


def is_own(root: Path) -> bool:
    """Tell whether this program is the one of a rendered folder, and not an installed one or a template's."""
    return root.resolve() == _PACKAGE.parent


WORK_DIR_GOES = "which is deleted once no run needs it; results need a place of their own"


def is_within(path: str, directory: str) -> bool:
    """Tell whether an S3 path is a directory or lies in it."""
    path, directory = path.rstrip("/"), directory.rstrip("/")
    return path == directory or path.startswith(f"{directory}/")


def beside(directory: str) -> str:
    """Return an S3 path for results that is not within a work directory, in its bucket where that can be."""
    root = f"s3://{bucket_of(directory)}"
    return next((path for path in (f"{root}/results", f"{root}/out") if not is_within(path, directory)), f"{root}-out")


def is_ours(place: str, env: Mapping[str, str]) -> bool:
    """Tell whether an S3 path lies in the folder's own work directory or buckets: an archive of a run may name any.

    aws asks as whoever types the step, who may have access to more than these.
    """
    places = [env.get("AWS_WORK_DIR", ""), *env.get("AWS_COMPUTE_ENV_ALLOWED_BUCKETS", "").split(",")]
    return any(each and f"{place}/".startswith(f"{each.rstrip('/')}/") for each in places)


def own_folder() -> Path:
    """Return the rendered folder whose program this is; for an installed program, the working directory."""
    return _PACKAGE.parent if (_PACKAGE.parent / "env.sh").is_file() else Path.cwd()


class Arm(NamedTuple):
    """A side of the comparison, with its files as paths from the folder's root."""

    name: str

    @property
    def compute_env(self) -> str:
        return _COMPUTE_ENV.format(self.name)

    @property
    def pipeline(self) -> str:
        return _PIPELINE.format(self.name)

    @property
    def launch(self) -> str:
        return _LAUNCH.format(self.name)

    @property
    def files(self) -> tuple[str, str, str]:
        return self.compute_env, self.pipeline, self.launch


def arms(root: Path) -> list[Arm]:
    """Return the arms of which a folder holds any file, the baseline first and the others by name."""
    names = set()
    for form in (_COMPUTE_ENV, _PIPELINE, _LAUNCH):
        prefix, suffix = form.split("{}")
        names |= {path.relative_to(root).as_posix()[len(prefix) : -len(suffix)] for path in root.glob(form.format("*"))}
    return [Arm(name) for name in sorted(names, key=lambda name: (name != BASELINE, name))]


def arm_of(compute_env: str, arms: list[Arm]) -> str:
    """Return the name of the arm to which a compute environment of this name belongs, or an empty text."""
    named = [arm.name for arm in arms if compute_env.endswith(f"_{arm.name}")]
    return max(named, key=len, default="")


_CLOUD = (".seqera.io", ".tower.nf")


def is_seqera_cloud(endpoint: str) -> bool:
    """Tell whether an API endpoint is Seqera Cloud's, and not an Enterprise's."""
    return endpoint.removeprefix("https://").partition("/")[0].partition(":")[0].endswith(_CLOUD)


def bucket_of(path: str) -> str:
    """Return the bucket of an S3 path, without s3://."""
    return path.removeprefix("s3://").partition("/")[0]
