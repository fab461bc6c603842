-- One row per rule and column that reads otherwise on some days: `before_rule` and `after_rule` hold one row per rule, span
-- of days and column. Comparing by the day in force, a row that is closed and followed by another is one change, from the
-- day on which the other begins, and a row that is split in two is none.
with rules as (
    from before_rule
    union all
    from after_rule
),

first_days as (
    select seed, rule_ref, first_day from rules
    union
    select seed, rule_ref, last_day + 1 from rules where last_day < date '9999-12-31'
),

spans as (
    select
        seed,
        rule_ref,
        first_day,
        coalesce(lead(first_day) over (partition by seed, rule_ref order by first_day) - 1, date '9999-12-31') as last_day,
    from first_days
),

old as (
    select spans.*, before_rule.* exclude (seed, rule_ref, first_day, last_day)
    from spans
    inner join before_rule
        on spans.seed = before_rule.seed
        and spans.rule_ref = before_rule.rule_ref
        and spans.first_day between before_rule.first_day and before_rule.last_day
),

new as (
    select spans.*, after_rule.* exclude (seed, rule_ref, first_day, last_day)
    from spans
    inner join after_rule
        on spans.seed = after_rule.seed
        and spans.rule_ref = after_rule.rule_ref
        and spans.first_day between after_rule.first_day and after_rule.last_day
),

compared as (
    select
        coalesce(old.seed, new.seed) as seed,
        coalesce(old.rule_ref, new.rule_ref) as rule_ref,
        coalesce(old.column_name, new.column_name) as column_name,
        coalesce(old.first_day, new.first_day) as first_day,
        coalesce(old.last_day, new.last_day) as last_day,
        coalesce(old.indicator_code, new.indicator_code) as indicator_code,
        coalesce(old.scope_code, new.scope_code) as scope_code,
        coalesce(old.is_deciding, new.is_deciding) as is_deciding,
        coalesce(old.is_free_to_add, new.is_free_to_add) as is_free_to_add,
        old.value as was,
        new.value as becomes,
        case when new.seed is null then 'removed' when old.seed is null then 'added' else 'changed' end as change,
    from old
    full join new using (seed, rule_ref, first_day, column_name)
),

-- Of a rule that is there on one side only the row as a whole is told, column `*`.
different as (
    from compared
    where (change = 'changed') = (column_name <> '*') and was is distinct from becomes
),

merged as (
    select
        seed, rule_ref, column_name, change, was, becomes,
        any_value(indicator_code) as indicator_code,
        any_value(scope_code) as scope_code,
        any_value(is_deciding) as is_deciding,
        any_value(is_free_to_add) as is_free_to_add,
        min(first_day) as first_day,
        max(last_day) as last_day,
    from different
    group by all
),

judged as (
    select *, coalesce(first_day <= $closed_until, false) as touches_closed from merged
)

select
    seed, rule_ref, column_name, nullif(first_day, date '0001-01-01') as first_day, change, indicator_code, scope_code,
    nullif(last_day, date '9999-12-31') as last_day, was, becomes, touches_closed,
    is_deciding and (change = 'removed' or (touches_closed and not (change = 'added' and is_free_to_add))) as blocks,
from judged
order by not blocks, seed, rule_ref, column_name, first_day, change
