"""The workshop page: move a lever, see the trade-off, without a network."""
