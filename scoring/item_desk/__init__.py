"""What questions and their options did among people who answered them, as plain values for a desk of questions."""
