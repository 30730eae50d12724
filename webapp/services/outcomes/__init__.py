"""The closed loop: what became of the people who were hired while a model scored them."""
