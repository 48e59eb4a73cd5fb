"""A program in tw's place: the commands of tw, asking the simulated Platform what tw asks it, and answering as tw does.

tests/tw-answers.json holds what the real tw answered; tests/test_backends.py compares.
"""
