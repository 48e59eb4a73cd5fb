"""What a command of tw has at hand, and what it answers."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from ..state import Json
from .client import Client, TwError
from .options import Options


class Answer(NamedTuple):
    """What tw prints: an object with `-o json`, otherwise a text; and its exit code."""

    json: Any
    text: str = ""
    code: int = 0


class Command:
    """A command line of tw, its client, and the workspace it names."""

    def __init__(self, client: Client, options: Options, words: list[str]) -> None:
        self.client, self.options, self.words = client, options, words

    def ask(self, method: str, path: str, body: Any = None, **query: object) -> Any:
        """Ask the API about the command's workspace, which must be known."""
        return self.client.ask(method, path, body, workspaceId=self.workspace_id, **query)

    def page(self) -> dict[str, int]:
        """Return which part of a list is asked for: 100 rows from the first one on where not told otherwise."""
        self.look_up()
        most = int(self.option("max", 100))
        if "page" in self.options and "offset" in self.options:
            raise TwError("Please use either --page or --offset as pagination parameter")
        if int(self.option("offset", 0)) < 0:
            raise TwError("Record offset number must be a positive value.")
        if int(self.option("page", 1)) < 1:
            raise TwError("Page number must be greater than zero.")
        first = (int(self.options["page"]) - 1) * most if "page" in self.options else int(self.option("offset", 0))
        return {"max": most, "offset": first}

    def look_up(self) -> None:
        """Look the workspace up first of all, as tw does; raises TwError."""
        _ = self.workspace_id

    def option(self, name: str, otherwise: Any = None) -> Any:
        """Return the value of an option, by its long name."""
        return self.options.get(name, otherwise)

    def listed(self, name: str) -> list[str] | None:
        """Return the values of an option that takes several, if it is given."""
        return str(self.options[name]).split(",") if name in self.options else None

    @cached_property
    def user(self) -> Json:
        """Who the token belongs to; asked for once."""
        found: Json = self.client.ask("GET", "/user-info")["user"]
        return found

    def workspaces(self) -> list[Json]:
        """Return the user's organizations and workspaces."""
        found: list[Json] = self.client.ask("GET", f"/user/{self.user['id']}/workspaces")["orgsAndWorkspaces"]
        return found

    @property
    def workspace_id(self) -> int:
        """The number of the workspace, which may be named by it; raises TwError."""
        reference = str(self.options.get("workspace", ""))
        return int(self.workspace["workspaceId"]) if "/" in reference else int(reference)

    @cached_property
    def workspace(self) -> Json:
        """The workspace; looked up once; raises TwError."""
        reference = str(self.options.get("workspace", ""))
        organization, slash, name = (part.strip() for part in reference.partition("/"))
        for entry in self.workspaces():
            names = entry.get("orgName"), entry.get("workspaceName")
            if names == (organization, name) or (not slash and str(entry.get("workspaceId")) == reference):
                return entry
        said = f"Workspace '{name}' at organization '{organization}' not found"
        raise TwError(said if slash else f"Workspace '{reference}' not found")

    @property
    def shown(self) -> str:
        """The workspace as tw's messages and answers name it."""
        return f"[{self.workspace['orgName']} / {self.workspace['workspaceName']}]"

    @property
    def address(self) -> str:
        """The page of the workspace."""
        server = self.client.endpoint.replace("api.", "", 1).replace("/api", "", 1)
        return f"{server}/orgs/{self.workspace['orgName']}/workspaces/{self.workspace['workspaceName']}"
