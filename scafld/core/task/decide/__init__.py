"""What may happen next: one module a gate. Each takes what is known and seen, and gives the events, or Refused.

events = approval.approve(task, spec, asked)      # nothing has happened yet
for event in events:
    task = evolve(task, ...)                       # whatever is decided can be replayed
"""
