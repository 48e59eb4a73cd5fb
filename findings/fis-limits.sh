#!/usr/bin/env bash
# botocore 1.44.8 and moto 5.2.5: FIS's limits stand in the client's own model, and nobody holds a request to them.
#
# Guess: botocore validates what it sends by the model that it ships, so that six ARNs, where that model says five at
#   most, never leave the machine; and if they do, moto, which tests rely on, refuses them as AWS would.
# Behaviour: botocore checks names, types, what is required and the least lengths. It checks no greatest length and no
#   list of allowed words. moto's FIS checks neither: a template for six Spot instances is made and its experiment
#   completes. So does a rehearsal (skip-all), whose actions are "completed" where FIS's model has "skipped".
# Output seen: "at most 5, sent 6, completed"; of skip-all "action completed, model has skipped"; a missing roleArn is
#   ParamValidationError, which shows that botocore does validate.
# Source: botocore/validate.py and botocore/data/fis/2020-12-01 in boto/botocore at 1.44.8; moto/fis/models.py in
#   getmoto/moto at 5.2.5.
# Here: `make interrupt` takes five instances of an arm at once at most, by its own rule, and a test reads the whole
#   request, as no stand-in refuses it.
#
# moto answers within the process: nothing is sent to AWS.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
if ! { python3 -m venv venv && venv/bin/pip install -q moto==5.2.5 boto3==1.44.8 botocore==1.44.8; } \
    >install.log 2>&1; then
    cat install.log >&2
    echo "not tried: moto cannot be installed" >&2
    exit 2
fi

export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=eu-west-1
unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_FIS AWS_PROFILE
found=$(venv/bin/python - <<'PY'
import boto3
from botocore.exceptions import ParamValidationError
from moto import mock_aws

HOME = "arn:aws:ec2:eu-west-1:123456789012:instance"
TEMPLATE = {
    "clientToken": "template",
    "description": "six",
    "roleArn": "arn:aws:iam::123456789012:role/fis",
    "stopConditions": [{"source": "none"}],
    "targets": {
        "six": {
            "resourceType": "aws:ec2:spot-instance",
            "resourceArns": [f"{HOME}/i-{number:017x}" for number in range(6)],
            "selectionMode": "ALL",
        }
    },
    "actions": {
        "interrupt": {
            "actionId": "aws:ec2:send-spot-instance-interruptions",
            "parameters": {"durationBeforeInterruption": "PT2M"},
            "targets": {"SpotInstances": "six"},
        }
    },
}


def carry_out(fis, template, mode):
    """Start an experiment and look at it until it has ended."""
    options = {"actionsMode": mode}
    started = fis.start_experiment(clientToken=mode, experimentTemplateId=template, experimentOptions=options)
    for _ in range(20):
        experiment = fis.get_experiment(id=started["experiment"]["id"])["experiment"]
        if experiment["state"]["status"] in ("completed", "stopped", "failed", "cancelled"):
            break
    return experiment


with mock_aws():
    fis = boto3.client("fis")
    model = fis.meta.service_model
    most = model.shape_for("ResourceArnList").metadata["max"]
    template = fis.create_experiment_template(**TEMPLATE)["experimentTemplate"]
    experiment = carry_out(fis, template["id"], "run-all")
    sent = len(experiment["targets"]["six"]["resourceArns"])
    print(f"at most {most}, sent {sent}, {experiment['state']['status']};", end=" ")
    action = carry_out(fis, template["id"], "skip-all")["actions"]["interrupt"]["state"]["status"]
    known = "skipped" if "skipped" in model.shape_for("ExperimentActionStatus").enum else "no such word"
    print(f"skip-all: action {action}, model has {known};", end=" ")
    try:
        fis.create_experiment_template(**{name: value for name, value in TEMPLATE.items() if name != "roleArn"})
        print("no roleArn: sent")
    except ParamValidationError:
        print("no roleArn: ParamValidationError")
PY
)
expected="at most 5, sent 6, completed; skip-all: action completed, model has skipped; no roleArn: ParamValidationError"
if [[ $found != "$expected" ]]; then
    printf 'changed:\n  expected: %s\n  found:    %s\n' "$expected" "$found"
    exit 1
fi
echo "confirmed: neither botocore nor moto holds FIS requests to the limit and the words of botocore's model"
