-- Why results and ranks differ between the editions `before` and `after`: from the tables of restatement.sql to `difference`,
-- one row per result or rank with its reasons and the files behind them.

create or replace temp table known_division as
select division_code, division_name, level, parent_code from after.dim_division
union all
select division_code, division_name, level, parent_code from before.dim_division
where division_code not in (select division_code from after.dim_division);

create or replace temp table division_above as
select division_code, ancestor_code, ancestor_level from after_dim_division_ancestor
union all
select division_code, ancestor_code, ancestor_level from before_dim_division_ancestor
where division_code not in (select division_code from after.dim_division);

create or replace temp table period_span as
select period_kind, period_start, first_month, last_day from after_dim_period
union
select period_kind, period_start, first_month, last_day from before_dim_period;

create or replace temp table target_difference as
with judged as (
    select period_kind, period_start, division_code, indicator_code from result_difference
    union
    select period_kind, period_start, division_code, indicator_code from ranking_difference
    cross join (select distinct indicator_code from after.dim_target)
),
old as (
    select division_code, indicator_code, first_day, last_day as until_day,
        (target_value, floor_value, tolerance_value, weight, is_veto, min_denominator) as rule,
    from ({before_target_in_force})
),
new as (
    select division_code, indicator_code, first_day, last_day as until_day,
        (target_value, floor_value, tolerance_value, weight, is_veto, min_denominator) as rule,
    from ({after_target_in_force})
)
select period_kind, period_start, judged.division_code, judged.indicator_code
from judged
inner join period_span using (period_kind, period_start)
left join old on (old.division_code, old.indicator_code) = (judged.division_code, judged.indicator_code)
    and last_day between old.first_day and old.until_day
left join new on (new.division_code, new.indicator_code) = (judged.division_code, judged.indicator_code)
    and last_day between new.first_day and new.until_day
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
    select division_code, ancestor_code as county_code from division_above where ancestor_level = 'county'
    union
    select ancestor_code, division_code from division_above
    where ancestor_level in ('prefecture', 'province')
        and division_code in (select division_code from known_division where level = 'county')
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
            or level in ('province', 'prefecture', 'county')
            or left(subjects.division_code, 9) = left(scope_code, 9),
            0,
            1
        )
        + if(as_of >= first_month and (as_of <= last_day or not is_snapshot), 0, 2) as distance,
    from subjects
    inner join known_division on subjects.division_code = known_division.division_code
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
left join known_division using (division_code)
left join after.dim_indicator using (indicator_code)
cross join softwares;
