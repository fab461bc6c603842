"""Ranks by other weights, and with one indicator left out. Not here: chance in the counts (`rank_interval`)."""

import numpy as np
import pyarrow as pa

from warehouse.python_models.groups import per_unit, rows_to_build
from warehouse.statistics.ranking import leave_one_out_ranks, percentile_interval, reweighted_ranks
from warehouse.statistics.streams import generator

FIGURES = dict.fromkeys(
    ("weight_rank_low", "weight_rank_high", "leave_one_out_rank_low", "leave_one_out_rank_high"), pa.int64()
)


def model(dbt, session):
    draws = int(dbt.config.meta_get("draws"))
    spread = float(dbt.config.meta_get("spread"))
    confidence = float(dbt.config.meta_get("confidence"))

    def robustness(parent):
        attainment, weight = by_unit_and_indicator(parent)
        is_vetoed = parent.of_units("is_vetoed")
        random = generator(*parent.key, "weights")
        low, high = percentile_interval(
            reweighted_ranks(random, attainment, weight, is_vetoed, spread, draws), confidence
        )
        left_out = leave_one_out_ranks(attainment, weight, is_vetoed).astype(float)
        left_out[left_out == 0] = np.nan
        return {
            "weight_rank_low": low,
            "weight_rank_high": high,
            "leave_one_out_rank_low": np.fmin.reduce(left_out, axis=1),
            "leave_one_out_rank_high": np.fmax.reduce(left_out, axis=1),
        }

    rows = rows_to_build(dbt, session, dbt.ref("ranked_indicator"), dbt.ref("earlier_period"))
    columns = ("indicator_code", "attainment", "weight", "is_vetoed")
    return per_unit(session, rows, columns, robustness, FIGURES)


def by_unit_and_indicator(parent):
    """Attainment and weight as (units, indicators), indicators sorted; both 0 where not assessed."""
    codes, indicator = np.unique(parent.pairs["indicator_code"], return_inverse=True)
    unit = np.repeat(np.arange(len(parent.unit_starts)), np.diff(parent.unit_starts, append=len(indicator)))
    tables = np.zeros((2, len(parent.unit_starts), len(codes)))
    tables[:, unit, indicator] = parent.pairs["attainment"], parent.pairs["weight"]
    return tables
