"""Template tags of the journey's pages."""
