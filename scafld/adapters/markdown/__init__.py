"""Specs as Markdown: read into a contract, and told what the ledger knows.

document = read(text, name="add-cache.md")
document.spec.digest, document.problems
project(text, Projection(status="active"))
"""
