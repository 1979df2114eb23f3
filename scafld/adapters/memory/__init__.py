"""Every port in memory: real adapters, held to the same suites as those on disk.

    tree = MemoryTree({"src/cache.py": "x = 1\n"})
    tree.commit()
    ledgers = MemoryLedgers()
    runner = MemoryRunner(tree, {"grep y": lambda files: 0 if "y" in files["src/cache.py"] else 1})

`scafld.testing.workspace` puts them together.
"""
