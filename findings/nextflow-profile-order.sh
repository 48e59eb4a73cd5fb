#!/usr/bin/env bash
# Nextflow 25.04.4: whether the order of -profile counts depends on the parser.
#
# Guess: profiles are applied as listed, so that of `-profile small,large` the second wins, and `-profile large,small`
#   is how one turns that round. A parser decides what is a syntax error, and not what a valid file means.
# Behaviour: the default parser applies profiles in the order in which the configuration defines them, whatever the
#   command says. The strict parser (NXF_SYNTAX_PARSER=v2) applies them as listed. The same files and command give
#   another run, without a warning.
# Output seen, where small is defined first: v1 "large" for both orders; v2 "large" for small,large and "small" for
#   large,small.
# Source: docs/config.md, "Config profiles", in nextflow-io/nextflow, which tells of it since 25.02.0-edge.
# Here: every arm gets the same profiles from env.sh, and `validate` says where arms differ in them. Which parser a run
#   had is not checked.
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
workflow { println params.size }
NF
cat >nextflow.config <<'CONFIG'
profiles {
    small { params.size = 'small' }
    large { params.size = 'large' }
}
CONFIG

try() { # prints the parameter for a parser and a list of profiles
    NXF_SYNTAX_PARSER=$1 nextflow -q run main.nf -profile "$2" 2>&1 | grep -v '^$'
}

found="$(try v1 small,large) $(try v1 large,small) $(try v2 small,large) $(try v2 large,small)"
if [[ $found != "large large large small" ]]; then
    echo "changed: v1 with small,large and large,small, then v2 likewise: $found"
    exit 1
fi
echo "confirmed: the order of -profile counts with the strict parser alone"
