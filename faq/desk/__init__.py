"""The support desk at /faq/desk/: what staff do with answers, searches and feedback."""
