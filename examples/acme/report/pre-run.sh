# Run before Nextflow starts, at most 1024 bytes. nf-aggregate 0.7.0 does not parse by the strict rules (v2), which
# Nextflow follows of itself from 26.04 on.
export NXF_VER=25.10.7
export NXF_SYNTAX_PARSER=v1
