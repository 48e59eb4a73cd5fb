#!/usr/bin/env bash
# seqerakit 0.5.7: a dataset that a launch names is looked up before the dataset of the same file is added.
#
# Guess: blocks are carried out in their documented order, datasets before launch. So one file can add a dataset and
#   launch a run on it, and --dryrun shows both commands.
# Behaviour: the address of `params: dataset:` is asked for while the file is read, before any command. In a new
#   workspace the file ends there, with exit 1, and the dataset is never added. A dry run asks nothing and so gets no
#   address: it ends with exit 1 even where the dataset exists, and shows no command at all.
# Output seen: the only call is "tw -o json datasets url -n sheet -w org/ws"; then "ERROR:root:Failed to resolve
#   dataset 'sheet'", exit 1; of the dry run, the same line and exit.
# Source: seqerakit/helper.py, process_params_dict and resolve_dataset_reference, in seqeralabs/seqera-kit at 0.5.7.
# Here: `make report` adds the dataset in a call of its own, asks tw for its address, and writes that to the
#   parameters.
#
# A short file stands in for tw, as tw is in no package registry. It notes how it is called and knows what it was told
# to add.
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
cat >bin/tw <<'TW'
#!/bin/sh
echo "tw $*" >>"$CALLS"
case " $* " in
*" datasets add "*) touch "$CALLS.added" ;;
*" datasets url "*)
    if [ -e "$CALLS.added" ]; then
        echo '{"datasetUrl": "https://platform.test/sheet.csv"}'
    else
        echo " ERROR: Dataset 'sheet' not found" >&2
        exit 1
    fi
    ;;
*" datasets list "*) echo '{"datasets": []}' ;;
esac
TW
chmod +x bin/tw
export PATH="$here/bin:$PATH" CALLS="$here/calls"
echo "sample,fastq" >sheet.csv
cat >sheet.yml <<'YML'
datasets:
  - name: sheet
    workspace: org/ws
    description: samples
    file-path: sheet.csv
YML
cat sheet.yml - >both.yml <<'YML'
launch:
  - name: run
    workspace: org/ws
    pipeline: hello
    params:
      dataset: sheet
YML
tail -n 6 both.yml >launch.yml

count() { grep -c "$1" calls || true; }
try() { # prints the exit code, the error and how many calls there were
    : >calls
    local code=0
    venv/bin/seqerakit "$@" >said 2>&1 || code=$?
    local error
    error=$(grep -o "Failed to resolve dataset 'sheet'" said || true)
    echo "exit $code; $error; $(count .) calls, $(count 'datasets add') add, $(count 'tw.* launch ') launch"
}

new=$(try both.yml)
only=$(cat calls)
first=$(try sheet.yml) # adds the dataset
then=$(try launch.yml) # works now, as the dataset is there
dry=$(try --dryrun launch.yml)
lost="exit 1; Failed to resolve dataset 'sheet'"
if [[ $new != "$lost; 1 calls, 0 add, 0 launch" || $only != *"datasets url"* || $first != "exit 0; "*"1 add"* ||
    $then != "exit 0; "*"1 launch" || $dry != "$lost; 0 calls, 0 add, 0 launch" ]]; then
    printf 'changed:\n  one file: %s (%s)\n  dataset alone: %s\n  launch alone: %s\n  dry run: %s\n' \
        "$new" "$only" "$first" "$then" "$dry"
    exit 1
fi
echo "confirmed: a file that adds a dataset and launches on it fails before it adds it; its dry run always fails"
