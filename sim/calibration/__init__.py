"""Calibration: what people and employers do, inferred from what was published of the years up to 2021/22."""
