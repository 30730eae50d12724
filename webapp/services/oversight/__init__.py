"""Human oversight of a vacancy: samples from below the cut, how decisions follow the list, what people were told."""
