-- What differs between two editions attached as `before` and `after`: results, ranks and batches (`restatement_reasons.sql`
-- says why). A shrunk value is not compared: it moves with other divisions' data and decides nothing.

create or replace temp macro cut_per_cent(share) as printf('%.1f %%', floor(round(share * 1000, 9)) / 10);

create or replace temp macro verdict_glyph(verdict) as
    case verdict when 'met' then '●' when 'not_met' then '▲' when 'cannot_tell' then '◐' when 'not_delivered' then '△' else '–' end;

create or replace temp macro result_text(result) as concat_ws(' ',
    result.numerator || '/' || result.denominator,
    if(result.pending > 0, '+' || result.pending || '○', null),
    '= ' || cut_per_cent(result.numerator / nullif(result.denominator, 0)),
    '[' || cut_per_cent(result.ci_low) || ', ' || cut_per_cent(result.ci_high) || ']',
    if(result.verdict = 'not_delivered', null, if(result.is_reached, '≥', '<')) || ' ' || cut_per_cent(result.target_value),
    if(result.target_value is null, null, verdict_glyph(result.verdict) || if(result.is_serious, '!', '')),
    if(result.is_provisional, '…', null));

create or replace temp macro ranking_text(ranking, grade) as concat_ws(' ',
    coalesce(cast(ranking.score as varchar), '–'),
    '#' || ranking.rank,
    grade,
    if(ranking.is_vetoed, '✕', null),
    if(ranking.is_assessed, null, '–'),
    if(ranking.is_provisional, '…', null));

create or replace temp table result_difference as
select
    period_kind,
    period_start,
    division_code,
    indicator_code,
    if(old.level is null, 'added', if(new.level is null, 'removed', 'changed')) as change,
    if(old.level is null, null, result_text(old)) as as_published,
    if(new.level is null, null, result_text(new)) as as_now_known,
    (coalesce(old.verdict, '') = 'not_delivered') <> (coalesce(new.verdict, '') = 'not_delivered') as is_silence,
from before.fct_indicator_result as old
full join after.fct_indicator_result as new using (period_kind, period_start, division_code, indicator_code)
where
    (
        old.level, old.numerator, old.denominator, old.pending, old.target_value, old.is_reached, old.ci_low, old.ci_high,
        old.verdict, old.is_serious, old.is_provisional
    ) is distinct from (
        new.level, new.numerator, new.denominator, new.pending, new.target_value, new.is_reached, new.ci_low, new.ci_high,
        new.verdict, new.is_serious, new.is_provisional
    );

create or replace temp table ranking_difference as
select
    period_kind,
    period_start,
    parent_code,
    division_code,
    if(old.is_assessed is null, 'added', if(new.is_assessed is null, 'removed', 'changed')) as change,
    if(old.is_assessed is null, null, ranking_text(old, old_grade.grade_name)) as as_published,
    if(new.is_assessed is null, null, ranking_text(new, new_grade.grade_name)) as as_now_known,
    (old.score, old.grade, old.is_vetoed, old.is_assessed, old.is_provisional)
    is distinct from (new.score, new.grade, new.is_vetoed, new.is_assessed, new.is_provisional) as is_own,
from before.fct_ranking as old
full join after.fct_ranking as new using (period_kind, period_start, parent_code, division_code)
left join (from before.dim_grade select grade, name_zh || ' ' || name_en as grade_name) as old_grade
    on old.grade = old_grade.grade
left join (from after.dim_grade select grade, name_zh || ' ' || name_en as grade_name) as new_grade
    on new.grade = new_grade.grade
where
    (old.score, old.rank, old.grade, old.is_vetoed, old.is_assessed, old.is_provisional)
    is distinct from (new.score, new.rank, new.grade, new.is_vetoed, new.is_assessed, new.is_provisional);

-- What speaks in one of the two and not in the other; a file that was withdrawn in between says by whom and why.
create or replace temp table batch_difference as
with speaking_before as (from before_fct_batch where withdrawn_at is null),
speaking_after as (from after_fct_batch where withdrawn_at is null),
changed as (
    select 'arrived' as change, batch_id, source, scope_code, as_of, file_name, null as withdrawal
    from speaking_after anti join speaking_before using (batch_id)
    union all
    select
        if(taken.batch_id is null, 'gone', 'withdrawn'),
        old.batch_id, old.source, old.scope_code, old.as_of, old.file_name,
        replace(taken.withdrawn_by || ': ' || taken.withdrawn_reason, '|', '/'),
    from speaking_before as old
    anti join speaking_after as new on old.batch_id = new.batch_id
    left join (from after_fct_batch where withdrawn_at is not null) as taken on old.batch_id = taken.batch_id
)
select
    *,
    if(change = 'arrived', '', '-') || file_name || if(change = 'withdrawn', ' (' || withdrawal || ')', '') as label,
    source in (select unnest($snapshots)) as is_snapshot,
from changed;
