#!/usr/bin/env bash
# Installs scafld outside of the checkout and verifies. Every input comes through the environment.
set -euo pipefail

main() {
    need mode "$INPUT_MODE" '^(material|full)$'
    need python-version "$INPUT_PYTHON" '^([0-9]+(\.[0-9]+)*)?$'
    need scafld-version "$INPUT_VERSION" '^[0-9A-Za-z.+!]*$'
    need base "$INPUT_BASE" '^([^-].*)?$'
    need head "$INPUT_HEAD" '^([^-].*)?$'
    if [[ -n "$INPUT_BASE" && -z "$INPUT_HEAD" ]] || [[ -z "$INPUT_BASE" && -n "$INPUT_HEAD" ]]; then
        stop "base and head are given together, or neither"
    fi

    local place="$RUNNER_TEMP/scafld-verify"
    install_scafld "$place"

    local words=(verify --ci)
    if [[ "$INPUT_MODE" == material ]]; then words+=(--material-only); fi
    if [[ -n "$INPUT_BASE" ]]; then words+=(--range "$INPUT_BASE..$INPUT_HEAD"); fi
    if [[ -n "$INPUT_SARIF" ]]; then words+=(--sarif="$INPUT_SARIF"); fi
    exec "$place/bin/scafld" "${words[@]}"
}

# install_scafld FOLDER: an environment of its own. The checkout is not on Python's way, whatever lies in it.
install_scafld() {
    local wanted="scafld==$INPUT_VERSION" python="python${INPUT_PYTHON:-3}"
    if [[ -z "$INPUT_VERSION" ]]; then wanted="$GITHUB_ACTION_PATH/../../.."; fi
    command -v "$python" >/dev/null || stop "there is no $python on this runner; set it up in a step before this one"
    "$python" -I -m venv "$1"
    (cd "$RUNNER_TEMP" && "$1/bin/python" -I -m pip install --quiet --disable-pip-version-check "$wanted")
}

# need NAME VALUE PATTERN
need() {
    if [[ "$2" == *$'\n'* || ! "$2" =~ $3 ]]; then stop "the input $1 cannot be what it is"; fi
}

stop() {
    echo "::error::scafld-verify: $1" >&2
    exit 2
}

main
