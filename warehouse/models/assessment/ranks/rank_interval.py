"""Ranks of scores as they might truly be. Not here: what a tier is called, or who is ranked."""

from dataclasses import asdict

import pyarrow as pa

from warehouse.parents import per_unit, rows_to_build
from warehouse.statistics.posterior import Goalposts, beta_parameters, draw_scores
from warehouse.statistics.ranking import competition_ranks, summarize_ranks
from warehouse.statistics.streams import generator

COUNTS = ("judged_numerator", "judged_denominator", "pooled_numerator", "pooled_denominator")
POSTS = ("floor_value", "target_value", "weight")
FIGURES = dict.fromkeys(("rank_low", "rank_high"), pa.int64()) | dict.fromkeys(
    ("p_top", "p_bottom", "p_front", "p_rear"), pa.float64()
)


def model(dbt, session):
    draws = int(dbt.config.meta_get("draws"))
    prior_cases = float(dbt.config.meta_get("prior_cases"))
    confidence = float(dbt.config.meta_get("confidence"))
    top_places = int(dbt.config.meta_get("top_places"))
    tiers = int(dbt.config.meta_get("tiers"))

    def summary(parent):
        a, b = beta_parameters(*(parent.pairs[name] for name in COUNTS), prior_cases)
        posts = Goalposts(*(parent.pairs[name] for name in POSTS))
        scores = draw_scores(generator(*parent.key), a, b, posts, parent.unit_starts, draws)
        ranks = competition_ranks(scores, parent.of_units("is_vetoed"))
        return asdict(summarize_ranks(ranks, parent.of_units("rank"), confidence, top_places, tiers))

    rows = rows_to_build(dbt, session, dbt.ref("ranked_indicator"), dbt.ref("earlier_period"))
    return per_unit(session, rows, (*COUNTS, *POSTS, "is_vetoed", "rank"), summary, FIGURES)
