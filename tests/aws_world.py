"""An AWS account in moto, as Batch Forge would have left it: queues, clusters, instances and tasks.

moto's server runs in the tests' own process: they build the account over its API as AWS's is, and set in moto's own
objects only what that API cannot.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any

import boto3
import pytest
from moto import settings
from moto.batch.models import batch_backends
from moto.batch_simple.models import batch_simple_backends
from moto.core.authorization import ActionAuthenticatorMixin
from moto.core.exceptions import JsonRESTError
from moto.core.responses import BaseResponse
from moto.ec2.models import ec2_backends
from moto.ecs.models import ecs_backends
from moto.fis.models import Experiment, fis_backends
from moto.iam.access_control import IAMRequestBase
from moto.moto_api import state_manager
from moto.moto_api._internal.models import moto_api_backend

ACCOUNT, REGION = "123456789012", "eu-west-1"
IMAGE = "ami-0c3ef7ba01b1d98c4"  # in moto's recording: al2023-ami-ecs-hvm, for x86_64
KEYS = {"AWS_ACCESS_KEY_ID": "not-a-key", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}


@cache
def client(service: str, endpoint: str) -> Any:
    """Return a client of moto's server, kept for the session, as making one reads megabytes."""
    keys = {name.lower(): value for name, value in KEYS.items()}
    return boto3.client(service, region_name=REGION, endpoint_url=endpoint, **keys)


class World:
    """The account in one region, empty but for its default VPC; one for each test."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.asked: list[str] = []  # what was asked since authorizing began, as IAM names actions
        moto_api_backend.reset()
        # moto ends a task after one look at it; here tasks run until the test is over.
        state_manager.set_transition("ecs::task", {"progression": "manual", "times": 1_000_000})
        state_manager.set_transition("fis::experiment", {"progression": "immediate"})
        self.batch, self.ec2, self.ecs, self.fis, self.iam, self.s3 = (
            client(service, endpoint) for service in ("batch", "ec2", "ecs", "fis", "iam", "s3")
        )
        self.fis_backend = fis_backends[ACCOUNT][REGION]

    def env(self, **more: str) -> dict[str, str]:
        """Return the variables under which aws asks this account and nobody else."""
        nobody = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
        return {"AWS_ENDPOINT_URL": self.endpoint, "AWS_EC2_METADATA_DISABLED": "true", **nobody, **KEYS, **more}

    def forge(self, name: str, *, work: str = "SPOT", head: str = "EC2") -> None:
        """Make what Forge makes of a compute environment: queue, environment and cluster, for work and for the head."""
        for part, model in (("work", work), ("head", head)):
            self.queue(f"{name}-{part}", self.environment(f"{name}-{part}", model))

    def queue(self, name: str, environment: str) -> None:
        """Make a job queue before an environment given by its ARN."""
        order = [{"order": 1, "computeEnvironment": environment}]
        self.batch.create_job_queue(jobQueueName=name, priority=1, state="ENABLED", computeEnvironmentOrder=order)

    def environment(self, name: str, model: str) -> str:
        """Make one compute environment of AWS Batch and return its ARN."""
        role = self.iam.create_role(RoleName=f"{name}-Role", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        profile = self.iam.create_instance_profile(InstanceProfileName=f"{name}-Profile")["InstanceProfile"]["Arn"]
        subnet = self.ec2.describe_subnets()["Subnets"][0]
        groups = self.ec2.describe_security_groups()["SecurityGroups"]
        resources = {
            "type": model,
            "minvCpus": 0,
            "desiredvCpus": 0,
            "maxvCpus": 1000,
            "instanceTypes": ["c6id.8xlarge"],
            "subnets": [subnet["SubnetId"]],
            "securityGroupIds": [groups[0]["GroupId"]],
            "instanceRole": profile,
            "spotIamFleetRole": role,
        }
        made = self.batch.create_compute_environment(
            computeEnvironmentName=name, type="MANAGED", state="ENABLED", computeResources=resources, serviceRole=role
        )
        return str(made["computeEnvironmentArn"])

    def cluster(self, queue: str) -> str:
        """Return the name of the ECS cluster behind a queue."""
        (found,) = self.batch.describe_job_queues(jobQueues=[queue])["jobQueues"]
        arn = found["computeEnvironmentOrder"][0]["computeEnvironment"]
        environments = self.batch.describe_compute_environments(computeEnvironments=[arn])["computeEnvironments"]
        return str(environments[0]["ecsClusterArn"]).rpartition("/")[2]

    def host(self, queue: str, *tasks: tuple[float, str], spot: bool = True, kind: str = "c6id.8xlarge") -> str:
        """Add an instance to a queue's cluster and return its id.

        Its tasks are given as the minutes that they have run and the id of their run.
        """
        instance = self._spot_instance(kind) if spot else self._instance(kind)
        cluster = self.cluster(queue)
        document = json.dumps({"instanceId": instance})
        made = self.ecs.register_container_instance(cluster=cluster, instanceIdentityDocument=document)
        job = [{"name": "job", "image": "job", "cpu": 1, "memory": 1}]
        self.ecs.register_task_definition(family="job", containerDefinitions=job)
        for minutes, run in tasks:
            arn = self.ecs.start_task(
                cluster=cluster,
                taskDefinition="job",
                containerInstances=[made["containerInstance"]["containerInstanceArn"]],
                tags=[{"key": "uniqueRunId", "value": run}] if run else [],
            )["tasks"][0]["taskArn"]
            task = ecs_backends[ACCOUNT][REGION].tasks[cluster][arn]
            vars(task)["started_at"] = datetime.now(timezone.utc) - timedelta(
                minutes=minutes
            )  # moto tells no such time
        return instance

    def ended_job(self, *attempts: tuple[float, float]) -> str:
        """Add a job of AWS Batch that has ended and return its id.

        Its attempts are given as the seconds, from any moment on, at which each began and ended.
        """
        if not self.batch.describe_job_queues()["jobQueues"]:
            self.forge("jobs")
            container = {"image": "job", "vcpus": 1, "memory": 8}
            self.batch.register_job_definition(jobDefinitionName="job", type="container", containerProperties=container)
        # moto's own jobs take Docker; those of its simple backend end at once.
        (name, identifier, _) = batch_simple_backends[ACCOUNT][REGION].submit_job("job", "job", "jobs-work", {})
        told = [{"startedAt": int(1000 * (1.7e9 + a)), "stoppedAt": int(1000 * (1.7e9 + b))} for a, b in attempts]
        batch_backends[ACCOUNT][REGION]._jobs[identifier].attempts = [*told, {"statusReason": f"{name} never started"}]
        return identifier

    def age(self, instance: str, minutes: float) -> None:
        """Let an instance have been launched so many minutes ago."""
        launched = datetime.now(timezone.utc) - timedelta(minutes=minutes)
        vars(ec2_backends[ACCOUNT][REGION].get_instance(instance))["launch_time"] = launched.strftime(
            "%Y-%m-%dT%H:%M:%S.000Z"
        )

    def _spot_instance(self, kind: str) -> str:
        asked = self.ec2.request_spot_instances(LaunchSpecification={"ImageId": IMAGE, "InstanceType": kind})
        request = asked["SpotInstanceRequests"][0]
        backend = ec2_backends[ACCOUNT][REGION]
        # EC2 names an instance's request, moto does not.
        vars(backend.get_instance(request["InstanceId"]))["spot_instance_request_id"] = request["SpotInstanceRequestId"]
        return str(request["InstanceId"])

    def _instance(self, kind: str) -> str:
        made = self.ec2.run_instances(ImageId=IMAGE, InstanceType=kind, MinCount=1, MaxCount=1)
        return str(made["Instances"][0]["InstanceId"])

    def end_spot_requests(self) -> None:
        """Let every Spot request tell that an experiment ended its instance."""
        for request in ec2_backends[ACCOUNT][REGION].spot_instance_requests.values():
            request._status_code = "instance-terminated-by-experiment"

    def experiments(self) -> list[dict[str, Any]]:
        """Return every experiment that was started, as FIS describes it."""
        listed = self.fis.list_experiments()["experiments"]
        return [self.fis.get_experiment(id=each["id"])["experiment"] for each in listed]

    def templates(self) -> list[str]:
        """Return the ids of the experiment templates that are there."""
        return [str(each["id"]) for each in self.fis.list_experiment_templates()["experimentTemplates"]]

    def let_experiments_take_time(self) -> None:
        """Let an experiment be pending, initiating, running and completed, one after another, as it is looked at."""
        state_manager.unset_transition("fis::experiment")

    def end_experiments(self, status: str, reason: str) -> None:
        """Let every experiment from now on end in a status, for a reason, at the first look at it."""
        self.let_experiments_take_time()
        start = self.fis_backend.start_experiment

        def start_ending(*words: Any, **names: Any) -> dict[str, Any]:
            made: dict[str, Any] = start(*words, **names)
            experiment = self.fis_backend.experiments[made["id"]]
            experiment._transitions = [("pending", status)]
            # moto's own class keeps these for all experiments.
            vars(experiment)["STATUS_REASONS"] = {**Experiment.STATUS_REASONS, status: reason}
            return made

        vars(self.fis_backend)["start_experiment"] = start_ending

    def refuse(self, operation: str, message: str) -> None:
        """Let FIS refuse an operation, named as moto's method, from now on."""

        def refused(*_: Any, **__: Any) -> None:
            raise JsonRESTError("ValidationException", message)

        vars(self.fis_backend)[operation] = refused


def ids_in(experiment: dict[str, Any]) -> list[str]:
    """Return the instances that an experiment names by ARN."""
    return [arn.rpartition("/")[2] for arn in experiment["targets"]["instances"]["resourceArns"]]


@contextmanager
def authorizing(world: World, policy: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Let aws act as a user who holds only this policy; yield the variables under which it does.

    moto knows neither resources nor conditions: the policy's actions alone are held against what is asked. It
    names some in lower case, and reckons the signature of a GET otherwise than aws.
    """
    actions = [action for statement in policy["Statement"] for action in statement["Action"]]
    allowed = {"Effect": "Allow", "Action": [*actions, *(action.lower() for action in actions)], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    world.iam.create_user(UserName="caller")
    world.iam.put_user_policy(UserName="caller", PolicyName="only", PolicyDocument=document)
    key = world.iam.create_access_key(UserName="caller")["AccessKey"]
    check = ActionAuthenticatorMixin._authenticate_and_authorize_action

    def noting(response: BaseResponse, *words: Any, **names: Any) -> None:
        world.asked.append(f"{response.service_name}:{response._get_action()}".lower())
        check(response, *words, **names)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ActionAuthenticatorMixin, "_authenticate_and_authorize_action", noting)
        patch.setattr(ActionAuthenticatorMixin, "request_count", 0)
        patch.setattr(IAMRequestBase, "check_signature", lambda _: None)
        patch.setattr(settings, "INITIAL_NO_AUTH_ACTION_COUNT", 0)
        yield world.env(AWS_ACCESS_KEY_ID=key["AccessKeyId"], AWS_SECRET_ACCESS_KEY=key["SecretAccessKey"])
