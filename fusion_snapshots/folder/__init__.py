"""A benchmark folder as it lies on the disk: its layout, variables, seqerakit files and Nextflow configurations."""
