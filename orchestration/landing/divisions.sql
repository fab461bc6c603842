-- Which township a code means, in each of the two code systems; from the seeds in force.
-- Here: seeds to lookup tables. Not here: reading a code out of a cell.

create table division as
select division_code, level, parent_code from read_csv($divisions, all_varchar = true, header = true, delim = ',', quote = '"');

create table known_area as
select distinct code from read_csv($code_history, all_varchar = true, header = true, delim = ',', quote = '"');

-- A foreigner's permanent residence number (card of 2023) has no area: 9, the province that gave it, the country of
-- origin by its three digits; birth date, sequence and check stand where a resident's do.
insert into known_area
select '9' || left(code, 2) || lpad(country::text, 3, '0')
from known_area cross join range(1000) as _ (country)
where code like '%0000';

-- One row per township: `code` are its nine digits.
create table township_nbs as
select
    left(division_code, 9) as code,
    division_code as township_code,
    parent_code as county_code,
from division
where level = 'township';

-- The same by civil-affairs code. A code in use is translated; a retired one follows its successors until one is.
create table township_mca as
with recursive
-- Matched by name stem, so a 镇 and a 街道 may share one civil-affairs code: the one of the same name has it. Where that
-- leaves none or two, the code means no township: it is known, so that it is not followed either, and never guessed.
crosswalk as (
    select
        mca_code,
        case
            when count(distinct nbs_code) = 1 then min(nbs_code)
            when count(distinct nbs_code) filter (mca_name = nbs_name) = 1 then min(nbs_code) filter (mca_name = nbs_name)
        end as nbs_code,
    from read_csv($township_crosswalk, all_varchar = true, header = true, delim = ',', quote = '"')
    where mca_code <> '' and nbs_code <> ''
    group by mca_code
),

succession as (
    select old_code, new_code
    from read_csv($township_code_changes, all_varchar = true, header = true, delim = ',', quote = '"')
    where old_code <> '' and new_code <> '' and old_code not in (select mca_code from crosswalk)
),

successors as (
    select old_code as code, new_code as successor from succession
    union
    select successors.code, succession.new_code as successor
    from successors
    inner join succession on successors.successor = succession.old_code
),

translation as (
    select mca_code as code, nbs_code from crosswalk
    union all
    select successors.code, min(crosswalk.nbs_code) as nbs_code
    from successors
    inner join crosswalk on successors.successor = crosswalk.mca_code
    group by successors.code
),

township_mca as (
    select
        translation.code,
        township_nbs.township_code,
        township_nbs.county_code,
    from translation
    inner join township_nbs on translation.nbs_code = township_nbs.code
)

select * from township_mca;
