"""Experiments: a training run for every combination of settings, its file, and the class round."""

from gdlib.experiments.choices import Choice, read_choices, write_choice
from gdlib.experiments.records import read_records, write_table
from gdlib.experiments.sweeping import digits, sweep

__all__ = [
    "Choice",
    "digits",
    "read_choices",
    "read_records",
    "sweep",
    "write_choice",
    "write_table",
]
