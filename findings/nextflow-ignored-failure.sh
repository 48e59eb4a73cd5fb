#!/usr/bin/env bash
# Nextflow 25.04.4: a run that was told to stop at failures by -c ends well with a failed task.
#
# Guess: a file given by -c has the highest rank of all configuration, above what the pipeline says. So
#   `process.errorStrategy = 'finish'` there makes a run with a failed task fail, with exit 1.
# Behaviour: -c ranks above other files only. What a process of the pipeline says itself wins over process.* of every
#   file. A process that says `errorStrategy 'ignore'` still ignores: the run exits 0 and is OK in the log, what comes
#   after has one task less, and only the trace says FAILED. A selector (withName) in the file does win.
# Output seen, where one of three ALIGN tasks fails: exit 0, "OK" in `nextflow log`, ALIGN 2 COMPLETED and 1 FAILED,
#   COUNT 2 COMPLETED; by a selector exit 1.
# Source: docs/config.md, "Selector priority", in nextflow-io/nextflow, and ProcessConfig.groovy, applyConfig, in its
#   modules/nextflow at v25.04.4.
# Here: `make compare` counts tasks that failed and were ignored, names their process and claims nothing then, nor
#   where runs did not complete the same tasks.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here"
cat >pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>io.nextflow</groupId><artifactId>nextflow</artifactId><version>25.04.4</version>
      <exclusions>
        <exclusion><groupId>io.nextflow</groupId><artifactId>nf-lang</artifactId></exclusion>
        <exclusion><groupId>*</groupId><artifactId>lib-trace</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency><groupId>io.nextflow</groupId><artifactId>nf-lang</artifactId><version>25.04.0</version></dependency>
  </dependencies>
</project>
POM
if ! mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    >install.log 2>&1; then
    cat install.log >&2
    echo "not tried: Nextflow cannot be installed" >&2
    exit 2
fi
for setting in $(compgen -v NXF_ || true); do unset "$setting"; done
export NXF_OFFLINE=true NXF_ANSI_LOG=false NXF_HOME="$here/home"

nextflow() {
    local opened=()
    for package in java.io java.lang java.net java.nio java.util sun.nio.ch; do
        opened+=("--add-opens=java.base/$package=ALL-UNNAMED")
    done
    java "${opened[@]}" -cp "lib/*" nextflow.cli.Launcher "$@"
}

cat >main.nf <<'NF'
process ALIGN {
    errorStrategy 'ignore'
    input:
    val sample
    output:
    val sample
    script:
    "exit ${sample == 2 ? 7 : 0}"
}
process COUNT {
    input:
    val sample
    script:
    "true"
}
workflow { ALIGN(channel.of(1, 2, 3)) | COUNT }
NF
echo "process.errorStrategy = 'finish'" >general.config
echo "process { withName: ALIGN { errorStrategy = 'finish' } }" >selector.config

try() { # prints the exit code and the run's status in the log
    local code=0
    nextflow run main.nf -name "$1" -c "$1.config" -with-trace "$1.txt" >said 2>&1 || code=$?
    echo "exit $code $(awk -F '\t' -v name="$1" '$3 ~ name {gsub(/ /, "", $4); print $4}' <(nextflow log))"
}

general=$(try general)
tasks=$(awk -F '\t' 'NR > 1 {sub(/ .*/, "", $4); print $4, $5}' general.txt | sort | uniq -c | tr -s ' ' |
    paste -s -d ,)
selector=$(try selector)
if [[ $general != "exit 0 OK" || $selector != "exit 1 ERR" ||
    $tasks != " 2 ALIGN COMPLETED, 1 ALIGN FAILED, 2 COUNT COMPLETED" ]]; then
    printf 'changed:\n  process.errorStrategy: %s (%s)\n  a selector: %s\n' "$general" "$tasks" "$selector"
    exit 1
fi
echo "confirmed: process.errorStrategy of -c loses to the pipeline's own; a run with a failed task is OK, with exit 0"
