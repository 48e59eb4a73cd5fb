"""One round: an experiment for each arm, recorded before it is waited for, its template removed at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from ..aws.cli import Aws, AwsError
from ..aws.fis import (
    ENDED,
    HARMLESS,
    INTERRUPTED,
    PATIENCE_MINUTES,
    State,
    create_template,
    describe_template,
    find_templates,
    look,
    remove_template,
    request_statuses,
    start,
    watch,
)
from ..aws.hosts import Host
from ..errors import UserError
from ..folder.layout import INTERRUPTIONS
from ..output import say, warn
from ..runs.interruptions import STARTING, Interruption, add_interruptions, read_interruptions, settle
from ..runs.listed import now
from .targets import Target


class Place(NamedTuple):
    """Where and as whom experiments run: the folder, aws, its account, the ARN of the role that FIS assumes."""

    root: Path
    aws: Aws
    account: str
    role: str


class _Begun(NamedTuple):
    target: Target
    hosts: Sequence[Host]
    when: str
    state: State


class Round:
    """The experiments of one round, one for each arm; what has begun is recorded, whatever ends the step."""

    def __init__(self, place: Place, *, rehearse: bool, poll: float) -> None:
        """Make a round that has not begun; poll is in seconds. A rehearsal leaves no rows, as it interrupts nothing."""
        self.place, self.rehearse, self.poll = place, rehearse, poll
        self.begun: list[_Begun] = []

    def run(self, chosen: Mapping[Target, Sequence[Host]]) -> None:
        """Interrupt the chosen hosts of each arm and wait until AWS has done so; raises UserError where it did not."""
        with ExitStack() as templates:
            try:
                for target, hosts in chosen.items():
                    self._begin(templates, target, hosts)
                for index, each in enumerate(self.begun):
                    self._settle(index, watch(self.place.aws, each.state, self.poll))
            except KeyboardInterrupt as stop:
                stop.args = (self._hint(),) if self._is_sent() else ()
                raise
            except UserError as error:
                # Never as a NoAnswerError: a round is not repeated because something in it failed.
                raise UserError(
                    *((f"{error}. {self._hint()}", 1) if self._is_sent() else (str(error), error.code))
                ) from None
            self._report()

    def _begin(self, templates: ExitStack, target: Target, hosts: Sequence[Host]) -> None:
        place = self.place
        instances = [host.id for host in hosts]
        request = describe_template(instances, target.compute_env, place.account, place.aws.region, place.role)
        template = create_template(place.aws, request)
        templates.callback(_remove, place.aws, template)
        when = now()
        if not self.rehearse:
            rows = [Interruption(when, target.arm, each.id, each.type, str(each.tasks), "", STARTING) for each in hosts]
            add_interruptions(place.root, rows)
        self.begun.append(_Begun(target, hosts, when, State("", STARTING, "")))
        try:
            state = start(place.aws, template, target.compute_env, rehearse=self.rehearse)
        except AwsError as error:
            if error.aws_code:  # AWS refused, so nothing has started
                self._settle(-1, State("", "failed", str(error)))
            raise
        self._settle(-1, state)
        say(f"{target.arm}: experiment {state.id} has started.")

    def _settle(self, index: int, state: State) -> None:
        each = self.begun[index] = self.begun[index]._replace(state=state)
        if not self.rehearse:
            settle(self.place.root, each.when, each.target.arm, state.id, state.status)

    def _is_sent(self) -> bool:
        return not self.rehearse and any(each.state.status not in HARMLESS for each in self.begun)

    def _hint(self) -> str:
        listed = ", ".join(host.id for each in self.begun if each.state.status not in HARMLESS for host in each.hosts)
        return f"The notice to {listed} cannot be withdrawn; {INTERRUPTIONS} has the row"

    def _report(self) -> None:
        """Say how the experiments ended; raises UserError where one did not do what it was for."""
        troubles = []
        for target, hosts, _, state in self.begun:
            said = f"{target.arm}: experiment {state.id} {state.status}"
            if state.status not in ENDED:
                troubles.append(f"{said} after {PATIENCE_MINUTES} minutes; look at it in the AWS console, under FIS")
            elif state.status != "completed":
                troubles.append(f"{said}: {state.reason or 'FIS gives no reason'}")
            elif self.rehearse:
                say(f"{said}: FIS finds the instances and may act on them. Nothing was interrupted.")
            else:
                say(f"{said}.")
                _confirm(self.place.aws, hosts)
        if troubles:
            hint = self._hint() if self._is_sent() else "Nothing was interrupted. iam/README.md tells of FIS's role"
            raise UserError("\n  ".join([*troubles, hint]), 1)


def _confirm(aws: Aws, hosts: Sequence[Host]) -> None:
    """Say what the Spot requests tell, looked at once; that they do not tell is no failure."""
    try:
        statuses = request_statuses(aws, [host.request for host in hosts if host.request])
    except UserError as error:
        say(f"Whether EC2 confirms it is not known: {error}.")
        return
    for host in hosts:
        status = statuses.get(host.request, "not named")
        if status == INTERRUPTED:
            say(f"{host.id}: EC2 confirms that the experiment ended it.")
        else:
            say(f"{host.id}: EC2 does not confirm it yet (its Spot request: {status}). That is no failure.")


def clean_up(place: Place, compute_env: str) -> None:
    """Remove the templates of a step that was stopped, and record how its experiments ended; raises UserError."""
    for template in find_templates(place.aws, compute_env):
        remove_template(place.aws, template)
        say(f"Removed the template {template}, which an earlier step left behind.")
    open_rows = {(row.when, row.arm, row.experiment) for row in read_interruptions(place.root) if row.is_open}
    for when, arm, experiment in sorted(open_rows):
        try:
            settle(place.root, when, arm, experiment, look(place.aws, experiment).status)
        except UserError as error:
            warn(f"How experiment {experiment} ended is not known: {error}.")


def _remove(aws: Aws, template: str) -> None:
    try:
        remove_template(aws, template)
    except UserError as error:
        warn(f"The template {template} was not removed: {error}. The next make interrupt removes it.")
