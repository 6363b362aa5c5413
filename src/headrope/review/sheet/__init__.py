"""The sheet of a unit: all that its review needs on one page; docs/spec/shift-share.md, record.md and rank.md."""
