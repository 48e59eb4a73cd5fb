"""What runs inside cookiecutter, and beside it for many accounts. It is never copied into a rendered folder."""
