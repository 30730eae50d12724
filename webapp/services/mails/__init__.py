"""Each mail with its reason, its state and its next try."""
