"""Runs: the lists that the steps keep of them, their states, and their archives as data."""
