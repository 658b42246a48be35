"""The simulated authority: its rules, its store and its clock; knows no adapter and no web."""
