"""How good landings were: of runs whose year has ended, and by backtests of the ledger's own history."""
