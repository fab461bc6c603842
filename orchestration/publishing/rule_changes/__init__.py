"""What changed in the rules since the last edition, and who accepted it.

Here: the comparison of two sets of rules, day by day in force (`comparison`, `changes.sql`), and the mark by which a
person accepts a list of changes (`acceptance`). What a rule is, which of its columns decide a figure, and from when to
when it holds is declared with each seed in `_seeds.yml`. Not here: stopping a run (`runs`), or keeping the list
(`publishing`).
"""

from orchestration.publishing.rule_changes.acceptance import accept, acceptance_of, told
from orchestration.publishing.rule_changes.comparison import Found, changes_of_build, changes_of_seeds

__all__ = ["Found", "accept", "acceptance_of", "changes_of_build", "changes_of_seeds", "told"]
