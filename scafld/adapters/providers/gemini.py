"""Gemini CLI as a provider: a clean home, a workspace that it does not trust, and its last message as the answer.

What keeps it in: plan mode, and three tools that read, none of them outside of the workspace. What keeps the user's and
the repository's own things out: a home of its own with nothing but settings of ours and links to the login; and the
restricted mode, in which it reads no GEMINI.md, no .env, no settings, skills or hooks of the workspace. A program that
is too old to know that mode is not asked. The price: in that mode it starts no server either, ours included; so the
answer is its last message.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping

from scafld.adapters.process.program import Program
from scafld.adapters.providers.brand import Brand, environment_for, is_on
from scafld.adapters.providers.conversation import Conversation, ended_well, provider_of
from scafld.adapters.providers.diagnosis import sentence
from scafld.adapters.providers.scratch import scratch
from scafld.adapters.providers.seat import Means, Seat
from scafld.adapters.providers.streams import Event, at, count_at, text_at
from scafld.adapters.providers.submission import last_word
from scafld.adapters.providers.told import Told, shown_path
from scafld.app.ask import Provider, Question, Reply, Watcher
from scafld.core.evidence.criterion import Observation
from scafld.core.evidence.hearing import VENDORS, Failure, Usage
from scafld.core.value import value

BRAND = Brand(
    name="gemini",
    vendor=VENDORS["gemini"],
    login="`gemini`, or set GEMINI_API_KEY",
    keys=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    variables=("GOOGLE_GEMINI_BASE_URL",),
    when=(
        (
            "GOOGLE_GENAI_USE_VERTEXAI",
            (
                "GOOGLE_CLOUD_PROJECT",
                "GOOGLE_CLOUD_LOCATION",
                "GOOGLE_APPLICATION_CREDENTIALS",
                "GOOGLE_VERTEX_BASE_URL",
            ),
        ),
        ("GOOGLE_GENAI_USE_GCA", ("GOOGLE_CLOUD_PROJECT",)),
    ),
)
OLDEST = (0, 61)
"""The first version whose restricted mode was seen to hold."""
_ARGV = ("--approval-mode", "plan", "--output-format", "stream-json")
_QUIET = {"GEMINI_RESTRICTED_MODE": "true", "GEMINI_CLI_NO_RELAUNCH": "true"}
_FROM_ENV_FILES = ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION")
"""What it takes even from an .env of a workspace that it does not trust; what is set, and be it to nothing, stays."""
_LOGINS = ("oauth_creds.json", "google_accounts.json", "gemini-credentials.json")
_SETTINGS: Mapping[str, object] = {
    "general": {"enableAutoUpdate": False, "enableAutoUpdateNotification": False, "maxAttempts": 3},
    "privacy": {"usageStatisticsEnabled": False},
    "telemetry": {"enabled": False},
    "tools": {"core": ["read_file", "grep_search", "list_directory"]},
    "skills": {"enabled": False},
    "hooksConfig": {"enabled": False},
    "advanced": {"ignoreLocalEnv": True},
}


def gemini(means: Means, seat: Seat) -> Provider:
    """The provider that Gemini CLI is."""
    return provider_of(BRAND, seat, _Gemini(means=means, seat=seat).ask)


# Private.


@value
class _Gemini:
    means: Means
    seat: Seat

    def ask(self, question: Question, watch: Watcher) -> Reply:
        told_by = _Events(self.means.root)
        talk = Conversation(brand=BRAND, means=self.means, seat=self.seat, hear=told_by.hear)
        begun = talk.begin(question)
        if isinstance(begun, Reply):
            return begun
        version = talk.version()
        if not _is_new_enough(version):
            words = sentence(BRAND, Failure.NOT_INSTALLED, f"{version or 'its version'} is too old to be confined")
            return Reply(problem=words, failure=Failure.NOT_INSTALLED, version=version)
        prompt, digest = begun
        with scratch(self.means.environ, self.means.root) as folder:
            environment = self._environment(folder)
            _furnish(folder, environment, self.means.environ)
            model = ("-m", self.seat.model) if self.seat.model else ()
            argv = (self.seat.binary, *_ARGV, *model, "--prompt", "")
            seen, told = talk.hold(Program(argv=argv, environment=environment, stdin=prompt), question, watch)
        told.names(version=version)
        _status_of(seen, told)
        answer = last_word(told.message, question.terms, ended_well=ended_well(seen, told))
        return talk.reply(seen, told, digest, answer)

    def _environment(self, folder: str) -> dict[str, str]:
        """With the key that a person has set or has written into the .env of their home, and none from elsewhere."""
        environ = self.means.environ
        theirs = _written_down(os.path.join(_home(environ), ".env")) | dict(environ)
        chosen = environment_for(BRAND, theirs, self.means.root, folder)
        if not is_on(chosen.get("GOOGLE_GENAI_USE_VERTEXAI", "")):
            chosen["GEMINI_API_KEY"] = chosen.get("GEMINI_API_KEY") or chosen.get("GOOGLE_API_KEY", "")
        return dict.fromkeys(_FROM_ENV_FILES, "") | chosen | _QUIET | {"GEMINI_CLI_HOME": folder}


def _home(environ: Mapping[str, str]) -> str:
    return os.path.join(environ.get("GEMINI_CLI_HOME") or environ.get("HOME", "/"), ".gemini")


def _furnish(folder: str, environment: Mapping[str, str], environ: Mapping[str, str]) -> None:
    """The settings of a clean home, and the login of the user's own."""
    inside = os.path.join(folder, ".gemini")
    os.mkdir(inside, 0o700)
    auth = _way_in(environment, _home(environ))
    security = {"disableYoloMode": True, "disableAlwaysAllow": True, "folderTrust": {"enabled": False}}
    settings = {**_SETTINGS, "security": security | ({"auth": {"selectedType": auth}} if auth else {})}
    with open(os.path.join(inside, "settings.json"), "x", encoding="utf-8") as file:
        json.dump(settings, file)
    if auth != _BY_KEY or not environment.get("GEMINI_API_KEY"):
        for name in _LOGINS:
            theirs = os.path.join(_home(environ), name)
            if os.path.isfile(theirs):
                os.symlink(os.path.realpath(theirs), os.path.join(inside, name))


_BY_KEY = "gemini-api-key"
_WAYS_IN = (_BY_KEY, "oauth-personal", "vertex-ai", "compute-default-credentials")


def _way_in(environment: Mapping[str, str], home: str) -> str:
    """How it is to log in: by what is set, else as the user chose in their own settings, else by the login there is."""
    if is_on(environment.get("GOOGLE_GENAI_USE_VERTEXAI", "")):
        return "vertex-ai"
    if is_on(environment.get("GOOGLE_GENAI_USE_GCA", "")):
        return "oauth-personal"
    if environment.get("GEMINI_API_KEY"):
        return _BY_KEY
    try:
        with open(os.path.join(home, "settings.json"), encoding="utf-8") as file:
            chosen = text_at(json.load(file), "security", "auth", "selectedType")
    except (OSError, ValueError, RecursionError):
        chosen = ""
    if chosen in _WAYS_IN:
        return chosen
    return "oauth-personal" if os.path.isfile(os.path.join(home, "oauth_creds.json")) else ""


_LINE = re.compile(r"^\s*(?:export\s+)?(\w+)\s*=\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s#]*))", re.M)


def _written_down(path: str) -> dict[str, str]:
    """The keys that stand in an .env of the user's own."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = _LINE.finditer(file.read(2**16))
    except OSError:
        return {}
    return {line[1]: line[2] or line[3] or line[4] or "" for line in lines if line[1] in _FROM_ENV_FILES}


def _is_new_enough(version: str) -> bool:
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    return numbers >= OLDEST


def _status_of(seen: Observation, told: Told) -> None:
    """Of an HTTP error it keeps the lowest eight bits, as its exit code, and often tells nothing else of it."""
    if told.trouble and not told.status and seen.exit_code:
        told.status = next((status for status in _STATUSES if status & 0xFF == seen.exit_code), 0)


_STATUSES = (400, 401, 403, 413, 429, 500, 502, 503, 504, 529)


class _Events:
    """Understands the events of `--output-format stream-json`."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._uses: dict[str, str] = {}

    def hear(self, event: Event, told: Told) -> None:
        match event.get("type"):
            case "init":
                told.names(session=text_at(event, "session_id"))
                if text_at(event, "model") != _NO_MODEL:
                    told.names(model=text_at(event, "model"))
            case "message" if event.get("role") == "assistant":
                if event.get("delta") is not True:
                    told.begins_anew()
                told.adds(text_at(event, "content"))
            case "tool_use":
                told.begins_anew()
                told.does(self._use(event))
                if len(self._uses) < _MOST_USES:
                    self._uses[text_at(event, "tool_id")] = told.last
            case "tool_result" if _is_denial(event):
                told.denies(self._uses.get(text_at(event, "tool_id"), text_at(event, "error", "type")))
            case "error":
                if text_at(event, "severity") != "warning":
                    told.fails(text_at(event, "message"))
            case "result":
                _result(event, told)

    # Private.

    def _use(self, event: Event) -> str:
        given = at(event, "parameters")
        keys = ("file_path", "absolute_path", "dir_path", "path", "pattern", "command")
        about = next((text for key in keys if (text := text_at(given, key))), "")
        return f"{text_at(event, 'tool_name')} {shown_path(about, self._root)}".strip()


_NO_MODEL = "auto"
_MOST_USES = 10_000
_DENIALS = re.compile(r"not in workspace|outside|denied|not allowed|not permitted|policy|not found in registry", re.I)


def _is_denial(event: Event) -> bool:
    said = f"{text_at(event, 'error', 'type')} {text_at(event, 'error', 'message')[:2000]}"
    return text_at(event, "status") == "error" and _DENIALS.search(said) is not None


def _most_at_work(stats: object) -> str:
    """The model that did most of the work, for one whose choice was left to the program; helpers are told as well."""
    models = at(stats, "models")
    if not isinstance(models, Mapping):
        return ""
    return max((str(name) for name in models), key=lambda name: count_at(models, name, "total_tokens") or 0, default="")


def _result(event: Event, told: Told) -> None:
    stats = at(event, "stats")
    if not told.model:
        told.names(model=_most_at_work(stats))
    told.usage = Usage(
        input_tokens=count_at(stats, "input_tokens"),
        output_tokens=count_at(stats, "output_tokens"),
        cached_tokens=count_at(stats, "cached"),
    )
    told.tokens = count_at(stats, "total_tokens")
    if text_at(event, "status") == "error":
        told.fails(text_at(event, "error", "message") or text_at(event, "error", "type") or "it says no more")
