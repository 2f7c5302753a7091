"""Virtual experiments: published causal estimates, repeated in the model with and without what caused the change."""
