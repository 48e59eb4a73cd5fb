#!/usr/bin/env bash
# Nextflow 25.04.4: -resume keeps a task whose command has changed, where the change comes from ${task.cpus}.
#
# Guess: -resume runs a task again when its command changes. A tool that gets `--threads ${task.cpus}` has another
#   command with 8 CPUs than with 1. So it runs again, and its trace tells of 8 CPUs.
# Behaviour: the task's hash holds the script as written, and no value of task.* but task.ext. The task is CACHED, its
#   result is that of 1 CPU, and the trace of the new run repeats the first run's times: a task "submitted" before the
#   run began. Who compares two sizes by resuming compares one size with itself.
# Output seen: "Cached process > ALIGN" and "threads 1" in the run with 8 CPUs; its trace holds ALIGN as CACHED,
#   submitted when the first run was. The run without -resume says "threads 8".
# Source: TaskProcessor.groovy, createTaskHashKey and getTaskGlobalVars, in modules/nextflow of nextflow-io/nextflow
#   at v25.04.4.
# Here: `make launch` starts each run anew, and `make compare` leaves out runs that were resumed or hold CACHED tasks,
#   and names them.
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
    cpus params.size
    debug true
    script:
    "echo threads ${task.cpus}"
}
workflow { ALIGN() }
NF
printf 'executor.cpus = 8\ntrace.overwrite = true\n' >nextflow.config

try() { # prints what the task said, and its line in the trace
    nextflow run main.nf -with-trace trace.txt "$@" 2>&1 | grep -oE "Cached process > ALIGN|threads .*" |
        paste -s -d " "
}
column() { # of the trace's only task: 4 name, 5 status, 7 submit
    tail -n 1 trace.txt | cut -f "$1"
}

one=$(try --size 1)
submitted=$(column 7)
resumed=$(try --size 8 -resume)
kept="$(column 4) $(column 5) $(column 7)"
fresh=$(try --size 8)
if [[ $one != "threads 1" || $resumed != "Cached process > ALIGN threads 1" || $kept != "ALIGN CACHED $submitted" ||
    $fresh != "threads 8" ]]; then
    printf 'changed:\n  1 CPU: %s (%s)\n  8 CPUs, resumed: %s (%s)\n  8 CPUs: %s\n' \
        "$one" "$submitted" "$resumed" "$kept" "$fresh"
    exit 1
fi
echo "confirmed: with 8 CPUs, -resume keeps the task of 1 CPU, and its trace repeats that task's times"
