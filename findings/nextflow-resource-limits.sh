#!/usr/bin/env bash
# Nextflow 25.04.4: resourceLimits is merged between files, but replaced whole within one, and by a selector.
#
# Guess: a map is treated alike everywhere. Who gives one process more time, as `withName: BIG { resourceLimits =
#   [time: 2.h] }`, keeps the general limits of CPUs and memory.
# Behaviour: two files given by -c are merged key by key: cpus and memory of the first hold beside time of the second.
#   In a selector, or assigned again in the same file, the map takes the place of the whole: the task gets all the
#   CPUs and memory that it asks for, without a warning. On AWS Batch it may then wait for an instance that there is
#   not.
# Output seen, of a process that asks for 64 CPUs, 200 GB and 48 h: "BIG 1 1 GB 2h" by two files, "BIG 64 200 GB 2h"
#   by a selector, and "BIG 64 200 GB 2h" by a second line of the same file.
# Source: ConfigBuilder.groovy, merge0 (files), and ProcessConfig.groovy, applyConfigSelectorWithName, in
#   modules/nextflow of nextflow-io/nextflow at v25.04.4.
# Here: each arm's configuration sets both limits in one map and says so beside it; `validate` warns of a map, in a
#   selector or outside, that lacks one of the two.
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
process BIG {
    cpus 64
    memory 200.GB
    time 48.h
    debug true
    script:
    "echo BIG ${task.cpus} ${task.memory} ${task.time}"
}
workflow { BIG() }
NF
general="process.resourceLimits = [cpus: 1, memory: 1.GB]"
room="executor { cpus = 64; memory = 200.GB }"
printf '%s\n' "$room" "$general" >general.config
printf '%s\n' "process.resourceLimits = [time: 2.h]" >time.config
printf '%s\n' "$room" "$general" "process { withName: BIG { resourceLimits = [time: 2.h] } }" >selector.config
printf '%s\n' "$room" "$general" "process.resourceLimits = [time: 2.h]" >again.config

try() { # prints what the task got
    nextflow -q run main.nf "$@" 2>&1 | grep -v '^$'
}

files=$(try -c general.config -c time.config)
selector=$(try -c selector.config)
again=$(try -c again.config)
if [[ $files != "BIG 1 1 GB 2h" || $selector != "BIG 64 200 GB 2h" || $again != "BIG 64 200 GB 2h" ]]; then
    printf 'changed:\n  two files: %s\n  a selector: %s\n  two lines: %s\n' "$files" "$selector" "$again"
    exit 1
fi
echo "confirmed: two files merge resourceLimits; a selector, or a second line, drops the other limits"
