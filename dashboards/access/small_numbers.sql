-- The results of villages as readers see them for whom numbers from 1 to {threshold} - 1 are suppressed: every count of
-- such a result is null.
-- A village is shown in one kind of period only, stocks by month and flows by quarter: the others are the same figures
-- again, or sums of them that would give a suppressed one away. A village that alone makes up a township's quarter counts
-- as small where the township's months are: they would be the village's. Within a township, a period and an indicator the
-- smallest results are suppressed along with the small ones, until at least two are, together more than one case each,
-- and no count of theirs is known to be nothing (unless it is nothing in the whole township). Where that is never
-- reached all villages are suppressed, and there is nothing to know but what the township's own result says.
with

village as (
    select
        result.*,
        township_code,
        numerator as met,
        denominator - numerator as missed,
        result.period_kind = case when measure_kind = 'flow' then 'quarter' else 'month' end as is_shown_kind,
    from {results} as result
    inner join shared.place using (division_code)
    inner join edition.main.dim_indicator using (indicator_code)
    where result.level = 'village'
),

month_of_township as (
    select
        division_code as township_code,
        indicator_code,
        quarter.period_kind,
        quarter.period_start,
        bool_or(numerator between 1 and {threshold} - 1) as is_met_small,
        bool_or(denominator - numerator between 1 and {threshold} - 1) as is_missed_small,
        bool_or(pending between 1 and {threshold} - 1) as is_pending_small,
    from edition.main.fct_indicator_result as month
    inner join {periods} as quarter on month.period_start between first_month and last_month
    where level = 'township' and month.period_kind = 'month' and quarter.period_kind = 'quarter'
    group by all
),

judged as (
    select
        village.*,
        (met between 1 and {threshold} - 1) or (missed between 1 and {threshold} - 1)
            or (pending between 1 and {threshold} - 1)
            or (coalesce(is_met_small, false) and met > 0 and met = sum(met) over part)
            or (coalesce(is_missed_small, false) and missed > 0 and missed = sum(missed) over part)
            or (coalesce(is_pending_small, false) and pending > 0 and pending = sum(pending) over part)
            or false as is_small,
    from village
    left join month_of_township using (township_code, indicator_code, period_kind, period_start)
    window part as (partition by township_code, indicator_code, period_kind, period_start)
),

placed as (
    select
        *,
        row_number() over (part order by not is_small, denominator + pending = 0, denominator, division_code) as place,
        count(*) filter (where is_small) over part as small_count,
        sum(met) over part as met_total,
        sum(missed) over part as missed_total,
        sum(pending) over part as pending_total,
    from judged
    window part as (partition by township_code, indicator_code, period_kind, period_start)
),

hidden as (
    select
        *,
        sum(met) over smallest as met_hidden,
        sum(missed) over smallest as missed_hidden,
        sum(pending) over smallest as pending_hidden,
    from placed
    window smallest as (
        partition by township_code, indicator_code, period_kind, period_start
        order by place rows between unbounded preceding and current row
    )
),

needed as (
    select
        *,
        min(place) filter (
            where place >= greatest(small_count, 2)
                and met_hidden + missed_hidden + pending_hidden >= greatest({threshold}, place + 1)
                and (met_hidden > 0 or met_total = 0)
                and (missed_hidden > 0 or missed_total = 0)
                and (pending_hidden > 0 or pending_total = 0)
        ) over (partition by township_code, indicator_code, period_kind, period_start) as needed_places,
    from hidden
),

decided as (
    select
        * exclude (
            township_code, met, missed, is_shown_kind, is_small, place, small_count, met_total, missed_total,
            pending_total, met_hidden, missed_hidden, pending_hidden, needed_places
        ),
        not is_shown_kind or (small_count > 0 and place <= coalesce(needed_places, place)) as is_suppressed,
    from needed
)

select * exclude (is_suppressed) replace ({replacements}) from decided
