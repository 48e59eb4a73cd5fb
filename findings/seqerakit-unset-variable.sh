#!/usr/bin/env bash
# seqerakit 0.5.7: an unset variable is an error, unless its name begins with a small e.
#
# Guess: a variable that is not set ends seqerakit before tw is called, as "Environment variable $tag not found!". It
#   does not matter what the variable is called.
# Behaviour: the pattern that finds names leaves out those that begin with e, for the sake of PowerShell's $env. So
#   $experiment is not looked for. The shell makes nothing of it, and the next word becomes the option's value: here
#   the pipeline becomes the description, and the launch has none.
# Output seen: for $tag "OSError: Environment variable $tag not found!", exit 1, no call; for $experiment exit 0 and
#   tw called with [launch] [--name] [run] [--workspace] [org/ws] [--description] [hello]. ${experiment} is found
#   missing.
# Source: seqerakit/seqeraplatform.py, _check_env_vars, in seqeralabs/seqera-kit at 0.5.7.
# Here: `validate` looks for every variable itself and refuses each that env.sh does not export.
#
# A file of four lines stands in for tw, as tw is in no package registry. It notes the words that it gets.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
if ! { python3 -m venv venv && venv/bin/pip install -q seqerakit==0.5.7 typer==0.29.2 PyYAML==6.0.4; } \
    >install.log 2>&1; then
    cat install.log >&2
    echo "not tried: seqerakit cannot be installed" >&2
    exit 2
fi

mkdir bin
printf '#!/bin/sh\nprintf "[%%s]" "$@" >>"%s/calls"\n' "$here" >bin/tw
chmod +x bin/tw
unset tag experiment
export PATH="$here/bin:$PATH"

try() { # prints the exit code, the variable found missing, and the words that tw got
    : >calls
    printf '%s\n' launch: "  - name: run" "    workspace: org/ws" "    pipeline: hello" "    description: $1" >launch.yml
    local code=0
    venv/bin/seqerakit launch.yml >said 2>&1 || code=$?
    echo "exit $code $(grep -o 'Environment variable .* not found!' said | tail -n 1 || true) $(cat calls)"
}

# shellcheck disable=SC2016  # the files hold variables
{
    usual=$(try '$tag')
    braced=$(try '${experiment}')
    missed=$(try '$experiment')
    if [[ $usual != 'exit 1 Environment variable $tag not found! ' ||
        $braced != 'exit 1 Environment variable ${experiment} not found! ' ||
        $missed != 'exit 0  [launch][--name][run][--workspace][org/ws][--description][hello]' ]]; then
        printf 'changed:\n  $tag: %s\n  ${experiment}: %s\n  $experiment: %s\n' "$usual" "$braced" "$missed"
        exit 1
    fi
    echo 'confirmed: $tag unset is an error; $experiment unset is none, and the next word takes its place'
}
