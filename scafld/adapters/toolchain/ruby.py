"""How a Ruby project is tested and checked: RSpec, Rails, Rake, RuboCop."""

from __future__ import annotations

import re

from scafld.adapters.toolchain.folder import Folder
from scafld.adapters.toolchain.found import Find
from scafld.core.contract.commands import Purpose


def read_ruby(folder: Folder) -> Find:
    """What the Gemfile, the Rakefile and the folders of tests ask for."""
    find = Find("ruby", folder)
    gems = _gems(folder.text("Gemfile"))
    mark = folder.has("Gemfile", "Rakefile", ".rspec")
    if not mark:
        return find
    find.marked_by(mark)
    run = "bundle exec " if folder.has("Gemfile") else ""
    specs = [name for name in folder.listed("spec") if name.endswith("_spec.rb") or "." not in name]
    rspec = folder.has(".rspec") or ("Gemfile" if gems & {"rspec", "rspec-rails"} else "")
    if rspec or specs:
        find.add(Purpose.TEST, f"{run}rspec", "RSpec", rspec or "spec")
    elif "rails" in gems and folder.has_folder("test"):
        rails = "bin/rails" if folder.has("bin/rails") else f"{run}rails"
        find.add(Purpose.TEST, f"{rails} test", "Rails tests", "Gemfile")
    elif re.search(r"Rake::TestTask|^[ \t]*task\s+:?[\"']?test\b", folder.text("Rakefile"), re.MULTILINE):
        find.add(Purpose.TEST, f"{run}rake test", "Rake task test", "Rakefile")
    if rubocop := folder.has(".rubocop.yml") or ("Gemfile" if "rubocop" in gems else ""):
        find.add(Purpose.LINT, f"{run}rubocop", "RuboCop", rubocop)
    return find


# Private.


def _gems(gemfile: str) -> frozenset[str]:
    return frozenset(re.findall(r"^[ \t]*gem[ (]+[\"']([^\"']+)[\"']", gemfile, re.MULTILINE))
