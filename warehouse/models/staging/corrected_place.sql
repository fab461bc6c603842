with landed_batch as (
    select * from {{ ref('landed_batch') }}
),

ledger_rows as (
    {%- for ledger, contract in ledgers().items() %}
    select
        '{{ ledger }}' as source,
        {{ ledger_number(ledger, 'versions') }} as number,
        {{ number_giver(ledger, 'versions') }} as giver_code,
        {{ told_together(contract.stated, 'versions') }} as stated,
        batch_id,
        source_row
    from {{ source('lake', ledger) }} as versions
    {{- ' union all' if not loop.last }}
    {%- endfor %}
),

placed_rows as (
    select ledger_rows.*, landed_batch.scope_code, landed_batch.as_of, landed_batch.sequence
    from ledger_rows
    inner join landed_batch on ledger_rows.batch_id = landed_batch.batch_id
),

-- Where a scope's exports know one place only, none can be another's correction.
wide_scopes as (
    select source, scope_code
    from placed_rows
    group by source, scope_code
    having min(giver_code) <> max(giver_code)
),

-- What each export says of a number at a place: its last row.
shown as (
    select *
    from (
        select
            placed_rows.*,
            row_number() over (
                partition by placed_rows.number, placed_rows.giver_code, placed_rows.batch_id
                order by placed_rows.source_row desc nulls last
            ) as row_rank
        from placed_rows
        inner join wide_scopes
            on placed_rows.source = wide_scopes.source and placed_rows.scope_code = wide_scopes.scope_code
    ) as ranked
    where row_rank = 1
),

last_shown as (
    select *
    from (
        select
            *,
            row_number() over (
                partition by source, scope_code, number, giver_code
                order by as_of desc nulls last, sequence desc nulls last
            ) as newness
        from shown
    ) as ranked
    where newness = 1
),

-- The same row, but for its place, in a later export.
reappearances as (
    select
        former.source, former.scope_code, former.number, former.giver_code,
        former.as_of as former_as_of, former.sequence as former_sequence,
        later.giver_code as later_code, later.batch_id as later_batch,
        later.as_of as later_as_of, later.sequence as later_sequence
    from last_shown as former
    inner join shown as later
        on
            former.source = later.source
            and former.scope_code = later.scope_code
            and former.number = later.number
            and former.stated = later.stated
            and former.giver_code <> later.giver_code
            and (
                later.as_of > former.as_of
                or (later.as_of = former.as_of and later.sequence > former.sequence)
            )
),

-- Two places that one export shows with the number have a book each.
two_books as (
    select distinct
        reappearances.source, reappearances.scope_code, reappearances.number,
        reappearances.giver_code, reappearances.later_code
    from reappearances
    inner join shown as here
        on
            reappearances.source = here.source
            and reappearances.scope_code = here.scope_code
            and reappearances.number = here.number
            and reappearances.giver_code = here.giver_code
    inner join shown as there
        on
            here.batch_id = there.batch_id
            and here.number = there.number
            and reappearances.later_code = there.giver_code
),

-- A row takes the place of one other: the one shown last before it. Of two that one export showed, nobody can say which.
claims as (
    select
        reappearances.*,
        rank() over (
            partition by reappearances.source, reappearances.number, reappearances.later_batch, reappearances.later_code
            order by reappearances.former_as_of desc nulls last, reappearances.former_sequence desc nulls last
        ) as claim,
        count(*) over (
            partition by
                reappearances.source, reappearances.number, reappearances.later_batch, reappearances.later_code,
                reappearances.former_sequence
        ) as claimants,
        row_number() over (
            partition by
                reappearances.source, reappearances.scope_code, reappearances.number, reappearances.giver_code
            order by
                reappearances.later_as_of desc nulls last,
                reappearances.later_sequence desc nulls last,
                reappearances.later_code
        ) as recency
    from reappearances
    left join two_books
        on
            reappearances.source = two_books.source
            and reappearances.scope_code = two_books.scope_code
            and reappearances.number = two_books.number
            and reappearances.giver_code = two_books.giver_code
            and reappearances.later_code = two_books.later_code
    where two_books.source is null
),

corrected_place as (
    select
        cast(source as string) as source,
        cast(scope_code as string) as scope_code,
        cast(number as string) as number,
        cast(giver_code as string) as giver_code,
        cast(later_code as string) as corrected_to
    from (
        select
            *,
            min(recency) over (partition by source, scope_code, number, giver_code) as newest
        from claims
        where claim = 1 and claimants = 1
    ) as sole_claims
    where recency = newest
)

select * from corrected_place
