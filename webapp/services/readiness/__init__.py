"""How much there is to learn from: who answered, who was rated, by unit and job family, and what is missing."""
