"""How Go, Rust and Ruby projects say how they are tested and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from scafld.adapters.toolchain import detect

Repository = Callable[[Mapping[str, str]], str]


def found(root: str) -> list[str]:
    return [each.command for each in detect(root).commands]


def test_go_tests_and_vets(repository: Repository) -> None:
    """A linter only where it has settings."""
    assert found(repository({"go.mod": "// x\nmodule example.org/x\n"})) == ["go test ./...", "go vet ./..."]
    assert found(repository({".golangci.yml": ""}))[-1] == "golangci-lint run"


def test_a_go_mod_without_a_module_is_none(repository: Repository) -> None:
    """An empty file says nothing."""
    assert found(repository({"go.mod": ""})) == []


def test_rust_tests_the_package_or_the_workspace(repository: Repository) -> None:
    """And clippy's warnings are errors."""
    package = found(repository({"Cargo.toml": "[package]\nname = 'x'\n"}))
    workspace = found(repository({"Cargo.toml": "[workspace]\n"}))

    assert package == ["cargo test", "cargo clippy --all-targets -- -D warnings"]
    assert workspace == ["cargo test --workspace", "cargo clippy --workspace --all-targets -- -D warnings"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Gemfile": "gem 'rspec'\n"}, ["bundle exec rspec"]),
        ({"Gemfile": "  gem(\"rspec-rails\", '~> 6')\n"}, ["bundle exec rspec"]),
        ({"Gemfile": "", "spec/a_spec.rb": ""}, ["bundle exec rspec"]),
        ({".rspec": ""}, ["rspec"]),
        ({"Gemfile": "gem 'rails'\n", "test/": "", "bin/rails": ""}, ["bin/rails test"]),
        ({"Gemfile": "gem 'rails'\n", "test/": ""}, ["bundle exec rails test"]),
        ({"Gemfile": "gem 'rails'\n"}, []),
        ({"Gemfile": "", "Rakefile": "Rake::TestTask.new\n"}, ["bundle exec rake test"]),
        ({"Rakefile": "task :test do\nend\n"}, ["rake test"]),
        ({"Rakefile": "task :deploy\n"}, []),
        ({"Gemfile": "# gem 'rspec'\n"}, []),
        ({"Gemfile": "", ".rubocop.yml": ""}, ["bundle exec rubocop"]),
    ],
)
def test_ruby_is_read_from_its_files(repository: Repository, files: Mapping[str, str], expected: list[str]) -> None:
    """RSpec, Rails, Rake, RuboCop, with bundler where there is a Gemfile."""
    assert found(repository(files)) == expected
