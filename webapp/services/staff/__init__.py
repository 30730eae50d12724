"""Who works here: the list, changes by hand, leavers, history, units, hired applicants."""
