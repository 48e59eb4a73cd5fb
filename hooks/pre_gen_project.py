"""Does nothing itself. Rendering this file makes the place to which the others are rendered, by the filter `stage`:

<< cookiecutter | stage >>see fusion_snapshots/template/staging.py.
"""
