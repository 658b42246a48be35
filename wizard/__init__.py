"""The project package and the journey: four steps from an offered policy to an acknowledged one."""
