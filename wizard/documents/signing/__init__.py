"""Seals and signatures on finished PDFs: fields, appearances, revisions. Keys are elsewhere."""
