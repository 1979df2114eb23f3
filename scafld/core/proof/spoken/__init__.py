"""A person's word that is signed: what the sentence is, and how it comes in."""
