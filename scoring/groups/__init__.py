"""What a score, a decision or an item does to groups of people: figures for a report, applied to nobody."""
