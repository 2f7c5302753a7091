"""One file for each verb of the month: its kernel, a loop over agents that calls the rules."""
