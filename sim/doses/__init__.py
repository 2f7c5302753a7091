"""What each lever does from nothing to strong: one study, a table, and a figure for each lever."""
