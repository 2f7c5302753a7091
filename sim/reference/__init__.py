"""The reference: a plain Mesa model of ordinary Python objects, written to be read.

It does the same month as `sim.model.CareLabourModel`, with loops of its own over one object per worker, provider, NHS
employer and council, and calls the very same rules in `sim.rules` with the same keyed draws. It is the oracle for the
kernels (every column agrees to the bit: `tests/test_oracle.py`) and the yardstick for their speed (`caresim
benchmark`).
"""
