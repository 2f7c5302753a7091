"""The levers: one small class each, in a file for each family (see ``base.py``)."""
