"""Results of rating rounds: figures released once, at closing, and pages made of nothing else."""
