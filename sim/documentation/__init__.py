"""Pages of ``docs/`` that are written from code and data: ``python -m sim.documentation``.

A test fails when a committed page differs from what would be written now, so what the pages say of parameters, data,
levers and rules is what the program does.
"""
