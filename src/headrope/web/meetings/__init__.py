"""The pages of meetings: prepared, led on the big screen, noted by the secretary."""
