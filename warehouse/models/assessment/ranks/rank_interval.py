"""Ranks of scores as they might truly be. Not here: what a tier is called, or who is ranked."""

from dataclasses import asdict

import numpy as np
import pyarrow as pa

from warehouse.python_models.groups import per_unit, rows_to_build
from warehouse.statistics.hierarchy import fit
from warehouse.statistics.posterior import Goalposts, Posterior, draw_scores
from warehouse.statistics.ranking import competition_ranks, summarize_ranks
from warehouse.statistics.streams import generator

COUNTS = ("judged_numerator", "judged_denominator")
POSTS = ("floor_value", "target_value", "weight")
FIGURES = dict.fromkeys(("rank_low", "rank_high"), pa.int64()) | dict.fromkeys(
    ("p_top", "p_bottom", "p_front", "p_rear"), pa.float64()
)


def model(dbt, session):
    draws = int(dbt.config.meta_get("draws"))
    prior_cases = float(dbt.config.meta_get("prior_cases"))
    min_units = int(dbt.config.meta_get("min_units"))
    confidence = float(dbt.config.meta_get("confidence"))
    top_places = int(dbt.config.meta_get("top_places"))
    tiers = int(dbt.config.meta_get("tiers"))

    def summary(parent):
        met, cases = (parent.pairs[name] for name in COUNTS)
        indicator = np.unique(parent.pairs["indicator_code"], return_inverse=True)[1]
        laws = fit(met, cases, indicator, prior_cases, min_units)
        cell = laws.draw(generator(*parent.key, "laws"), draws)
        posterior = Posterior(met, cases, indicator, laws, cell, ~parent.pairs["is_delivered"])
        posts = Goalposts(*(parent.pairs[name] for name in POSTS))
        streams = generator(*parent.key), generator(*parent.key, "spotless")
        ranks = competition_ranks(
            draw_scores(*streams, posterior, posts, parent.unit_starts), parent.of_units("is_vetoed")
        )
        is_spotless = np.logical_and.reduceat((met == cases) & parent.pairs["is_delivered"], parent.unit_starts)
        return asdict(summarize_ranks(ranks, parent.of_units("rank"), is_spotless, confidence, top_places, tiers))

    rows = rows_to_build(dbt, session, dbt.ref("ranked_indicator"), dbt.ref("earlier_period"))
    columns = ("indicator_code", *COUNTS, *POSTS, "is_delivered", "is_vetoed", "rank")
    return per_unit(session, rows, columns, summary, FIGURES)
