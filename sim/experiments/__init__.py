"""Studies: what varies, over which points, what is measured, and what is learnt from it."""
