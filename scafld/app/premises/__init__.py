"""The verbs on a whole workspace: lay it down, keep it fresh, settle its configuration, look it over."""
