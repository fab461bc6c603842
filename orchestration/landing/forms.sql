-- How a cell is read: the forms of extracts.md as macros. A macro gives null for what it cannot read.
-- Here: dates, times, flags, amounts, phones, what has lost digits. Not here: identity numbers (identity.sql), whom a
-- text gives away (persons.py), divisions (divisions.sql).

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

-- Half a day by its name: 下午 3:05 is 15:05.
create macro moment_by_half(v) as case
    when regexp_full_match(v, '.*(上午|下午|[AaPp][Mm]).*') then
        moment_of_any_form(trim(regexp_replace(v, ' *(上午|下午|[AaPp][Mm]) *', ' ')))
        + case
            when not regexp_full_match(v, '.*[^\d](0?[1-9]|1[0-2]):.*') then null
            when regexp_full_match(v, '.*(下午|[Pp][Mm]).*') and not regexp_full_match(v, '.*[^\d]12:.*') then to_hours(12)
            when regexp_full_match(v, '.*(上午|[Aa][Mm]).*') and regexp_full_match(v, '.*[^\d]12:.*') then to_hours(-12)
            else to_hours(0)
        end
    else moment_of_any_form(v)
end;

-- What a spreadsheet shows of a day and a time where nobody said that it is one: days since `epoch` in five digits, the
-- time as their fraction.
create macro is_serial(v) as regexp_full_match(v, '[1-7]\d{4}(\.\d+)?');
create macro moment_of_serial(v, epoch) as
    date_trunc('second', epoch + to_microseconds(cast(round(cast(v as double) * 86400) as bigint) * 1000000));

-- The common form first, which DuckDB writes back as it reads it; the others are many, and each costs a look.
create macro moment(v, epoch := date '1899-12-30') as case
    when strlen(v) = 19 and cast(try_cast(v as timestamp) as varchar) = v then try_cast(v as timestamp)
    when is_serial(v) then moment_of_serial(v, epoch)
    when v <> '' then moment_by_half(v)
end;

create macro day_of(v, epoch := date '1899-12-30') as case
    when strlen(v) = 10 and cast(try_cast(v as date) as varchar) = v then try_cast(v as date)
    when is_serial(v) then cast(moment_of_serial(v, epoch) as date)
    when v <> '' then cast(moment_by_half(v) as date)
end;

create macro flag(v) as case
    when v in ('是', 'Y', 'y', '1', '√') then true
    when v in ('否', 'N', 'n', '0', '×') then false
end;

-- Yuan; a third decimal that is not zero is no amount of money, and rounding could turn a charge into none. Thousands
-- may be set off, the currency said, and a program's "minus nothing" is nothing.
create macro amount(v) as case
    when regexp_full_match(v, '\d{1,10}(\.\d{1,2}0*)?') then try_cast(v as decimal(12, 2))
    when regexp_full_match(v, '[¥￥]? *(\d{1,10}|\d{1,3}(,\d{3}){1,3})(\.\d{1,2}0*)? *元?')
        then try_cast(regexp_replace(v, '[^\d.]', '', 'g') as decimal(12, 2))
    when regexp_full_match(v, '-0(\.0+)?') then 0
end;

-- What is left of a long number where a spreadsheet took it for a quantity: 2.02610E+17.
create macro lost_digits(v) as case
    when contains(v, 'E') or contains(v, 'e')
        then regexp_full_match(v, '\d(\.\d+)?[Ee]\+\d{1,3}|\d\.\d+[Ee]\d{1,3}')
    else false
end;

-- A mobile number, or a landline with its area code.
create macro is_phone(v) as case
    when strlen(v) = 11 and regexp_full_match(v, '1[3-9]\d{9}') then true
    else regexp_full_match(
        regexp_replace(v, '[ ()-]', '', 'g'), '(?:\+?86)?(?:1[3-9]\d{9}|0[1-9]\d{1,2}[2-9]\d{6,7})'
    )
end;

-- A phone number as it is compared: two spellings are one number.
create macro phone_digits(v) as case
    when strlen(v) = 11 then v
    else regexp_replace(regexp_replace(v, '[ ()-]', '', 'g'), '^\+?86', '')
end;

-- The digits of a mobile number among no others, in a column that is of other digits.
create macro holds_mobile(v) as regexp_matches(v, '(?:^|\D)(?:86|0)?1[3-9]\d{9}(?:$|\D)');

-- A cell of a quarantined row is kept only if it has the look of its own column: a name under the wrong header has no
-- look of its own that could be searched for. Of a row whose fields may have shifted nothing is kept.
create macro quarantined_text(v, is_malformed, look, labels) as
    case
        when v = '' then v
        when is_malformed then '***'
        when list_contains(labels, v) then v
        when regexp_full_match(v, look) and not holds_mobile(v) then v
        else '***'
    end;
