"""Benchmark sets: outside and inside peers, with distance and rank."""
