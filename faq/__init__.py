"""The help site: questions, answers, search. Knows nothing of the wizard."""
