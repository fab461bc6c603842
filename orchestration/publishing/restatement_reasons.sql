-- Why results and ranks differ between the editions `before` and `after`: from the tables of restatement.sql to `difference`,
-- one row per result or rank with its reasons and the files behind them.

create or replace temp table division_above as
with recursive division as (
    from after.dim_division select division_code, level, parent_code
    union
    from before.dim_division select division_code, level, parent_code
    where division_code not in (select division_code from after.dim_division)
),
line as (
    select division_code, division_code as above_code, parent_code as next_code, 0 as steps from division
    union all
    select line.division_code, division.division_code, division.parent_code, steps + 1
    from line inner join division on next_code = division.division_code
)
select line.division_code, above_code, division.level as above_level, steps
from line inner join division on above_code = division.division_code;

-- A period's first month and last day.
create or replace temp table period_span as
select
    period_kind,
    period_start,
    if(period_kind = 'year_to_date', cast(date_trunc('year', period_start) as date), period_start) as first_month,
    last_day(period_start + if(period_kind = 'quarter', interval 2 month, interval 0 month)) as last_day,
from (
    select period_kind, period_start from result_difference
    union
    select period_kind, period_start from ranking_difference
);

create or replace temp table target_difference as
with judged as (
    select period_kind, period_start, division_code, indicator_code from result_difference
    union
    select period_kind, period_start, division_code, indicator_code from ranking_difference
    cross join (select distinct indicator_code from after.dim_target)
),
scopes as (
    select period_kind, period_start, division_code, indicator_code, last_day, above_code as scope_code, steps
    from judged inner join period_span using (period_kind, period_start) inner join division_above using (division_code)
    union all
    select period_kind, period_start, division_code, indicator_code, last_day, '*', 99
    from judged inner join period_span using (period_kind, period_start)
),
targets as (
    select 'before' as edition, * from before.dim_target
    union all by name
    select 'after' as edition, * from after.dim_target
),
in_force as (
    select
        edition,
        period_kind,
        period_start,
        division_code,
        indicator_code,
        arg_min((target_value, floor_value, tolerance_value, weight, is_veto, min_denominator), steps) as rule,
    from scopes inner join targets using (indicator_code, scope_code)
    where last_day between valid_from and coalesce(valid_to, date '9999-12-31')
    group by all
)
select period_kind, period_start, division_code, indicator_code
from (from in_force where edition = 'before') as old
full join (from in_force where edition = 'after') as new
    using (period_kind, period_start, division_code, indicator_code)
where old.rule is distinct from new.rule;

-- Of what an indicator is: its catalogue row, its due rules, the rules that make a row of its sources wrong.
create or replace temp table rule_difference as
with indicators as (
    select indicator_code, unnest(string_split(sources, ' ')) as source from after.dim_indicator
),
old_definitions as (select indicator_code, fact, sources, measure_kind, judged_months from before.dim_indicator),
new_definitions as (select indicator_code, fact, sources, measure_kind, judged_months from after.dim_indicator),
definitions as (
    (from old_definitions except from new_definitions) union all (from new_definitions except from old_definitions)
),
old_rules as (select rule_id, source from before.dim_rule where affects_accuracy),
new_rules as (select rule_id, source from after.dim_rule where affects_accuracy),
rules as (
    (from old_rules except from new_rules) union all (from new_rules except from old_rules)
),
due as (
    (from before_deadline except from after_deadline) union all (from after_deadline except from before_deadline)
)
select indicator_code from definitions
union
select indicator_code from indicators semi join rules using (source)
union
select indicator_code from due;

-- The batches that can have changed a result: of its sources, of its months, covering it or in it. Where there is none,
-- of the rest of its county (persons are matched across it), and at last of other months (what was due later).
create or replace temp table result_batch as
with subjects as (
    select
        period_kind,
        period_start,
        division_code,
        indicator_code,
        unnest(string_split(sources, ' ')) as source,
        least(first_month, cast(date_trunc('month', last_day) - to_months(judged_months - 1) as date)) as first_month,
        last_day,
    from result_difference
    inner join period_span using (period_kind, period_start)
    inner join after.dim_indicator using (indicator_code)
),
counties as (
    select division_code, above_code as county_code from division_above where above_level = 'county'
    union
    select above_code, division_code from division_above
    where above_level in ('prefecture', 'province')
        and division_code in (select above_code from division_above where above_level = 'county')
),
batches as (
    select batch_difference.*, county_code
    from batch_difference inner join counties on scope_code = division_code
),
candidates as (
    select
        period_kind,
        period_start,
        subjects.division_code,
        indicator_code,
        label,
        change,
        if(
            scope_code = batches.county_code
            or above_level in ('province', 'prefecture', 'county')
            or left(subjects.division_code, 9) = left(scope_code, 9),
            0,
            1
        )
        + if(as_of >= first_month and (as_of <= last_day or not is_snapshot), 0, 2) as distance,
    from subjects
    inner join division_above on subjects.division_code = division_above.division_code and steps = 0
    inner join counties on subjects.division_code = counties.division_code
    inner join batches using (source, county_code)
),
nearest as (
    select
        *,
        min(distance) over (partition by period_kind, period_start, division_code, indicator_code) as min_distance,
    from candidates
)
select
    period_kind,
    period_start,
    division_code,
    indicator_code,
    list(distinct label) as files,
    list(distinct if(change = 'withdrawn', 'withdrawn', 'batches')) as changes,
from nearest
where distance = min_distance
group by all;

-- A withdrawn file that reached furthest takes whole periods with it, of other extracts too.
create or replace temp table result_reason as
select
    result_difference.* exclude (is_silence),
    coalesce(files, if(change = 'removed', withdrawn_files, null), []) as files,
    coalesce(changes, if(change = 'removed' and withdrawn_files is not null, ['withdrawn'], null), []) || list_filter(
        [
            if(target_difference.division_code is not null, 'target', null),
            if(indicator_code in (from rule_difference), 'rule', null),
            if(is_silence, 'term', null),
        ],
        lambda reason: reason is not null
    ) as reasons,
from result_difference
cross join (select list(label order by label) as withdrawn_files from batch_difference where change = 'withdrawn') as taken
left join result_batch using (period_kind, period_start, division_code, indicator_code)
left join target_difference using (period_kind, period_start, division_code, indicator_code);

-- A rank changes with the division's own results, its weights and grades, or because others' changed.
create or replace temp table ranking_reason as
with of_division as (
    select
        period_kind,
        period_start,
        division_code,
        list_distinct(flatten(list(files))) as files,
        list_distinct(flatten(list(reasons))) as reasons,
    from result_reason
    group by all
),
of_siblings as (
    select
        period_kind,
        period_start,
        parent_code,
        list_distinct(flatten(list(files))) as files,
        list_distinct(flatten(list(reasons))) as reasons,
    from of_division inner join after.dim_division using (division_code)
    group by all
),
targeted as (
    select distinct period_kind, period_start, division_code from target_difference
),
graded as (
    select count(*) > 0 as is_graded_otherwise
    from ((from before.dim_grade except from after.dim_grade) union all (from after.dim_grade except from before.dim_grade))
)
select
    ranking_difference.* exclude (is_own),
    coalesce(if(is_own and own.files is not null, own.files, siblings.files), []) as files,
    list_distinct(
        list_filter(
            coalesce(if(is_own and own.reasons is not null, own.reasons, siblings.reasons), [])
            || [
                if(targeted.division_code is not null, 'target', null),
                if(is_graded_otherwise, 'grade', null),
                if(not is_own or own.reasons is null, 'others', null),
            ],
            lambda reason: reason is not null
        )
    ) as reasons,
from ranking_difference
left join of_division as own using (period_kind, period_start, division_code)
left join of_siblings as siblings using (period_kind, period_start, parent_code)
left join targeted using (period_kind, period_start, division_code)
cross join graded;

create or replace temp table difference as
with differences as (
    select 'result' as kind, * from result_reason
    union all by name
    select 'ranking' as kind, * exclude (parent_code) from ranking_reason
),
divisions as (
    from after.dim_division select division_code, division_name, level
    union all
    from before.dim_division select division_code, division_name, level
    where division_code not in (select division_code from after.dim_division)
),
softwares as (
    select (select software_version from before.edition) <> (select software_version from after.edition) as is_other_software
)
select
    kind,
    change,
    period_kind,
    period_start,
    division_code,
    division_name,
    level,
    indicator_code,
    name_zh as indicator_name_zh,
    name_en as indicator_name_en,
    as_published,
    as_now_known,
    case
        when len(reasons) > 0 then array_to_string(list_sort(reasons), ' ')
        when is_other_software then 'software'
        else 'unexplained'
    end as reasons,
    array_to_string(list_sort(files), ' | ') as batches,
    (period_kind, period_start) in (select (period_kind, period_start) from before.fct_indicator_result) as is_restated,
from differences
left join divisions using (division_code)
left join after.dim_indicator using (indicator_code)
cross join softwares;
