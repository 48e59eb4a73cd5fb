#!/usr/bin/env bash
# seqerakit 0.5.7: --target takes a name as the file spells it, and finds nothing without a word.
#
# Guess: `seqerakit launch.yml --target launch=run-7` launches the run that is named "run-$TIME" where TIME is 7. That
#   is its name in the Platform, in the log and in every list. A name that nothing bears ends with an error.
# Behaviour: names are compared before variables are expanded. The real name selects nothing: no command, no message,
#   exit 0. Only the unexpanded 'run-$TIME', in single quotes, launches the run.
# Output seen: nothing and exit 0 for run-7; "tw launch --name run-7 ..." for 'run-$TIME'.
# Source: seqerakit/helper.py, parse_yaml_block, in seqeralabs/seqera-kit at 0.5.7.
# Here: a step tells seqerakit which files to read and never names a target.
#
# A file of four lines stands in for tw, as tw is in no package registry. It notes how it is called.
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
printf '#!/bin/sh\necho "tw $*" >>"%s/calls"\n' "$here" >bin/tw
chmod +x bin/tw
# shellcheck disable=SC2016  # the file holds a variable
printf 'launch:\n  - name: "run-$TIME"\n    workspace: org/ws\n    pipeline: hello\n' >launch.yml
export PATH="$here/bin:$PATH" TIME=7

try() { # prints what seqerakit says, its exit code and what it called
    : >calls
    local code=0
    venv/bin/seqerakit launch.yml --target "launch=$1" >said 2>&1 || code=$?
    echo "exit $code, $(wc -l <said) lines said, called: $(cat calls)"
}

real=$(try run-7)
# shellcheck disable=SC2016  # the name as it is written
written=$(try 'run-$TIME')
if [[ $real != "exit 0, 0 lines said, called: " || $written != *"called: tw launch --name run-7 "* ]]; then
    printf "changed:\n  launch=run-7: %s\n  as written: %s\n" "$real" "$written"
    exit 1
fi
echo "confirmed: --target launch=run-7 runs nothing and exits 0; only the unexpanded name runs it"
