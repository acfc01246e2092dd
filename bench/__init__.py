"""Repeatable measurements: ratios against a yardstick in the same run."""
