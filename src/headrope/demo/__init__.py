"""The example group that tests, demo and manual share: Hengchuan Group, January 2020 to June 2023."""
