"""One round: an experiment for each arm, recorded before it is waited for, its template removed at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from ..aws import Aws, AwsError
from ..aws.fis import (
    ENDED,
    HARMLESS,
    INTERRUPTED,
    PATIENCE_MINUTES,
    State,
    create_template,
    describe_template,
    find_experiments,
    find_templates,
    look,
    remove_template,
    request_statuses,
    start,
)
from ..aws.hosts import Host
from ..errors import UserError
from ..folder.layout import INTERRUPTIONS
from ..output import say, warn
from ..polling import poll
from ..runs.interruptions import (
    NEVER_STARTED,
    STARTING,
    Interruption,
    add_interruptions,
    read_interruptions,
    record_outcome,
)
from ..runs.listed import now
from ..runs.reported import read_time
from .targets import Target

_MINUTES_TO_START = 10  # after which an experiment that FIS does not list was never started
_BUSY = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "ServiceUnavailable", "InternalServer", "InternalError")


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
    template: str
    state: State

    @property
    def is_unknown(self) -> bool:
        return self.state.status == STARTING

    @property
    def is_sent(self) -> bool:
        return self.state.status not in (*HARMLESS, STARTING)

    @property
    def named(self) -> str:
        return ", ".join(host.id for host in self.hosts)


class Experiments:
    """Experiments under way: each is recorded before it is started, and its template removed when it has ended.

    What has begun is recorded, whatever ends the step; to be used as a context.
    """

    def __init__(self, place: Place, *, rehearse: bool = False) -> None:
        """Begin with none. A rehearsal leaves no rows, as it interrupts nothing."""
        self.place, self.rehearse = place, rehearse
        self.begun: list[_Begun] = []
        self.ended: list[_Begun] = []

    def __enter__(self) -> Experiments:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Remove the templates that are left; an error and Ctrl-C get to say which notices cannot be withdrawn."""
        for each in self.begun:
            _remove(self.place.aws, each.template)
        if isinstance(error, KeyboardInterrupt):
            error.args = (hint,) if (hint := self._hint()) else ()
        elif isinstance(error, UserError):
            # Never as a NoAnswerError: experiments are not repeated because something about them failed.
            hint = self._hint()
            raise UserError(*((f"{error}. {hint}", 1) if hint else (str(error), error.code))) from None

    def begin(self, target: Target, hosts: Sequence[Host], rows: Sequence[Interruption] = ()) -> None:
        """Start an experiment on hosts of an arm; rows have more of them than is known here. Raises UserError."""
        place = self.place
        instances = [host.id for host in hosts]
        request = describe_template(instances, target.compute_env, place.account, place.aws.region, place.role)
        try:
            template, when = create_template(place.aws, request), now()
        except AwsError as error:
            raise _lasting(error) from None
        if not self.rehearse:
            told = rows or describe_rows(target, hosts, datetime.now(timezone.utc))
            try:
                add_interruptions(place.root, *(row._replace(when=when, experiment=template) for row in told))
            except BaseException:
                _remove(place.aws, template)
                raise
        self.begun.append(_Begun(target, hosts, when, template, State("", STARTING, "")))
        try:
            state = start(place.aws, template, target.compute_env, rehearse=self.rehearse)
        except AwsError as error:
            if error.aws_code:  # AWS refused, so nothing has started
                self._record(-1, State("", "failed", str(error)))
            each = self.begun.pop()
            self.ended += [] if error.aws_code else [each]  # without an answer, it may have
            _remove(place.aws, each.template)
            raise _lasting(error) from None
        self._record(-1, state)
        say(f"{target.arm}: experiment {state.id} has started.")

    def look(self) -> bool:
        """Look once at each that is under way, and tell whether all have ended; raises UserError."""
        for index, each in enumerate(self.begun):
            if each.state.status not in ENDED:
                self._record(index, look(self.place.aws, each.state.id))
        for each in [each for each in self.begun if each.state.status in ENDED]:
            _remove(self.place.aws, each.template)
            self.begun.remove(each)
            self.ended.append(each)
        return not self.begun

    def report(self) -> None:
        """Say how those ended that were not reported yet; raises UserError where one did not do what it was for."""
        troubles = []
        for target, hosts, _, _, state in self.ended:
            said = f"{target.arm}: experiment {state.id} {state.status}"
            if not state.id:
                troubles.append(f"{target.arm}: {_unknown(', '.join(host.id for host in hosts))}")
            elif state.status != "completed":
                troubles.append(f"{said}: {state.reason or 'FIS gives no reason'}")
            elif self.rehearse:
                say(f"{said}: FIS finds the instances and may act on them. Nothing was interrupted.")
            else:
                say(f"{said}.")
                _confirm(self.place.aws, hosts)
        hint = "" if self._hint() else "Nothing was interrupted. iam/README.md tells of FIS's role"
        self.ended = []
        if troubles:
            raise UserError("\n  ".join(filter(None, [*troubles, hint])), 1)

    def wait(self, every: float) -> None:
        """Wait until all have ended, looking at the given interval; raises UserError for one that does not in time."""
        poll(self.look, bool, lambda _: self.describe(), every, PATIENCE_MINUTES)
        late = [f"{each.target.arm}: experiment {each.state.id} {each.state.status}" for each in self.begun]
        if late:
            after = f"after {PATIENCE_MINUTES} minutes; look at it in the AWS console, under FIS"
            raise UserError("\n  ".join(f"{each} {after}" for each in late), 1)
        self.report()

    def describe(self) -> str:
        """Return in words what is waited for."""
        return ", ".join(f"experiment {each.state.id}: {each.state.status}" for each in self.begun)

    def _record(self, index: int, state: State) -> None:
        each = self.begun[index] = self.begun[index]._replace(state=state)
        if not self.rehearse:
            record_outcome(self.place.root, each.when, [host.id for host in each.hosts], state.id, state.status)

    def _hint(self) -> str:
        """Return what is to be known of the notices where the step does not end well, or an empty text."""
        if self.rehearse:
            return ""
        every = [*self.ended, *self.begun]
        sent = ", ".join(each.named for each in every if each.is_sent)
        unknown = ", ".join(each.named for each in every if each.is_unknown)
        hints = [f"The notice to {sent} cannot be withdrawn; {INTERRUPTIONS} has the row"] if sent else []
        if unknown:
            text = _unknown(unknown)
            hints.append(text[0].upper() + text[1:])
        return ". ".join(hints)


def _unknown(instances: str) -> str:
    return f"whether the notice to {instances} was sent is not known; the next make interrupt asks FIS"


def _lasting(error: AwsError) -> UserError:
    """Return an error as one that asking again does not help, unless AWS is only busy or did not answer."""
    is_passing = not error.aws_code or any(word in error.aws_code for word in _BUSY)
    return error if is_passing else UserError(str(error), error.code)


def describe_rows(target: Target, hosts: Sequence[Host], moment: datetime) -> list[Interruption]:
    """Return the rows of hosts that are to get their notice at a moment."""
    return [
        Interruption(
            when="",
            arm=target.arm,
            instance=host.id,
            type=host.type,
            tasks=str(host.tasks),
            experiment="",
            state=STARTING,
            age=f"{host.age(moment):.0f}",
            hashes=" ".join(sorted({load.hash for load in host.loads} - {""})),
        )
        for host in hosts
    ]


def run_round(place: Place, chosen: Mapping[Target, Sequence[Host]], *, rehearse: bool, every: float) -> None:
    """Interrupt the chosen hosts of each arm and wait until AWS has done so; raises UserError where it did not.

    every is in seconds: how often an experiment is looked at.
    """
    with Experiments(place, rehearse=rehearse) as experiments:
        for target, hosts in chosen.items():
            experiments.begin(target, hosts)
        experiments.wait(every)


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
    rows = read_interruptions(place.root)
    for (when, experiment), instances in _grouped(row for row in rows if row.is_open).items():
        try:
            record_outcome(place.root, when, instances, experiment, look(place.aws, experiment).status)
        except UserError as error:
            warn(f"How experiment {experiment} ended is not known: {error}.")
    if unknown := _grouped(row for row in rows if row.is_unknown):
        _ask_of_unknown(place, unknown)


def _grouped(rows: Iterable[Interruption]) -> dict[tuple[str, str], list[str]]:
    """Return the instances of rows by when they were to get their notice, and by which experiment or template."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        grouped.setdefault((row.when, row.experiment), []).append(row.instance)
    return grouped


def _ask_of_unknown(place: Place, unknown: Mapping[tuple[str, str], Sequence[str]]) -> None:
    """Record of notices that may have been sent whether they were: FIS lists the experiment of a template, or none.

    One that FIS does not list yet may be starting, in another step or at AWS, for some minutes.
    """
    try:
        found = find_experiments(place.aws)
    except UserError as error:
        warn(f"Whether earlier notices were sent is not known: {error}.")
        return
    for (when, template), instances in unknown.items():
        if state := found.get(template):
            record_outcome(place.root, when, instances, state.id, state.status)
        elif template and _is_over(when):
            record_outcome(place.root, when, instances, "", NEVER_STARTED)


def _is_over(when: str) -> bool:
    began = read_time(when)
    return began is None or datetime.now(timezone.utc) - began > timedelta(minutes=_MINUTES_TO_START)


def _remove(aws: Aws, template: str) -> None:
    try:
        remove_template(aws, template)
    except UserError as error:
        warn(f"The template {template} was not removed: {error}. The next make interrupt removes it.")
