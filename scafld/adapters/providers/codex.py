"""Codex as a provider: its own sandbox shows it the workspace and little else, and its last message is the answer.

What keeps it in: a permission profile in which the workspace and the system's programs can be read, /etc and everything
else not even seen, nothing be written and no network be reached. What keeps the user's and the repository's own things
out: a CODEX_HOME that holds nothing but a link to the login, no user configuration, no rules, no project documents, no
skills, hooks, plugins or memories. A tool of ours would be hidden from most of its models; so the answer is its last
message, which the model's server holds to the schema.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from scafld.adapters.process.program import Program
from scafld.adapters.providers.brand import Brand, environment_for
from scafld.adapters.providers.conversation import Conversation, ended_well, provider_of
from scafld.adapters.providers.rollout import read_rollout
from scafld.adapters.providers.scratch import scratch
from scafld.adapters.providers.seat import Means, Seat
from scafld.adapters.providers.streams import Event, at, count_at, items_at, text_at
from scafld.adapters.providers.submission import handed_in, last_word
from scafld.adapters.providers.told import Told, shown_path
from scafld.app.ask import Provider, Question, Reply, Watcher
from scafld.core.evidence.hearing import VENDORS, Usage
from scafld.core.value import value

BRAND = Brand(
    name="codex",
    vendor=VENDORS["codex"],
    login="`codex login`, or set CODEX_API_KEY or OPENAI_API_KEY",
    keys=("CODEX_API_KEY", "OPENAI_API_KEY"),
    variables=("OPENAI_BASE_URL", "CODEX_HOME"),
)
_FEATURES = ("plugins", "apps", "hooks", "memories", "multi_agent", "goals", "unbounded_connection_retries")
"""What is switched off. As configuration: a name that this Codex does not know is told, and harms nothing."""
_ARGV = (
    *("exec", "--json", "--ignore-user-config", "--ignore-rules", "--skip-git-repo-check", "--color", "never"),
    *(word for name in _FEATURES for word in ("-c", f"features.{name}=false")),
    *("-c", "analytics.enabled=false"),
    *("-c", "check_for_update_on_startup=false"),
    *("-c", 'web_search="disabled"'),
    *("-c", "project_doc_max_bytes=0"),
    *("-c", "skills.include_instructions=false"),
    *("-c", "allow_login_shell=false"),
    *("-c", 'shell_environment_policy.inherit="core"'),
    *("-c", 'shell_environment_policy.set={GIT_CONFIG_NOSYSTEM="1"}'),
    *("-c", 'default_permissions="scafld"'),
)


def codex(means: Means, seat: Seat) -> Provider:
    """The provider that Codex is."""
    return provider_of(BRAND, seat, _Codex(means=means, seat=seat).ask)


# Private.


@value
class _Codex:
    means: Means
    seat: Seat

    def ask(self, question: Question, watch: Watcher) -> Reply:
        told_by = _Events(self.means.root)
        talk = Conversation(brand=BRAND, means=self.means, seat=self.seat, hear=told_by.hear)
        begun = talk.begin(question)
        if isinstance(begun, Reply):
            return begun
        prompt, digest = begun
        with scratch(self.means.environ, self.means.root) as folder:
            out = os.path.join(folder, "answer.json")
            argv = self._argv(out, os.path.join(self.means.schemas, f"{question.terms.subject}.json"))
            program = Program(argv=argv, environment=self._environment(folder), stdin=prompt)
            seen, told = talk.hold(program, question, watch)
            read_rollout(folder, self.means.root, told)
            answer = last_word(handed_in(out), question.terms, ended_well=ended_well(seen, told))
        return talk.reply(seen, told, digest, answer)

    def _argv(self, out: str, schema: str) -> tuple[str, ...]:
        effort = self.seat.effort
        return (
            self.seat.binary,
            *_ARGV,
            *("-c", f"permissions.scafld={_permissions(self.seat.binary)}"),
            *_server(self.means.environ),
            *(("-c", f"model_reasoning_effort={_toml(effort)}") if effort else ()),
            *(("-m", self.seat.model) if self.seat.model else ()),
            *("-C", self.means.root, "--output-schema", schema, "--output-last-message", out, "-"),
        )

    def _environment(self, folder: str) -> dict[str, str]:
        """A key as Codex reads it, or the login; of the user's CODEX_HOME nothing else."""
        environ = self.means.environ
        chosen = environment_for(BRAND, environ, self.means.root, folder)
        login = os.path.join(environ.get("CODEX_HOME") or os.path.join(environ.get("HOME", "/"), ".codex"), "auth.json")
        key = chosen.get("CODEX_API_KEY") or ("" if os.path.isfile(login) else chosen.get("OPENAI_API_KEY", ""))
        for name in (*BRAND.keys, *BRAND.variables):
            chosen.pop(name, None)
        if key:
            chosen["CODEX_API_KEY"] = key
        elif os.path.isfile(login):
            os.symlink(os.path.realpath(login), os.path.join(folder, "auth.json"))
        return chosen | {"CODEX_HOME": folder}


def _permissions(binary: str) -> str:
    """What can be read: the system's programs, Codex itself, which starts every command, and the workspace."""
    entries = {":minimal": "read", "/etc": "deny", _own_folder(binary): "read"}
    words = ",".join(f"{_toml(path)}={_toml(access)}" for path, access in entries.items())
    return f'{{filesystem={{{words},":workspace_roots"={{"."="read"}}}}}}'


def _own_folder(binary: str) -> str:
    """Where the program lies that Codex starts itself with: of the package of npm the folder of all its parts, else the
    file, and nothing that happens to lie beside it."""
    real = os.path.realpath(binary)
    scope = os.path.dirname(os.path.dirname(os.path.dirname(real)))
    return scope if os.path.basename(scope) == "@openai" else real


def _server(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Another server than OpenAI's, when OPENAI_BASE_URL names one: Codex itself does not read it."""
    url = environ.get("OPENAI_BASE_URL", "")
    if not url:
        return ()
    fields = (
        f'name="scafld",base_url={_toml(url)},wire_api="responses",requires_openai_auth=true,'
        "request_max_retries=2,stream_max_retries=2"
    )
    return ("-c", 'model_provider="scafld"', "-c", f"model_providers.scafld={{{fields}}}")


def _toml(text: str) -> str:
    """A text as TOML writes it; JSON's way of quoting is one of TOML's."""
    return json.dumps(text, ensure_ascii=False)


class _Events:
    """Understands the events of `codex exec --json`."""

    def __init__(self, root: str) -> None:
        self._root = root

    def hear(self, event: Event, told: Told) -> None:
        match event.get("type"):
            case "thread.started":
                told.names(session=text_at(event, "thread_id"))
            case "turn.completed":
                told.usage = _usage(at(event, "usage"))
                told.tokens = (told.usage.input_tokens or 0) + (told.usage.output_tokens or 0)
            case "turn.failed":
                told.fails(text_at(event, "error", "message"))
            case "error":
                told.fails(text_at(event, "message"))
            case "item.started" | "item.updated" | "item.completed":
                self._item(at(event, "item"), told)

    # Private.

    def _item(self, item: object, told: Told) -> None:
        match text_at(item, "type"):
            case "agent_message":
                told.says(text_at(item, "text"))
            case "reasoning":
                told.does("thinks")
            case "command_execution":
                told.does(f"runs {text_at(item, 'command')}")
            case "file_change":
                paths = [shown_path(text_at(change, "path"), self._root) for change in items_at(item, "changes")]
                told.does(f"changes {' '.join(paths)}")
            case "error" | "":
                pass  # told, and gone on from: an unknown model or setting
            case other:
                told.does(other)


def _usage(found: object) -> Usage:
    return Usage(
        input_tokens=count_at(found, "input_tokens"),
        output_tokens=count_at(found, "output_tokens"),
        cached_tokens=count_at(found, "cached_input_tokens"),
    )
