"""Seqera Platform: what seqerakit would have tw do, what tw answers, and in what a workspace differs from the files."""
