"""Rating rounds: colleagues rate how they are served by one another, in confidence."""
