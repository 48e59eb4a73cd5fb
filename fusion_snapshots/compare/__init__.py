"""make compare: what the runs of each arm took, side by side, with a verdict that claims no more than they show."""
