"""Whose signature counts: keys, how they are written, and which of them a project trusts."""
