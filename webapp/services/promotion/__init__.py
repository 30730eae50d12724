"""Which model serves: promotion, roll back, approval by a second person, and the switch that stops scores."""
