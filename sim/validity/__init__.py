"""Tests of the calibrated model against what it was not fitted to: later years, stylised facts, experiments, costs."""
