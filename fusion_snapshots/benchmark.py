"""The benchmark that a step works on: its folder and variables, and what they lead to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from .aws import Aws
from .folder.layout import Arm, arms
from .folder.variables import Variables
from .platform.seqerakit import Seqerakit
from .platform.tw import Tw
from .platform.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Benchmark:
    """A rendered folder with the variables of its env.sh: made once a step, and handed on."""

    root: Path
    env: Variables

    @cached_property
    def arms(self) -> list[Arm]:
        """The arms of which there is any file, the baseline first."""
        return arms(self.root)

    @cached_property
    def seqerakit(self) -> Seqerakit:
        """What seqerakit would have tw do for a file, or does."""
        return Seqerakit(self.env, self.root)

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace as the Platform has it, asked by tw."""
        return Workspace(Tw(self.env, self.root))

    @cached_property
    def aws(self) -> Aws:
        """The aws command, signed in as this shell is, in the folder's region."""
        return Aws(self.env, self.root)

    def files(self, *names: str) -> list[str]:
        """Return those of the named files that the folder holds."""
        return [name for name in names if (self.root / name).is_file()]

    def with_variables(self, **values: str) -> Benchmark:
        """Return the same folder with some variables set otherwise."""
        return replace(self, env={**self.env, **values})
