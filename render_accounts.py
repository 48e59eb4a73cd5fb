# /// script
# requires-python = ">=3.10"
# dependencies = ["cookiecutter>=2.6,<3", "jsonschema>=4.18,<5"]
# ///
"""Render one folder per account, from one file of answers each, on all cores: uv run render_accounts.py accounts/*.yml

Each file is a configuration for cookiecutter's --config-file, as answers.yml in a rendered folder is. A folder that
exists is rendered over; what was edited in it is kept. A refused account does not stop the others.

Exit code 0: every folder is rendered or unchanged; 1: an account was refused; 2: nothing could run; 130: interrupted.
"""

import sys

try:
    from fusion_snapshots.template.accounts import main
except ImportError as error:
    sys.exit(f"render_accounts.py: {error.name} is not installed. Run: uv run render_accounts.py …")

if __name__ == "__main__":
    sys.exit(main())
