"""Completion scripts for shells: commands and flags from the table, task ids from the specs that lie there."""

from __future__ import annotations

from scafld.adapters.cli.table import BY_NAME, CHOICE, COMMANDS, FLAG, GLOBALS, KEY_ACTIONS, Command, Option

SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    """The script that a shell evaluates."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()


# Private.

_IDS = """_scafld_ids() {
  local folder="${SCAFLD_ROOT:-$PWD}"
  while [ ! -d "$folder/.scafld" ] && [ "$folder" != "/" ] && [ -z "$SCAFLD_ROOT" ]; do
    folder="$(dirname "$folder")"
  done
  find "$folder/.scafld/specs" -name '*.md' 2>/dev/null | sed -n 's|^.*/\\([a-z][a-z0-9._-]*\\)[.]md$|\\1|p'
}
"""
"""A file whose name is no id is left out: what a shell completes with, it expands."""


def _bash() -> str:
    cases = "\n".join(f'    {name}) words="{_words(command)}" ;;' for name, command in BY_NAME.items())
    choices = "\n".join(
        f'    {name}:{option.flag}) words="{" ".join(option.choices)}" ;;'
        for name, command in BY_NAME.items()
        for option in command.options
        if option.kind == CHOICE
    )
    return f"""{_IDS}
_scafld() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" command="${{COMP_WORDS[1]}}" words="" each
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{" ".join((*BY_NAME, "--help", "--version"))}"
  else
    case "$command" in
{cases}
    esac
    case "$command:${{COMP_WORDS[COMP_CWORD-1]}}" in
{choices}
    esac
    case "$words" in *@ids*) words="${{words/@ids/$(_scafld_ids)}}" ;; esac
  fi
  for each in $words; do
    case "$each" in "$word"*) COMPREPLY+=("$each") ;; esac
  done
}}
complete -o default -F _scafld scafld
"""


def _zsh() -> str:
    split = _bash().replace("local word=", "setopt localoptions shwordsplit ksharrays; local word=", 1)
    return f"autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n{split}"


def _fish() -> str:
    lines = [
        "function _scafld_ids",
        "    set -l folder $PWD",
        '    if test -n "$SCAFLD_ROOT"; set folder $SCAFLD_ROOT; end',
        '    while not test -d "$folder/.scafld"; and test "$folder" != /; set folder (dirname $folder); end',
        "    find $folder/.scafld/specs -name '*.md' 2>/dev/null | sed -n 's|^.*/\\([a-z][a-z0-9._-]*\\)[.]md$|\\1|p'",
        "end",
    ]
    for command in COMMANDS:
        lines.append(f"complete -c scafld -n __fish_use_subcommand -f -a {command.name} -d {_quoted(command.summary)}")
        seen = f"-n '__fish_seen_subcommand_from {command.name}'"
        if command.positional == "task":
            lines.append(f"complete -c scafld {seen} -f -a '(_scafld_ids)'")
        elif command.positional == "shell":
            lines.append(f"complete -c scafld {seen} -f -a '{' '.join(SHELLS)}'")
        elif command.positional == "action":
            lines.append(f"complete -c scafld {seen} -a '{' '.join(KEY_ACTIONS)}'")
        lines += [f"complete -c scafld {seen} {_fish_option(option)}" for option in (*command.options, *GLOBALS)]
    return "\n".join(lines) + "\n"


def _fish_option(option: Option) -> str:
    takes = "" if option.kind == FLAG else " -x -a '" + " ".join(option.choices) + "'" if option.choices else " -r"
    return f"-l {option.flag[2:]}{takes} -d {_quoted(option.help)}"


def _quoted(text: str) -> str:
    """Text in single quotes, as fish reads them."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _words(command: Command) -> str:
    """What can follow a command: `@ids` stands for the tasks there are."""
    first = {"task": ["@ids"], "shell": list(SHELLS), "action": list(KEY_ACTIONS)}.get(command.positional, [])
    return " ".join([*first, *(option.flag for option in (*command.options, *GLOBALS))])
