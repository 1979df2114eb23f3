"""What receipts are made of and held against: what git calls a tree, and what commits, notes and their history hold."""
