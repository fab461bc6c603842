"""How a folder of seeds is read: strictly, before anything is built from it.

Here: which files may lie in the folder (`folder`), what a file must be to be a table (`strict_csv`), and what its rows
must hold (`row_checks`, by what `_seeds.yml` declares; `relations.yml` where rows of several seeds face each other).
Not here: which folder counts and where the seeds in force are written (`county_seeds`), or what changed since the last
edition (`rule_changes`).
"""
