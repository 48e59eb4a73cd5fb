# Run before Nextflow starts, at most 1024 bytes. It chooses Nextflow's version, one for all runs that are compared.
# From 25.10.3 on, Nextflow reports how often Spot instances were reclaimed.
export NXF_VER=25.10.7
