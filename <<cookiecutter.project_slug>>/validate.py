#!/usr/bin/env python3
# /// script
# requires-python = ">=3.10"
# dependencies = ["PyYAML>=6.0,<7", "jsonschema>=4.18,<5"]
# ///
"""Check a benchmark folder: its seqerakit files against schemas/, with the variables of env.sh filled in.

Finds what `seqerakit --dryrun` and the eye let through. Needs PyYAML and jsonschema (`python3 -m pip install -r
requirements.txt`), or nothing at all when run as `uv run validate.py`.

Exit code 0: no errors; 1: errors, or warnings with --strict; 2: the check could not run; 130: interrupted.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from seqera import GROUPS, RUN_ID, RUN_ID_FORM, SAMPLESHEET, bucket_of, exported, stop
from snapshot_fit import WINDOW_SECONDS, Catalog, confirm_command

HERE = Path(__file__).resolve().parent


try:
    import yaml
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError
    from referencing import Registry
except ImportError as missing:
    stop(
        f"{missing.name} is not installed. Run: python3 -m pip install -r {HERE / 'requirements.txt'}"
        f"  (or, with nothing installed: uv run {HERE / 'validate.py'})"
    )

FOLDERS = ("compute-envs", "pipelines", "launch", "report")
BLOCKS = ("compute-envs", "datasets", "pipelines", "launch")
# Blocks seqerakit 0.5.7 creates resources from and this folder has no schema for (seqerakit/helper.py).
OTHER_BLOCKS = (
    "organizations teams workspaces labels members participants credentials secrets actions data-links studios".split()
)
FILE_KEYS = ("config", "nextflow-config", "ecs-config", "pre-run", "post-run", "params-file", "file-path")
# What the two compute environments of a fair comparison may differ in, and in what the two pipelines and runs may not.
MAY_DIFFER = {
    "name", "description", "labels", "snapshots", "provisioning-model", "instance-types", "alloc-strategy",
    "bid-percentage", "ami-id", "primary", "overwrite", "on_exists", "wait",
}  # fmt: skip
MUST_AGREE = {"url", "revision", "profile"}
SCRIPT_BYTES = 1024  # the Platform's limit for pre-run and post-run scripts
MAX_BYTES, MAX_NODES, MAX_DEPTH = 1_000_000, 50_000, 100  # a seqerakit file is far smaller; a larger one is not read
BASH_SECONDS = 10
PLACEHOLDER = "your-"  # so begin the names that stand for what was not answered

VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))")
# Characters that split, glob, quote or run when /bin/sh meets them unquoted.
SHELL_ACTIVE = re.compile(r"[\s'\"*?\[~;&|<>()$%`\\#!{}\x00-\x1f\x7f]")
# A Platform token or an AWS access key, and whatever token this shell holds; shown nowhere.
TOKEN = os.environ.get("TOWER_ACCESS_TOKEN", "")
SECRET = re.compile(
    r"eyJ[A-Za-z0-9_-]{16,}[A-Za-z0-9_.=-]*|\bAKIA[0-9A-Z]{16}\b" + (f"|{re.escape(TOKEN)}" if len(TOKEN) > 7 else "")
)


class Finding(NamedTuple):
    """One thing found, in the order in which findings are sorted; line and column count from 1."""

    file: str
    line: int
    column: int
    severity: str
    key: str
    message: str
    got: object = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: {self.severity}: "
        got = "" if self.got is None else f" (got: {shorten(self.got)})"
        return SECRET.sub("<secret>", place + (f"{self.key}: " if self.key else "") + self.message + got)


def shorten(value: object) -> str:
    """Return a value as it is shown in a message: on one line, control characters escaped, at most 80 characters."""
    text = repr(value) if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 80 else text[:70] + "…" + text[-9:]


Key = tuple[Any, ...]


class File:
    """A YAML file as seqerakit reads it, with the place and the text of every key."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.data: Any = None
        self.places: dict[Key, tuple[int, int]] = {(): (1, 1)}
        self.texts: dict[Key, str] = {}
        self.findings: list[Finding] = []
        try:
            self._read()
        except yaml.MarkedYAMLError as error:
            # What the scanner could not finish began at its context; a parser's problem is where it is noticed.
            scanning = (error.context or "").startswith("while scanning")
            mark = (scanning and error.context_mark) or error.problem_mark or error.context_mark
            what = error.problem or error.context or "cannot be read"
            if "another document" in what:
                what = "seqerakit reads one document a file: a second one starts here, after ---"
            elif mark and "".join(self._text.splitlines()[mark.line : mark.line + 1])[mark.column :].startswith("\t"):
                what = "a tab stands where YAML wants spaces"
            self._fault(f"not YAML: {what}", (mark.line + 1, mark.column + 1) if mark else (1, 1))
        except yaml.YAMLError as error:
            self._fault(f"not YAML: {str(error).splitlines()[0]}")
        except UnicodeDecodeError:
            self._fault("not text in UTF-8")
        except OSError as error:
            self._fault(f"cannot be read: {error.strerror}")
        except (ValueError, KeyError, AttributeError, RecursionError) as error:
            # What PyYAML says of values such as 2024-13-45 or !!int x, and Python of an alias to itself.
            self._fault(f"not YAML that can be read: {type(error).__name__}: {str(error)[:80]}")

    def _fault(self, message: str, place: tuple[int, int] = (1, 1)) -> None:
        self.data = None
        self.findings.append(Finding(self.name, *place, "error", "", message))

    def _read(self) -> None:
        if self.path.stat().st_size > MAX_BYTES:
            return self._fault(f"larger than {MAX_BYTES} bytes; a seqerakit file is far smaller")
        self._text = self.path.read_text(encoding="utf-8-sig")
        fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        depth = 0
        for event in yaml.parse(self._text, Loader=fast):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                return self._fault(f"nested more than {MAX_DEPTH} deep; a seqerakit file is not")
        loader = fast(self._text)
        try:
            node = loader.get_single_node()
            if node is None:
                return self._fault("the file is empty; seqerakit refuses it")
            self._left = MAX_NODES
            self.places[()] = (node.start_mark.line + 1, node.start_mark.column + 1)
            self._walk(node, ())
            self.data = loader.construct_document(node)
        finally:
            loader.dispose()

    def _walk(self, node: yaml.Node, key: Key) -> None:
        self._left -= 1
        if self._left < 0:
            raise yaml.YAMLError(f"more than {MAX_NODES} values, aliases counted; a seqerakit file has far fewer")
        if isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self.places[(*key, index)] = (item.start_mark.line + 1, item.start_mark.column + 1)
                self._walk(item, (*key, index))
        elif isinstance(node, yaml.MappingNode):
            seen: dict[Any, int] = {}
            for key_node, value_node in node.value:
                name = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
                place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
                if name in seen and name != "<<":
                    message = f"given twice: here and on line {seen[name]}; the last one counts, silently"
                    self.findings.append(Finding(self.name, *place, "error", dotted((*key, name)), message))
                seen[name] = place[0]
                self.places[(*key, name)] = place
                self._walk(value_node, (*key, name))
        elif isinstance(node, yaml.ScalarNode):
            self.texts[key] = node.value
            kind = node.tag.rpartition(":")[2]
            if kind == "int" and not re.fullmatch(r"-?(?:0|[1-9][0-9]*)", node.value):
                self._surprise(key, f"YAML reads {node.value} as another number; write the number plainly, or quote it")
            elif kind == "float" and (
                repr(float_or_none(node.value)) != node.value or (node.value.endswith(".0") and "params" not in key)
            ):
                self._surprise(key, f"YAML makes a number of {node.value} and changes it; quote it")

    def _surprise(self, key: Key, message: str) -> None:
        self.findings.append(Finding(self.name, *self.places[key], "error", dotted(key), message, self.texts[key]))

    def place(self, key: Key) -> tuple[int, int]:
        """Return line and column of a key, or of the nearest key around it."""
        while key not in self.places:
            key = key[:-1]
        return self.places[key]

    def find(self, severity: str, key: Key, message: str, got: object = None) -> Finding:
        """Return a finding at a key of this file."""
        return Finding(self.name, *self.place(key), severity, dotted(key), message, got)


def float_or_none(text: str) -> float | None:
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return None


def dotted(key: Key) -> str:
    """Return a key's path as people write it: compute-envs[0].region."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")


class Environment:
    """The variables env.sh exports, read by running bash on it in an environment of PATH, HOME and USER alone."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.values: dict[str, str] = {}
        self.works = False
        self.findings: list[Finding] = []
        self.lines: dict[str, int] = {}
        if not path.is_file():
            self.findings.append(
                Finding(self.name, 1, 1, "error", "", "is missing; every other file needs its variables")
            )
            return
        if path.stat().st_size > MAX_BYTES:
            self.findings.append(
                Finding(
                    self.name, 1, 1, "error", "", f"is larger than {MAX_BYTES} bytes; move out of it what is not needed"
                )
            )
            return
        self.text = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(self.text, 1):
            if match := re.match(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=", line):
                self.lines[match[1]] = number
        self._run(path)

    def _run(self, path: Path) -> None:
        try:
            own = {name: os.environ[name] for name in ("PATH", "HOME", "USER") if name in os.environ}
            said, values, errors = exported(own, BASH_SECONDS, path.parent)
        except subprocess.TimeoutExpired:
            self.findings.append(Finding(self.name, 1, 1, "error", "", f"does not end within {BASH_SECONDS} seconds"))
            return
        if values is None:
            stopped = re.search(rf"{re.escape(path.name)}: line (\d+): (.*)", errors)
            line = int(stopped[1]) if stopped else 1
            if quote := re.search("looking for matching `(['\"])'", errors):
                # bash names the line where it gave up, not the one whose quote stays open.
                line = next((n for n in sorted(self.lines.values()) if self.text[n - 1].count(quote[1]) % 2), line)
            message = "bash stops here under set -eu"
            got = stopped[2] if stopped else errors[-200:]
            if "not a valid identifier" in got:
                message += "; no space may stand beside the ="
            self.findings.append(Finding(self.name, line, 1, "error", "", message, got))
            return
        if said:
            message = "prints on standard output, which spoils commands that source it; print on standard error"
            self.findings.append(Finding(self.name, 1, 1, "error", "", message, said))
        self.works = True
        self.values = {n: value for n, value in values.items() if n not in (*own, "PWD", "OLDPWD", "SHLVL", "_")}

    def find(self, severity: str, name: str, message: str, got: object = None) -> Finding:
        """Return a finding at the line that sets a variable."""
        return Finding(self.name, self.lines.get(name, 1), 1, severity, name, message, got)

    def nearest(self, name: str) -> str:
        """Return a hint for an undefined variable: braces left out, or a name one slip away."""
        for known in sorted(self.values, key=len, reverse=True):
            if name.startswith(known):
                return f"; did you mean ${{{known}}}{name[len(known) :]}?"
        near = difflib.get_close_matches(name, self.values, n=1)
        return f"; did you mean ${near[0]}?" if near else ""


class Folder:
    """A rendered folder, its schemas, and everything found in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.schemas = load_schemas(root)
        registry = Registry().with_contents(self.schemas.items())
        self.validators = {
            name.removesuffix(".schema.json"): Draft7Validator(schema, registry=registry)
            for name, schema in self.schemas.items()
        }
        self.catalog = load_catalog(root)
        self.environment = Environment(root / "env.sh")
        self.findings: list[Finding] = [*self.environment.findings]
        # What has been reported already is not reported again for what follows from it.
        self.broken_variables: set[str] = set()
        self.broken_values: set[tuple[str, Key]] = set()
        # Every item of every block, expanded: block -> [(file, key, item)]
        self.items: dict[str, list[tuple[File, Key, dict[str, Any]]]] = {block: [] for block in BLOCKS}

    def check(self) -> list[Finding]:
        """Return everything found, sorted by place."""
        self._check_environment()
        files = [
            File(path, path.relative_to(self.root).as_posix())
            for path in self._files()
            if path.suffix.lower() in (".yml", ".yaml") and path != self.root / "answers.yml"
        ]
        params_files = {(self.root / name).resolve() for file in files for name in params_files_of(file)}
        self.checked = [f for f in files if f.path.resolve() not in params_files and self._is_seqerakits(f)]
        for file in self.checked:
            self.findings += file.findings
            if file.data is not None:
                self._check_file(file)
        for path in self._files():
            self._check_secrets(path, path.relative_to(self.root).as_posix())
        self._check_names()
        self._check_files()
        self._check_fairness()
        # The same line twice says nothing more.
        lines = {str(finding): finding for finding in self.findings}
        return sorted(lines.values(), key=lambda f: (f.file, f.line, f.column, f.severity, f.message))

    def _is_seqerakits(self, file: File) -> bool:
        """Tell a seqerakit file, good or bad, from other YAML that a user keeps outside the folders of this one."""
        known = isinstance(file.data, dict) and set(file.data) & {*BLOCKS, *OTHER_BLOCKS}
        return bool(known) or file.name.partition("/")[0] in FOLDERS

    def _files(self) -> Iterator[Path]:
        """Yield the files of this folder but for hidden ones, its schemas, and those of a virtual environment."""
        for folder, names, files in os.walk(self.root):
            names[:] = sorted(
                n for n in names
                if not n.startswith(".") and n != "schemas" and not (Path(folder) / n / "pyvenv.cfg").exists()
            )  # fmt: skip
            for name in sorted(files):
                path = Path(folder) / name
                # A pipe or a device is never read; a link that leads nowhere is reported.
                if not name.startswith(".") and (path.is_file() or not path.exists()):
                    yield path

    def _check_environment(self) -> None:
        environment = self.environment
        if not environment.works:
            return
        for error in self.validators["env"].iter_errors(environment.values):
            if error.validator == "required":
                for name in error.validator_value:
                    if name not in environment.values:
                        self.broken_variables.add(name)
                        self.findings.append(environment.find("error", name, "is not exported"))
            else:
                name = str(error.path[0])
                self.broken_variables.add(name)
                got = None if name == "TOWER_ACCESS_TOKEN" else error.instance
                self.findings.append(environment.find("error", name, says(error), got))
        results, work, allowed = (
            environment.values.get(name, "").split(",")
            for name in ("PIPELINE_OUTDIR_PREFIX", "AWS_WORK_DIR", "AWS_COMPUTE_ENV_ALLOWED_BUCKETS")
        )
        if bucket_of(results[0]) not in map(bucket_of, (*work, *allowed)):
            message = "is in none of the buckets that the tasks may write, AWS_COMPUTE_ENV_ALLOWED_BUCKETS"
            self.findings.append(environment.find("warning", "PIPELINE_OUTDIR_PREFIX", message, results[0]))
        for name, value in environment.values.items():
            if PLACEHOLDER in value:
                self.findings.append(environment.find("note", name, "still holds a placeholder", value))

    def _check_secrets(self, path: Path, name: str) -> None:
        try:
            text = path.read_text(encoding="utf-8", errors="replace") if path.stat().st_size <= MAX_BYTES else ""
        except OSError:
            return
        for number, line in enumerate(text.splitlines(), 1):
            if match := SECRET.search(line):
                message = "this looks like an access token or key; no file of this folder may hold one"
                self.findings.append(Finding(name, number, match.start() + 1, "error", "", message))

    def _check_file(self, file: File) -> None:
        if not isinstance(file.data, dict):
            self.findings.append(file.find("error", (), "a seqerakit file starts with a block such as launch:"))
            return
        for block, items in file.data.items():
            if block not in BLOCKS and block not in OTHER_BLOCKS:
                near = difflib.get_close_matches(str(block), [*BLOCKS, *OTHER_BLOCKS], n=1)
                hint = f"did you mean {near[0]}?" if near else f"the blocks here are {', '.join(BLOCKS)}"
                message = f"no block of seqerakit's, which would pass over it silently; {hint}"
                self.findings.append(file.find("error", (block,), message))
                continue
            expanded = []
            for index, item in enumerate(items if isinstance(items, list) else []):
                expanded.append(self._expand_item(file, (block, index), item) if isinstance(item, dict) else item)
                if block in BLOCKS and isinstance(item, dict):
                    self.items[block].append((file, (block, index), expanded[-1]))
            for file_, key, item in self.items["compute-envs"] if block == "compute-envs" else ():
                if file_ is file:
                    self._check_instances(file, key, item)
            if block in BLOCKS:
                self._check_schema(file, block, expanded if isinstance(items, list) else items)

    def _expand_item(self, file: File, key: Key, item: dict[Any, Any]) -> dict[Any, Any]:
        return {
            name: self._expand_params(file, (*key, name), value)
            if name == "params"
            else self._expand_argument(file, (*key, name), value)
            if isinstance(value, str)
            else value
            for name, value in item.items()
        }

    def _expand_argument(self, file: File, key: Key, text: str) -> str:
        """Return a tw argument as /bin/sh will pass it on, having noted what it would do otherwise.

        As seqerakit 0.5.7 does it (seqeraplatform.py, _check_env_vars): an argument with a shell construct, a leading
        backslash or single quotes around it is passed raw; one with $ or % unquoted; any other quoted.
        """
        if "\n" in text:
            self.findings.append(
                file.find("error", key, "holds a line end, as after | or >; write it on one line", text)
            )
            self.broken_values.add((file.name, key))
            return text
        raw = re.search(r"\$\(|[|<>&`]", text)
        if raw or text.startswith("\\") or (text.startswith("'") and text.endswith("'")):
            what = f"holds {raw[0]}" if raw else "starts with \\ or stands in single quotes"
            message = f"{what}, so seqerakit hands it to the shell unquoted, which runs or splits it; leave that out"
            self.findings.append(file.find("error", key, message, text))
            self.broken_values.add((file.name, key))
            return text
        if "$" not in text and "%" not in text:
            return text
        literal = VARIABLE.sub("", text)
        if active := SHELL_ACTIVE.search(literal):
            shown = "a space" if active[0] == " " else repr(active[0])
            rule = "only $NAME and ${NAME} are expanded, and the rest must be free of spaces and shell characters"
            self.findings.append(file.find("error", key, f"holds {shown} beside a variable or %; {rule}", text))
            self.broken_values.add((file.name, key))
            return text
        return self._fill_in(file, key, text, in_shell=True)

    def _fill_in(self, file: File, key: Key, text: str, *, in_shell: bool) -> str:
        values = self.environment.values
        for match in VARIABLE.finditer(text):
            name = match[1] or match[2]
            if not self.environment.works or name in self.broken_variables:
                message = ""
            elif name not in values:
                message = f"${name} is not exported by env.sh{self.environment.nearest(name)}"
            elif not values[name]:
                message = f"${name} is empty in env.sh; the next option would be taken for its value"
            elif in_shell and (active := SHELL_ACTIVE.search(values[name])):
                shown = "a space" if active[0] == " " else repr(active[0])
                message = f"${name} holds {shown} in env.sh, which the shell splits, globs or runs, as it is not quoted"
            else:
                continue
            if message:
                self.findings.append(file.find("error", key, message, text))
            self.broken_values.add((file.name, key))
            return text
        return VARIABLE.sub(lambda match: values[match[1] or match[2]], text)

    def _expand_params(self, file: File, key: Key, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._expand_params(file, (*key, name), item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._expand_params(file, (*key, index), item) for index, item in enumerate(value)]
        if isinstance(value, str) and "$" in value:
            return self._fill_in(file, key, value.replace("$$", "\0"), in_shell=False).replace("\0", "$")
        return value

    def _check_instances(self, file: File, key: Key, item: dict[str, Any]) -> None:
        listed, region, key = item.get("instance-types"), str(item.get("region")), (*key, "instance-types")
        if not isinstance(listed, str) or not re.fullmatch("[a-z0-9.,-]+", listed):
            return
        snapshots = item.get("snapshots") is True
        refused = self.catalog.refused(listed, snapshots=snapshots)
        for name, reason in refused.items():
            self.findings.append(file.find("error", key, f"{name} {reason}", listed))
        if refused:
            self.broken_values.add((file.name, key))
        if misfits := [each for each in self.catalog.expand(listed) if snapshots and not each.fits]:
            names = ", ".join(f"{each.name} ({each.verdict})" for each in misfits)
            command = confirm_command([each.name for each in misfits], region)
            message = f"cannot dump all their memory within {WINDOW_SECONDS} seconds: {names}. EC2's figures: {command}"
            self.findings.append(file.find("warning", key, message))
        if absent := self.catalog.absent(listed, region):
            command = confirm_command([each.name for name in absent for each in self.catalog.expand(name)], region)
            message = f"not offered in {region}, as far as recorded: {', '.join(absent)}. EC2's answer: {command}"
            self.findings.append(file.find("warning", key, message))

    def _check_schema(self, file: File, block: str, items: Any) -> None:
        schema = self.schemas[f"{block}.schema.json"]
        errors = [leaf for error in self.validators[block].iter_errors({block: items}) for leaf in strict_branch(error)]
        # Of a value that is wrong in itself, the rules between keys have nothing more to say.
        for error in sorted(errors, key=lambda error: "allOf" in error.absolute_schema_path):
            key = tuple(error.absolute_path)
            if (file.name, key) not in self.broken_values:
                self.findings += self._findings_of(file, key, error, says(error, schema), block)
                if len(key) == 3:
                    self.broken_values.add((file.name, key))

    def _findings_of(self, file: File, key: Key, error: ValidationError, said: str, block: str) -> Iterator[Finding]:
        value: Any = error.instance
        rule: Any = error.schema
        if error.validator == "additionalProperties":
            for name in [name for name in value if name not in rule["properties"]]:
                near = difflib.get_close_matches(str(name), rule["properties"], n=1)
                hint = f"did you mean {near[0]}?" if near else "seqerakit or tw would refuse it or pass over it"
                yield file.find("error", (*key, name), f"no key of {block}; {hint}")
        elif error.validator == "required":
            for name in [name for name in rule["required"] if name not in value]:
                yield file.find("error", key, f"{name} {said}" if said.startswith("is ") else said)
        elif isinstance(value, (dict, list)) and value:
            yield file.find("error", key, said)
        else:
            yield file.find("error", key, said, file.texts.get(key) if isinstance(value, (int, float)) else value)

    def _check_names(self) -> None:
        for block in BLOCKS:
            seen: dict[tuple[str, str], str] = {}
            for file, key, item in self.items[block]:
                scoped = (str(item.get("workspace")), str(item.get("name")))
                if (file.name, (*key, "name")) in self.broken_values:
                    continue
                if item.get("name") and scoped in seen:
                    message = f"the same name as in {seen[scoped]}; the workspace and seqerakit need different ones"
                    self.findings.append(file.find("error", (*key, "name"), message, item["name"]))
                elif item.get("name"):
                    seen[scoped] = f"{file.name}:{file.place((*key, 'name'))[0]}"
        self.names = {
            block: {str(item["name"]): (file, key) for file, key, item in items if item.get("name")}
            for block, items in self.items.items()
        }
        for block, name, target in (
            ("pipelines", "compute-env", "compute-envs"),
            ("launch", "compute-env", "compute-envs"),
            ("launch", "pipeline", "pipelines"),
        ):
            for file, key, item in self.items[block]:
                if isinstance(item.get(name), str) and "://" not in item[name]:
                    self._check_reference(file, (*key, name), item[name], target)
        for block in ("pipelines", "launch"):
            for file, key, item in self.items[block]:
                params = item.get("params")
                if isinstance(params, dict) and isinstance(params.get("dataset"), str):
                    self._check_reference(file, (*key, "params", "dataset"), params["dataset"], "datasets")

    def _check_reference(self, file: File, key: Key, name: str, target: str) -> None:
        if (file.name, key) in self.broken_values or any(f.data is None for f in self.checked):
            return
        known = self.names[target]
        if name not in known and not any((f.name, (*k, "name")) in self.broken_values for f, k in known.values()):
            near = difflib.get_close_matches(name, known if len(known) < 100 else [], n=1, cutoff=0)
            hint = f"; the nearest is {near[0]} ({known[near[0]][0].name})" if near else ""
            message = f"no file of this folder defines {target} under exactly this name{hint}"
            self.findings.append(file.find("error", key, message, name))

    def _check_files(self) -> None:
        for block in BLOCKS:
            for file, key, item in self.items[block]:
                for name in FILE_KEYS:
                    if isinstance(item.get(name), str) and "$" not in item[name]:
                        self._check_named_file(file, (*key, name), item[name])
                for name, value in item.items():
                    if block == "compute-envs" and name != "file-path" and ".json" in str(value):
                        message = "holds .json, at which seqerakit imports a file instead of adding this"
                        self.findings.append(file.find("error", (*key, name), message, value))

    def _check_named_file(self, file: File, key: Key, name: str) -> None:
        path = self.root / name
        if not is_file(path):
            beside = is_file(file.path.parent / name)
            hint = f"; write {(file.path.parent / name).relative_to(self.root).as_posix()}" if beside else ""
            message = f"no such file; seqerakit looks from the folder it is run in, {self.root.name}/{hint}"
            self.findings.append(file.find("error", key, message, name))
        elif key[-1] in ("pre-run", "post-run") and path.stat().st_size > SCRIPT_BYTES:
            message = f"has {path.stat().st_size} bytes; the Platform takes at most {SCRIPT_BYTES}"
            self.findings.append(file.find("error", key, message, name))
        elif key[-1] == "params-file" and path.suffix.lower() in (".yml", ".yaml", ".json"):
            params = File(path, name)
            self.findings += params.findings
            if params.data is not None and not isinstance(params.data, dict):
                self.findings.append(params.find("error", (), "a params file holds name: value lines"))
        elif name == "report/samplesheet.csv" and path.stat().st_size <= MAX_BYTES:
            self._check_samplesheet(path, name)

    def _check_samplesheet(self, path: Path, name: str) -> None:
        try:
            rows = list(csv.reader(path.read_text(encoding="utf-8-sig", errors="replace").splitlines()))
        except csv.Error as error:  # of a cell without end, or, before Python 3.11, of a NUL
            self.findings.append(Finding(name, 1, 1, "error", "", f"not CSV: {error}"))
            return
        if not rows or tuple(rows[0][:3]) != SAMPLESHEET:
            message = f"the first line must be {','.join(SAMPLESHEET)}"
            self.findings.append(Finding(name, 1, 1, "error", "", message, ",".join(rows[0]) if rows else ""))
            return
        workspace = self.schemas["types.schema.json"]["definitions"]["workspace"]
        for number, row in enumerate(rows[1:], 2):
            cells = [*row, "", "", ""][:3]
            for column, good, allowed in (
                ("id", RUN_ID.fullmatch(cells[0]), f"a run id: {RUN_ID_FORM}"),
                ("workspace", re.search(workspace["pattern"], cells[1]), workspace["errorMessage"]),
                ("group", cells[2] in GROUPS, " or ".join(GROUPS)),
            ):
                if row and not good:
                    got = cells[SAMPLESHEET.index(column)]
                    self.findings.append(Finding(name, number, 1, "error", column, f"must be {allowed}", got))

    def _check_fairness(self) -> None:
        """Warn of what differs in the two compute environments, and in the pipelines and runs of the same workflow."""
        wrong = {finding.file for finding in self.findings if finding.severity == "error"}
        for block, named_by in (("compute-envs", "name"), ("pipelines", "name"), ("launch", "pipeline")):
            pairs: dict[str, dict[str, list[tuple[File, Key, dict[str, Any]]]]] = {}
            for file, key, item in self.items[block]:
                name = str(item.get(named_by))
                group = next((group for group in GROUPS if name.endswith(group)), "")
                stem = name.removesuffix(group)
                if block == "compute-envs":
                    stem, group = "", GROUPS[item.get("snapshots") is True]
                pairs.setdefault(stem, {}).setdefault(group, []).append((file, key, item))
            for pair in pairs.values():
                if [len(pair.get(group, ())) for group in GROUPS] != [1, 1]:
                    continue
                (other, _, theirs), (file, key, ours) = (pair[group][0] for group in GROUPS)
                # A key that one side lacks may be the one that is misspelt there.
                names = {*ours} & {*theirs} if wrong & {file.name, other.name} else {*ours, *theirs}
                self._compare(file, key, ours, other, theirs, set(map(str, names)))

    def _compare(
        self, file: File, key: Key, ours: dict[str, Any], other: File, theirs: dict[str, Any], names: set[str]
    ) -> None:
        for name in sorted(names - MAY_DIFFER if key[0] == "compute-envs" else names & MUST_AGREE):
            if ours.get(name) != theirs.get(name) and (file.name, (*key, name)) not in self.broken_values:
                message = f"differs from {other.name} ({shorten(theirs.get(name))}): the comparison would not be fair"
                self.findings.append(file.find("warning", (*key, name), message, ours.get(name, "nothing")))


def load_schemas(root: Path) -> dict[str, Any]:
    """Return the schemas of a folder by file name; stops with exit code 2 where they are missing or broken."""
    schemas = {}
    for name in ("types", "env", *BLOCKS):
        path = root / "schemas" / f"{name}.schema.json"
        try:
            schemas[path.name] = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(schemas[path.name], dict) or "$schema" not in schemas[path.name]:
                stop(f"{path}: no JSON Schema; render the folder again, or copy schemas/ from another one")
        except OSError as error:
            stop(f"{path}: {error.strerror}; render the folder again, or copy schemas/ from another one")
        except ValueError as error:
            stop(f"{path}: not JSON: {error}")
    return schemas


def load_catalog(root: Path) -> Catalog:
    """Return the instance types a folder knows; stops with exit code 2 where their file is missing or broken."""
    try:
        return Catalog(root / "schemas")
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}; render the folder again, or copy schemas/ from another one")
    except (ValueError, KeyError, TypeError) as error:
        stop(f"{root / 'schemas'}: ec2-instance-types.json or ec2-other-families.json is damaged: {error}")


def is_file(path: Path) -> bool:
    """Tell whether a path, however long or odd, is that of a file."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def params_files_of(file: File) -> Iterator[str]:
    """Yield the params files that the items of a seqerakit file name."""
    for block in ("pipelines", "launch"):
        items = file.data.get(block) if isinstance(file.data, dict) else None
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("params-file"), str):
                yield item["params-file"]


def strict_branch(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the errors people should see: of anyOf, whose other branch is the unexpanded $NAME, only the first's."""
    if error.validator == "anyOf" and error.context:
        for inner in error.context:
            if inner.schema_path[0] == 0:
                yield from strict_branch(inner)
    else:
        yield error


def says(error: ValidationError, schema: dict[str, Any] | None = None) -> str:
    """Return the errorMessage of the rule that refused, or the validator's own words where the schema has none."""
    node: Any = schema
    message = None
    for step in error.absolute_schema_path if schema else ():
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(node, dict) and "then" in node and "errorMessage" in node:
            return str(node["errorMessage"])
    if error.validator == "required":
        return "is missing"
    if isinstance(error.schema, dict):
        message = error.schema.get("errorMessage")
    return f"must be {message}" if message else error.message


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the folder named in the arguments (the command line's), print the findings and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", nargs="?", type=Path, default=HERE, help="folder to check (default: this script's)")
    parser.add_argument("--strict", action="store_true", help="let warnings fail, too")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        stop(f"{options.folder} is not a folder")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    folder = Folder(options.folder.resolve())
    findings = folder.check()
    colours = {"error": "31", "warning": "33", "note": "36"}
    painted = bool(sys.stdout) and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for finding in findings:
        line = str(finding)
        if painted:
            line = line.replace(
                f" {finding.severity}:", f" \033[{colours[finding.severity]}m{finding.severity}\033[0m:", 1
            )
        print(line)
    count = {severity: sum(f.severity == severity for f in findings) for severity in colours}
    total = ", ".join(f"{number} {name}{'s' * (number != 1)}" for name, number in count.items() if number)
    if count["error"] or (options.strict and count["warning"]):
        again = shlex.quote(str(options.folder / "validate.py"))
        print(f"{total} in {options.folder}. Mend them and run this check again: python3 {again}")
        return 1
    print(f"All is well: {len(folder.checked)} seqerakit files and env.sh checked{f', {total}' if total else ''}.")
    return 0


if __name__ == "__main__":
    try:
        code = main()
        if sys.stdout:
            sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Nobody reads the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)
