"""Django management of the wizard app."""
