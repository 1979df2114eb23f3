"""The verbs on one task, and on all of them: a module bears the name of the command that it answers."""
