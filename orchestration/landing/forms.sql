-- How a cell is read: the forms of extracts.md as macros. A macro gives null for what it cannot read.
-- Here: dates, times, flags, amounts, phones. Not here: identity numbers (identity.sql), divisions (divisions.sql).

create macro moment_of_any_form(v) as date_trunc('second', try_cast(
    case
        when starts_with(v, '0000') then null
        when regexp_full_match(v, '\d{4}-\d\d-\d\d( ([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)?') then v
        when regexp_full_match(
            v,
            '(?:(?:\d{4}-\d\d?-\d\d?|\d{4}/\d\d?/\d\d?|\d{4}\.\d\d?\.\d\d?|\d{8})(?:$|[ T]+)|\d{4}年\d\d?月\d\d?日[ T]*)'
            || '(?:(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)?'
        ) then trim(regexp_replace(v, '^(\d{4})\D?(\d\d?)\D?(\d\d?)\D*(.*)$', '\1-\2-\3 \4'))
    end as timestamp
));

-- The common form first, which DuckDB writes back as it reads it; the others are many, and each costs a look.
create macro moment(v) as case
    when strlen(v) = 19 and cast(try_cast(v as timestamp) as varchar) = v then try_cast(v as timestamp)
    when v <> '' then moment_of_any_form(v)
end;

-- A whole number of five digits in a date column is a day of the 1900 date system.
create macro day_of(v) as case
    when strlen(v) = 10 and cast(try_cast(v as date) as varchar) = v then try_cast(v as date)
    when regexp_full_match(v, '[1-7]\d{4}') then date '1899-12-30' + cast(v as integer)
    when v <> '' then cast(moment_of_any_form(v) as date)
end;

create macro flag(v) as case
    when v in ('是', 'Y', 'y', '1', '√') then true
    when v in ('否', 'N', 'n', '0', '×') then false
end;

-- Yuan; a third decimal that is not zero is no amount of money, and rounding could turn a charge into none.
create macro amount(v) as case
    when regexp_full_match(v, '\d{1,10}(\.\d{1,2}0*)?') then try_cast(v as decimal(12, 2))
end;

-- A mobile number, or a landline with its area code.
create macro is_phone(v) as case
    when strlen(v) = 11 and regexp_full_match(v, '1[3-9]\d{9}') then true
    else regexp_full_match(
        regexp_replace(v, '[ ()-]', '', 'g'), '(?:\+?86)?(?:1[3-9]\d{9}|0[1-9]\d{1,2}[2-9]\d{6,7})'
    )
end;

-- What could be the number of a person or a phone, whatever stands between its digits.
create macro looks_personal(v) as
    regexp_matches(regexp_replace(v, '[-_./# ]', '', 'g'), '(?:^|\D)(?:86|0)?1[3-9]\d{9}(?:$|\D)|\d{15,}');

-- A cell of a quarantined row is kept only if it has the look of its own column: a name under the wrong header has no
-- look of its own that could be searched for. Of a row whose fields may have shifted nothing is kept.
create macro quarantined_text(v, is_malformed, look, labels) as
    case
        when v = '' then v
        when is_malformed then '***'
        when list_contains(labels, v) then v
        when regexp_full_match(v, look) and not looks_personal(v) then v
        else '***'
    end;
