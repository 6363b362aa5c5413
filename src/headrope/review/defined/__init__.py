"""What the office defines for the review, as rows: causes, rules and benchmarks, each kept in editions."""
