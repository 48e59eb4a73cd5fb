# Run before Nextflow starts, at most 1024 bytes. It chooses Nextflow's version, one for all runs that are compared.
# Fusion saves a task's memory periodically from 2.5.8 on. Nextflow 26.04 brings Fusion 2.5, and 25.10 only 2.4.
export NXF_VER=<< cookiecutter.nextflow_version >>
# 26.04 parses strictly (v2) of itself, which many of today's pipelines do not pass. v1 is the parser they know.
export NXF_SYNTAX_PARSER=v1
