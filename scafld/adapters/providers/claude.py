"""Claude Code as a provider: reads the workspace and nothing else, and hands in with our tool.

What keeps it in: `--tools` offers three tools that read, `dontAsk` denies what is not allowed, and reading is left out
of what is allowed, so that it goes no further than the working directory. What keeps the user's and the repository's
own things out: no setting source, no MCP server but ours, no memory, a private TMPDIR, and a rule that denies the
folder in which earlier sessions on this repository lie. A login stays what it is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from scafld.adapters.process.program import Program
from scafld.adapters.providers.brand import Brand, environment_for
from scafld.adapters.providers.conversation import FROM_A_MESSAGE, Conversation, provider_of
from scafld.adapters.providers.scratch import scratch
from scafld.adapters.providers.seat import Means, Seat
from scafld.adapters.providers.streams import Event, at, count_at, items_at, text_at
from scafld.adapters.providers.submission import SERVER, Desk, acceptable, handed_in, open_desk
from scafld.adapters.providers.told import Told, shown_path
from scafld.app.ask import Provider, Question, Reply, Watcher
from scafld.core.evidence.hearing import VENDORS, Usage
from scafld.core.value import changed, value

BRAND = Brand(
    name="claude",
    vendor=VENDORS["claude"],
    login="`claude auth login`, or set ANTHROPIC_API_KEY",
    keys=("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS"),
    variables=("ANTHROPIC_BASE_URL", "CLAUDE_CONFIG_DIR"),
    when=(
        (
            "CLAUDE_CODE_USE_BEDROCK",
            (
                "AWS_REGION",
                "AWS_PROFILE",
                "AWS_ACCESS_KEY_ID",
                "AWS_SECRET_ACCESS_KEY",
                "AWS_SESSION_TOKEN",
                "AWS_BEARER_TOKEN_BEDROCK",
                "ANTHROPIC_BEDROCK_BASE_URL",
            ),
        ),
        (
            "CLAUDE_CODE_USE_VERTEX",
            (
                "CLOUD_ML_REGION",
                "ANTHROPIC_VERTEX_PROJECT_ID",
                "ANTHROPIC_VERTEX_BASE_URL",
                "GOOGLE_APPLICATION_CREDENTIALS",
            ),
        ),
    ),
)
MOST_TURNS = 200
_QUIET = {
    "CLAUDE_CODE_DISABLE_AUTO_MEMORY": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "MCP_CONNECT_TIMEOUT_MS": "60000",
    "CLAUDE_CODE_MAX_RETRIES": "4",
}
_ARGV = (
    *("-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"),
    *("--no-session-persistence", "--disable-slash-commands", "--no-chrome"),
    *("--permission-mode", "dontAsk", "--setting-sources", "", "--strict-mcp-config"),
    *("--tools", "Read,Grep,Glob", "--max-turns", str(MOST_TURNS)),
)


def claude(means: Means, seat: Seat) -> Provider:
    """The provider that Claude Code is."""
    return provider_of(BRAND, seat, _Claude(means=means, seat=seat).ask)


# Private.


@value
class _Claude:
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
            desk = open_desk(folder, question.terms)
            environment = self._environment(folder)
            argv = self._argv(desk, question)
            program = Program(argv=argv, environment=environment, stdin=prompt)
            seen, told = talk.hold(program, question, watch)
            answer, note = handed_in(desk.out), ""
        if not answer:
            answer = acceptable(told.message, question.terms)
            note = FROM_A_MESSAGE if answer else ""
        return talk.reply(seen, told, digest, answer, note)

    def _environment(self, folder: str) -> dict[str, str]:
        """With a key, a clean folder of its own; who is logged in keeps the folder in which the login lies."""
        chosen = environment_for(BRAND, self.means.environ, self.means.root, folder) | _QUIET
        keyed = any(chosen.get(key) for key in BRAND.keys[:3])
        return chosen | {"CLAUDE_CONFIG_DIR": os.path.join(folder, "claude")} if keyed else chosen

    def _argv(self, desk: Desk, question: Question) -> tuple[str, ...]:
        command, *words = self.means.submit_command(desk.order)
        server = {"alwaysLoad": True, "command": command, "args": words}
        chosen = (("--model", self.seat.model), ("--effort", self.seat.effort))
        return (
            self.seat.binary,
            *_ARGV,
            *("--allowedTools", f"mcp__{SERVER}__{question.terms.tool}"),
            *("--settings", json.dumps(_settings(self.means.environ))),
            *("--mcp-config", json.dumps({"mcpServers": {SERVER: server}})),
            *(word for pair in chosen if pair[1] for word in pair),
        )


def _settings(environ: Mapping[str, str]) -> dict[str, object]:
    """Not to be read: where Claude Code keeps what it did before, which it would let itself read unasked."""
    home, named = environ.get("HOME", ""), environ.get("CLAUDE_CONFIG_DIR", "")
    folders = (os.path.join(home, ".claude") if home else "", named)
    paths = dict.fromkeys(path for each in folders if each for path in (os.path.abspath(each), os.path.realpath(each)))
    denied = ["Read(~/.claude/**)", *(f"Read(/{path}/**)" for path in paths)]
    return {"permissions": {"deny": denied}, "autoMemoryEnabled": False}


class _Events:
    """Understands the events of `--output-format stream-json`."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._uses: dict[str, str] = {}
        self._earlier = Usage()
        self._message_id = ""
        self._of_message = Usage()

    def hear(self, event: Event, told: Told) -> None:
        match event.get("type"):
            case "system":
                self._system(event, told)
            case "stream_event":
                self._part(at(event, "event"), told)
            case "assistant":
                self._message(at(event, "message"), told)
            case "result":
                self._result(event, told)

    # Private.

    def _system(self, event: Event, told: Told) -> None:
        match event.get("subtype"):
            case "init":
                version = text_at(event, "claude_code_version")
                told.names(model=text_at(event, "model"), version=version, session=text_at(event, "session_id"))
            case "api_retry":
                told.fails(text_at(event, "error"), count_at(event, "error_status"))
            case "permission_denied":
                told.denies(self._uses.get(text_at(event, "tool_use_id"), text_at(event, "tool_name")))

    def _part(self, part: object, told: Told) -> None:
        """A piece of a message that is being written: it says that the model is at work, and how much it wrote."""
        match text_at(part, "type"):
            case "message_start":
                self._spends(text_at(part, "message", "id"), _usage(at(part, "message", "usage")), told)
            case "content_block_start":
                told.does(_PARTS.get(text_at(part, "content_block", "type"), "works"))
            case "message_delta":
                written = count_at(part, "usage", "output_tokens")
                self._spends(self._message_id, changed(self._of_message, output_tokens=written), told)

    def _message(self, message: object, told: Told) -> None:
        model = text_at(message, "model")
        if model == _NO_MODEL:
            return
        told.names(model=model)
        self._spends(text_at(message, "id"), _usage(at(message, "usage")), told)
        for block in items_at(message, "content"):
            if text_at(block, "type") == "tool_use":
                words = _use(text_at(block, "name"), at(block, "input"), self._root)
                self._remember(text_at(block, "id"), words)
                told.does(words)
            elif text_at(block, "type") == "text":
                told.says(text_at(block, "text"))

    def _remember(self, use: str, words: str) -> None:
        if len(self._uses) < _MOST_USES:
            self._uses[use] = words

    def _spends(self, message_id: str, usage: Usage, told: Told) -> None:
        """What a message consumed so far: it is told several times while it grows."""
        if message_id != self._message_id:
            self._earlier = self._earlier.and_more(self._of_message)
            self._message_id, self._of_message = message_id, Usage()
        before = self._of_message.output_tokens or 0
        more = max(usage.output_tokens or 0, before) or usage.output_tokens
        self._of_message = changed(usage if usage.input_tokens is not None else self._of_message, output_tokens=more)
        told.usage = self._earlier.and_more(self._of_message)
        told.tokens = (told.usage.input_tokens or 0) + (told.usage.output_tokens or 0)

    def _result(self, event: Event, told: Told) -> None:
        """The last event. What it says of tokens and money is the whole; that it failed is told by is_error alone."""
        cost = at(event, "total_cost_usd")
        known = isinstance(cost, (int, float)) and 0 <= cost < _RICHEST
        whole = _usage(at(event, "usage"))
        told.usage = changed(
            whole if whole.input_tokens else told.usage,
            cost_microdollars=round(float(str(cost)) * 1_000_000) if known else None,
        )
        for denial in items_at(event, "permission_denials"):
            told.denies(_use(text_at(denial, "tool_name"), at(denial, "tool_input"), self._root))
        subtype = text_at(event, "subtype")
        if subtype.startswith("error_max"):
            told.capped = f"it stopped at a bound of its own, {subtype}"
        elif at(event, "is_error") is True:
            told.fails(text_at(event, "result") or subtype, count_at(event, "api_error_status"))


_PARTS = {"thinking": "thinks", "text": "writes", "tool_use": "calls a tool"}
_NO_MODEL = "<synthetic>"
"""Whom Claude Code names as the author of its own words."""
_MOST_USES = 10_000
_RICHEST = 1_000_000.0


def _use(tool: str, given: object, root: str) -> str:
    """A use of a tool in a few words: its name without the server's, and what it is about."""
    name = tool.rpartition("__")[2]
    about = next((text for key in ("file_path", "path", "pattern", "command") if (text := text_at(given, key))), "")
    return f"{name} {shown_path(about, root)}".strip()


def _usage(found: object) -> Usage:
    """All that went in counts as input; `cached` is the part of it that was read from a cache."""
    fresh = count_at(found, "input_tokens")
    if fresh is None:
        return Usage()
    cached = count_at(found, "cache_read_input_tokens")
    written = count_at(found, "cache_creation_input_tokens") or 0
    return Usage(
        input_tokens=fresh + written + (cached or 0),
        output_tokens=count_at(found, "output_tokens"),
        cached_tokens=cached,
    )
