"""Monthly runs that land every headline measure over the tree and stay in the books (docs/spec/landing-runs.md)."""
