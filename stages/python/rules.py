"""The rules stage of the pipeline, in Python.

    stages/python/.venv/bin/python stages/python/rules.py rules \\
        --address=HOST:PORT --next=HOST:PORT,... [--rules=FILE] [...]

Does what `stages/main.ts rules` does, with the same rules files: it drops, tags
and scores events, and writes their keys. Serves until SIGTERM.
"""

import asyncio
import hashlib
import os
import sys
from functools import partial

from apply_rules import Rules
from columns import SERVICES
from faults import Fault, failed_precondition
from hops import CHANNEL, NextStage
from relay import Relay
from rules_file import RulesError, parse_rules
from serving import Server, UsageError, log
from values import json_text

_NAME = "rules"
_NEXT = "aggregate"
_FLAGS = ("address", "next", "run", "owner", "worker", "rules", "rules-digest")
_SWITCHES = ("expose",)


def read_flags(words):
    """Returns the flags by name. Raises UsageError if they are wrong."""
    flags = {"owner": "0", "worker": "0"}
    for word in words:
        name, has_value, value = word.removeprefix("--").partition("=")
        if word == _NAME:
            continue
        if not word.startswith("--"):
            raise UsageError(f'Cannot run stage "{word}": this program is {_NAME}')
        if name in _SWITCHES:
            flags[name] = True
        elif name not in _FLAGS:
            # A newer engine may give more.
            log(f'Stage "{_NAME}" does not know --{name}, and goes on without it')
        elif not has_value or not value:
            raise UsageError(f"Cannot read --{name}: it needs a value")
        else:
            flags[name] = value
    for name in ("address", "next"):
        if name not in flags:
            raise UsageError(f'Cannot run stage "{_NAME}": it needs --{name}')
    for name in ("owner", "worker"):
        if not (flags[name].isascii() and flags[name].isdecimal()):
            raise UsageError(
                f'Cannot read --{name}="{flags[name]}": expected a whole number'
            )
    return flags


class RulesFile:
    """A rules file, as it was when the stage began."""

    def __init__(self, path, digest):
        """Raises OSError if there is no such file, and no digest either.

        `digest` is what the run began with. Where the rules are others by now,
        every run is refused: a result would be of neither.
        """
        self._path = path
        self._digest = digest
        self._text = ""
        if path is None:
            return
        try:
            with open(path, encoding="utf-8", errors="replace", newline="") as file:
                self._text = file.read()
        except FileNotFoundError:
            if digest is None:
                raise
            self._text = None

    def rules_of(self, schema):
        """Makes the rules for events of a schema. Raises Fault if no run can."""
        if self._path is None:
            return Rules([], schema)
        try:
            if self._text is not None:
                rules = parse_rules(self._text, self._path, schema)
                if self._digest in (None, digest_of(rules)):
                    return Rules(rules, schema)
        except RulesError as error:
            if self._digest is None:
                raise failed_precondition(str(error)) from None
        raise failed_precondition(
            f'Cannot go on with the rules "{self._path}": they were changed while the '
            "run was going on, and a result would be of neither; start the run over"
        )


def digest_of(rules):
    return hashlib.sha256(json_text(rules).encode()).hexdigest()


async def run(flags):
    """Serves as the flags say."""
    token = os.environ.get("DENIZEN_TOKEN")
    rules = RulesFile(flags.get("rules"), flags.get("rules-digest"))
    following = SERVICES["AggregateService"]
    relay = Relay(
        _NAME,
        flags.get("run"),
        int(flags["worker"]),
        NextStage(
            _NEXT,
            flags["next"].split(","),
            f"/{following.full_name}/{following.methods[0].name}",
            token,
        ),
        rules.rules_of,
    )
    service = SERVICES["RulesService"]
    method = service.methods[0].name
    server = Server(service.full_name, method, relay.pass_on, token, CHANNEL)
    owner = int(flags["owner"])
    run_name = flags.get("run")
    health_name = f"run {run_name} of process {owner}" if run_name else None
    # The line by which a stage tells who has started it that it serves.
    ready = partial(print, "serves", flush=True) if owner > 0 else lambda: None
    await server.serve(flags["address"], flags.get("expose"), health_name, ready)


def main():
    try:
        asyncio.run(run(read_flags(sys.argv[1:])))
    except UsageError as error:
        log(error)
        return 2
    except (Fault, OSError) as error:
        log(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
