"""Every command of the terminal, as data: what argv is parsed by, and what help and completion are written from."""

from __future__ import annotations

from scafld.core.value import value

FLAG, TEXT, NUMBER, CHOICE = "flag", "text", "number", "choice"


@value
class Option:
    """One option; `name` as a Python word, its flag has dashes. `many`: it may be given again. `spelled`: what the flag
    is called where that is no name in Python."""

    name: str
    help: str
    kind: str = TEXT
    metavar: str = "TEXT"
    choices: tuple[str, ...] = ()
    many: bool = False
    spelled: str = ""

    @property
    def flag(self) -> str:
        return "--" + (self.spelled or self.name).replace("_", "-")


@value
class Command:
    """One command. `positional`: the name of its argument, "" for none; `optional`: it may be left out; `several`: it
    may be more than one. `second`: the name of another one behind it, which may always be left out. `exits`: the codes
    it can end with, Ctrl-C apart. `daily`: `scafld --help` names it."""

    name: str
    summary: str
    example: str
    positional: str = ""
    optional: bool = False
    several: bool = False
    second: str = ""
    options: tuple[Option, ...] = ()
    exits: tuple[int, ...] = (0, 1, 2, 6)
    daily: bool = True
    alias: str = ""


KEY_ACTIONS = ("list", "show", "rotate", "revoke", "trust")
"""What `scafld keys` does: its first argument; the first of them without one."""

EXITS = {
    0: "done",
    1: "the world did not help (a file, a lock, a full disk)",
    2: "wrong words",
    3: "the contract or its acceptance says no",
    4: "the review gate says no",
    5: "cancelled",
    6: "no workspace, or its configuration or a ledger cannot be relied on",
}

ROOT = Option(name="root", help="the workspace, instead of the one above this folder", metavar="PATH")
JSON = Option(name="json", help="one JSON envelope on stdout", kind=FLAG)
GLOBALS = (ROOT, JSON)
"""What every command has; it may stand before the command, too."""

_REASON = Option(name="reason", help="why, in your own words")
_TITLE = Option(name="title", help="one line: what will be true")
_SUMMARY = Option(name="summary", help="a few sentences")
_COMMAND = Option(name="command", help="the command that shows it", metavar="COMMAND")
_FILE = Option(name="file", help="a file or folder that will change; may be repeated", metavar="PATH", many=True)

_FORCE = Option(name="force", help="send the same once more; needs --reason", kind=FLAG)
_SIGNING = (
    Option(name="sign", help="sign with this key, or the .pub of one in ssh-agent", metavar="KEYFILE"),
    Option(name="signature", help="a signature made elsewhere", metavar="FILE"),
    Option(name="print_consent", help="print exactly what to sign; write nothing", kind=FLAG),
)
_CONTEXT = Option(name="print_context", help="show what a model would be sent; write nothing", kind=FLAG)
_ASKED = (
    Option(name="provider", help="claude, codex, gemini, command, local, auto, or a package's own", metavar="NAME"),
    Option(name="model", help="the provider's model", metavar="NAME"),
    Option(name="provider_binary", help="the provider's program", metavar="PATH"),
    Option(name="provider_command", help="packet on its stdin, one JSON answer on its stdout", metavar="COMMAND"),
)
"""Who is asked; what is named here wins over the configuration."""

_ON_A_SPEC = (0, 1, 2, 3, 6)
_RUNS = (0, 1, 2, 3, 5, 6)

BARE = Command(name="overview", summary="Show what is in flight, or the quickest way in.", example="scafld")
"""`scafld` without a command."""

COMMANDS = (
    Command(
        name="init",
        summary="Lay a workspace down in this folder.",
        example="scafld init",
        options=(
            Option(name="no_agent_docs", help="leave AGENTS.md and CLAUDE.md alone", kind=FLAG),
            Option(name="ci", help="with GitHub workflows that verify receipts", kind=FLAG),
        ),
    ),
    Command(
        name="plan",
        summary="Write a draft contract that knows this repository.",
        example='scafld plan add-cache --title "Add a cache" --command "pytest -q"',
        positional="task",
        options=(
            _TITLE,
            _SUMMARY,
            _COMMAND,
            _FILE,
            Option(name="request", spelled="from", help="have a model draft it, reading only", metavar="REQUEST"),
            *_ASKED,
            _CONTEXT,
            Option(name="size", help="how much it is", kind=CHOICE, choices=("micro", "small", "medium", "large")),
            Option(name="risk", help="what is at stake", kind=CHOICE, choices=("low", "medium", "high")),
            Option(name="profile", help="how much ceremony", kind=CHOICE, choices=("light", "standard", "strict")),
        ),
        exits=_RUNS,
    ),
    Command(
        name="quick",
        summary="Plan, approve and open a small change in one act.",
        example='scafld quick fix-typo --title "Fix it" --command "! grep -rn teh docs"',
        positional="task",
        options=(_TITLE, _COMMAND, _SUMMARY, _FILE),
        exits=_RUNS,
    ),
    Command(
        name="validate",
        summary="Say everything that is wrong with a contract, at once.",
        example="scafld validate add-cache",
        positional="task",
        optional=True,
        options=(Option(name="all", help="every contract of the workspace, as without a task", kind=FLAG),),
        exits=_ON_A_SPEC,
    ),
    Command(
        name="harden",
        summary="Put a draft through a round of adversarial questions.",
        example="scafld harden add-cache --provider claude",
        positional="task",
        options=(
            Option(name="mark_passed", help="check the answers given by hand, and bind the draft", kind=FLAG),
            *_ASKED,
            _CONTEXT,
            Option(name="by_hand", help="open a round by hand, whatever is configured", kind=FLAG),
            Option(name="abandon", help="give up the round that is open", kind=FLAG),
            _FORCE,
            _REASON,
        ),
        exits=_RUNS,
    ),
    Command(
        name="approve",
        summary="Bind a contract as it reads now.",
        example="scafld approve add-cache --sign ~/.ssh/id_ed25519",
        positional="task",
        options=(_REASON, *_SIGNING),
        exits=_ON_A_SPEC,
    ),
    Command(
        name="build",
        summary="Take one step: open the next phase, or judge the open one.",
        example="scafld build add-cache",
        positional="task",
        options=(
            Option(name="criterion", help="the manual criterion that you vouch for", metavar="ID"),
            Option(name="disposition", help="what you saw", kind=CHOICE, choices=("pass", "fail")),
            Option(name="evidence_digest", help="SHA-256 of what you looked at", metavar="SHA256"),
            _REASON,
            *_SIGNING,
        ),
        exits=_RUNS,
    ),
    Command(
        name="review",
        summary="Have another model attack the change.",
        example="scafld review add-cache --provider codex",
        positional="task",
        options=(
            *_ASKED,
            Option(name="mode", help="what is asked for", kind=CHOICE, choices=("discover", "verify")),
            Option(name="max_findings", help="at most so many findings", kind=NUMBER, metavar="N"),
            Option(name="min_attack_angles", help="at least so many attacks", kind=NUMBER, metavar="N"),
            _CONTEXT,
            Option(name="human_reviewed", help="take the reviewer's place; needs --reason", kind=FLAG),
            Option(name="dismiss", help="a finding that does not hold; needs --reason", metavar="FINDING"),
            Option(name="abandon", help="end a reviewer's lease now", kind=FLAG),
            _FORCE,
            _REASON,
            *_SIGNING,
        ),
        exits=(0, 1, 2, 3, 4, 5, 6),
    ),
    Command(
        name="complete",
        summary="Run every criterion again on the reviewed tree, and close the task.",
        example="scafld complete add-cache",
        positional="task",
        exits=_RUNS,
        alias="finalize",
    ),
    Command(
        name="status",
        summary="Say where a task stands and what comes next.",
        example="scafld status add-cache",
        positional="task",
        exits=_ON_A_SPEC,
    ),
    Command(
        name="list",
        summary="List the tasks that are not over.",
        example="scafld list --all",
        options=(Option(name="all", help="those that are over, too", kind=FLAG),),
    ),
    Command(
        name="handoff",
        summary="Write down what the next voice has to know.",
        example="scafld handoff add-cache",
        positional="task",
        options=(
            Option(
                name="role",
                help="for whom, instead of whoever is next",
                kind=CHOICE,
                choices=("planner", "executor", "reviewer", "operator"),
            ),
        ),
        exits=_ON_A_SPEC,
    ),
    Command(name="show", summary="Print the contract.", example="scafld show add-cache", positional="task"),
    Command(
        name="log",
        summary="Print the ledger of a task, entry by entry.",
        example="scafld log add-cache",
        positional="task",
        daily=False,
    ),
    Command(
        name="export",
        summary="Hand what is on record to other tools.",
        example="scafld export add-cache --format junit --output junit.xml",
        positional="task",
        options=(
            Option(
                name="format",
                help="findings, criteria, an attestation, a page for a CI job",
                kind=CHOICE,
                choices=("sarif", "junit", "in-toto", "markdown"),
            ),
            Option(name="output", help="write it to this file instead of stdout", metavar="PATH"),
        ),
        exits=(0, 1, 2, 3, 4, 6),
        daily=False,
    ),
    Command(
        name="verify",
        summary="Hold receipts against the tree and the keys, and run their criteria again.",
        example="scafld verify --range origin/main..HEAD",
        positional="receipt",
        optional=True,
        several=True,
        options=(
            Option(name="commit", help="hold them against this commit, not the working tree", metavar="REV"),
            Option(name="range", help="the receipts that came in between, by the keys of BASE", metavar="BASE..HEAD"),
            Option(name="trust_from", help="keys and demands of this commit", metavar="REV"),
            Option(name="material_only", help="signatures, demands and files; no contract", kind=FLAG),
            Option(name="no_run", help="everything, and no criterion is run", kind=FLAG),
            Option(name="ci", help="the range that CI asks about; a summary for its page", kind=FLAG),
            Option(name="summary", help="write a summary in Markdown to this file", metavar="FILE"),
            Option(name="self_check", help="say what is really wired, instead", kind=FLAG),
            Option(name="sarif", help="write what is wrong as SARIF to this file", metavar="FILE"),
        ),
        exits=(0, 1, 2, 3, 5, 6),
        daily=False,
    ),
    Command(
        name="keys",
        summary="List, show, rotate, revoke or trust keys: whose signature counts.",
        example="scafld keys trust ~/.ssh/id_ed25519.pub --owner anna",
        positional="action",
        optional=True,
        second="key",
        options=(
            Option(name="role", help="what it may do: mint, approve, override, attest", many=True, metavar="ROLE"),
            Option(name="owner", help="whose key it is: two of one owner are one voice", metavar="NAME"),
            Option(name="not_before", help="it counts from this moment on", metavar="MOMENT"),
            Option(name="expires", help="it counts until this moment", metavar="MOMENT"),
            Option(name="at", help="it is revoked from this moment on, not from now", metavar="MOMENT"),
            _REASON,
        ),
        daily=False,
    ),
    Command(
        name="note",
        summary="Let a receipt travel with a commit, as a git note.",
        example="scafld note add-cache --commit HEAD",
        positional="task",
        options=(Option(name="commit", help="the commit, instead of HEAD", metavar="REV"),),
        daily=False,
    ),
    Command(name="report", summary="Add all tasks up.", example="scafld report", daily=False),
    Command(
        name="fail",
        summary="Give a task up because it cannot be done.",
        example='scafld fail add-cache --reason "the library has no hook for it"',
        positional="task",
        options=(_REASON,),
        exits=_ON_A_SPEC,
        daily=False,
    ),
    Command(
        name="cancel",
        summary="Give a task up because it is not wanted any more.",
        example='scafld cancel add-cache --reason "bought instead"',
        positional="task",
        options=(_REASON,),
        exits=_ON_A_SPEC,
        daily=False,
    ),
    Command(
        name="doctor",
        summary="Look the workspace over: specs, ledgers, configuration.",
        example="scafld doctor --repair",
        options=(
            Option(name="repair", help="mend what is only derived", kind=FLAG),
            Option(name="accept", help="the task whose ledger you take as it stands; needs --reason", metavar="TASK"),
            _REASON,
        ),
        daily=False,
    ),
    Command(
        name="config",
        summary="Propose a configuration that this repository gives evidence for.",
        example="scafld config",
        daily=False,
    ),
    Command(name="update", summary="Refresh the files that scafld manages.", example="scafld update", daily=False),
    Command(
        name="demo",
        summary="Play a whole governed change on a small example repository.",
        example="scafld demo",
        options=(Option(name="keep", help="play it in this empty folder", metavar="PATH"),),
        exits=(0, 1, 2, 5),
    ),
    Command(
        name="completion",
        summary="Print a completion script for bash, zsh or fish.",
        example="scafld completion bash",
        positional="shell",
        exits=(0, 2),
        daily=False,
    ),
)

BY_NAME = {command.name: command for command in COMMANDS} | {c.alias: c for c in COMMANDS if c.alias}
