"""What tests/tw does: the commands of tw, asking the simulated Platform what tw asks it, and answering as tw answers.

tests/tw-answers.json holds what the real tw answered; test_backends.py compares.
"""
