"""What each family of slicers calls things in its comments."""
