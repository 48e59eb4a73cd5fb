#!/usr/bin/env bash
# Nextflow 25.04.4: the same number is another one from a YAML params file than from a JSON one.
#
# Guess: YAML and JSON are two spellings of one value, and JSON is YAML. 0.1 is a double in both, and an integer too
#   large for 64 bits is an error or a big integer in both.
# Behaviour: 0.1 is a Double from YAML and a BigDecimal from JSON. So 3 * 0.1 equals 0.3 in a pipeline's script only
#   if the file is JSON. An integer beyond 64 bits is kept from YAML. From JSON it wraps around to another number,
#   negative here, without a word.
# Output seen, of x: 0.1 and id: 12345678901234567890: YAML: "Double false BigInteger 12345678901234567890" JSON:
#   "BigDecimal true Long -6101065172474983726"
# Source: CmdRun.groovy, readJsonFile and readYamlFile, in modules/nextflow of nextflow-io/nextflow at v25.04.4, and
#   CharScanner.java of groovy-json 4.0.26, which reads JSON's numbers.
# Here: all arms take their parameters from one YAML file, params.yml, and `validate` notes params in which arms
#   differ.
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
workflow {
    println "${params.x.class.simpleName} ${3 * params.x == 0.3} ${params.id.class.simpleName} ${params.id}"
}
NF
printf 'x: 0.1\nid: 12345678901234567890\n' >params.yml
printf '{"x": 0.1, "id": 12345678901234567890}\n' >params.json

try() { # prints the types and values that the script sees
    nextflow -q run main.nf -params-file "$1" 2>&1 | grep -v '^$'
}

yaml=$(try params.yml)
json=$(try params.json)
if [[ $yaml != "Double false BigInteger 12345678901234567890" ||
    $json != "BigDecimal true Long -6101065172474983726" ]]; then
    printf 'changed:\n  YAML: %s\n  JSON: %s\n' "$yaml" "$json"
    exit 1
fi
echo "confirmed: 0.1 is a Double from YAML and a BigDecimal from JSON; JSON's large integers wrap around"
