"""Everything about the outside authority; imports neither Django nor the rest of the project."""
