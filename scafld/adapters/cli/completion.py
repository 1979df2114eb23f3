"""Completion scripts for shells: commands and flags from the table, task ids from the specs that lie there."""

from __future__ import annotations

from scafld.adapters.cli.table import BY_NAME, COMMANDS, GLOBALS

SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    """The script that a shell evaluates."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]()


# Private.

_IDS = 'find .scafld/specs -name "*.md" 2>/dev/null | sed -e "s|.*/||" -e "s|[.]md$||"'


def _bash() -> str:
    cases = "\n".join(f'    {command.name}) words="{_flags(command.name)}" ;;' for command in COMMANDS)
    return f"""_scafld() {{
  local word="${{COMP_WORDS[COMP_CWORD]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="{" ".join(BY_NAME)}"
  else
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
    case "$word" in
      -*) ;;
      *) words="$({_IDS})" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -F _scafld scafld
"""


def _zsh() -> str:
    return f"autoload -U +X bashcompinit && bashcompinit\n{_bash()}"


def _fish() -> str:
    lines = [
        f"complete -c scafld -n __fish_use_subcommand -f -a {command.name} -d '{command.summary}'"
        for command in COMMANDS
    ]
    lines += [f"complete -c scafld -n 'not __fish_use_subcommand' -f -a '({_IDS})'"]
    for command in COMMANDS:
        seen = f"-n '__fish_seen_subcommand_from {command.name}'"
        lines += [
            f"complete -c scafld {seen} -l {option.flag[2:]} -d '{option.help}'"
            for option in (*command.options, *GLOBALS)
        ]
    return "\n".join(lines) + "\n"


def _flags(name: str) -> str:
    return " ".join(option.flag for option in (*BY_NAME[name].options, *GLOBALS))
