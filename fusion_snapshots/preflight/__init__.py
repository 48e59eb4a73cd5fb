"""make preflight: what the steps need, checked before anything is paid for; it reads only."""
