-- Resident identity numbers (GB 11643): upgrade, checks, and the keyed hash that takes their place.
-- Here: everything that sees a number. Not here: storing anything; a number goes no further than these macros.

-- ISO 7064 MOD 11-2 over the first 17 digits.
create macro check_character(v) as substr('10X98765432', 1 + (
    7 * (ascii(substr(v, 1, 1)) - 48)
    + 9 * (ascii(substr(v, 2, 1)) - 48)
    + 10 * (ascii(substr(v, 3, 1)) - 48)
    + 5 * (ascii(substr(v, 4, 1)) - 48)
    + 8 * (ascii(substr(v, 5, 1)) - 48)
    + 4 * (ascii(substr(v, 6, 1)) - 48)
    + 2 * (ascii(substr(v, 7, 1)) - 48)
    + 1 * (ascii(substr(v, 8, 1)) - 48)
    + 6 * (ascii(substr(v, 9, 1)) - 48)
    + 3 * (ascii(substr(v, 10, 1)) - 48)
    + 7 * (ascii(substr(v, 11, 1)) - 48)
    + 9 * (ascii(substr(v, 12, 1)) - 48)
    + 10 * (ascii(substr(v, 13, 1)) - 48)
    + 5 * (ascii(substr(v, 14, 1)) - 48)
    + 8 * (ascii(substr(v, 15, 1)) - 48)
    + 4 * (ascii(substr(v, 16, 1)) - 48)
    + 2 * (ascii(substr(v, 17, 1)) - 48)
) % 11, 1);

-- An old number of 15 digits lacks the century and the check character.
create macro full_number(v) as case
    when regexp_full_match(v, '\d{15}')
        then left(v, 6) || '19' || substr(v, 7) || check_character(left(v, 6) || '19' || substr(v, 7))
    else replace(v, 'x', 'X')
end;

create macro birth_date_of(number) as try_cast(
    substr(number, 7, 4) || '-' || substr(number, 11, 2) || '-' || substr(number, 13, 2) as date
);

create macro sex_of(number) as case when ascii(substr(number, 17, 1)) % 2 = 1 then 'male' else 'female' end;

-- `given` as typed, `number` as full_number makes of it.
create macro is_filler(given, number) as
    regexp_full_match(given, '0{2,}|1{2,}|2{2,}|3{2,}|4{2,}|5{2,}|6{2,}|7{2,}|8{2,}|9{2,}')
    or regexp_full_match(number, '0{6}\d{8}0{4}');

create macro status_of(given, number, as_of, is_known_area) as case
    when given = '' then 'missing'
    when is_filler(given, number) then 'filler'
    when not regexp_full_match(number, '\d{17}[\dX]') then 'bad_format'
    when not is_known_area then 'bad_area'
    when birth_date_of(number) is null or birth_date_of(number) > as_of then 'bad_birth_date'
    when check_character(number) <> substr(number, 18, 1) then 'bad_checksum'
    else 'ok'
end;

-- HMAC-SHA-256 (RFC 2104) with the secret's pads; 128 bits as 32 hex digits.
create macro keyed_hash(v, inner_pad, outer_pad) as
    left(sha256(outer_pad || unhex(sha256(inner_pad || encode(v)))), 32);

-- An identity number in a column of text (some offices number their files with it) gives way to a keyed hash, which still
-- tells one file from another; the number itself goes no further.
create macro without_number(v, inner_pad, outer_pad) as case
    when length(v) = 18
        and regexp_full_match(v, '\d{17}[\dXx]')
        and birth_date_of(v) is not null
        and check_character(v) = upper(substr(v, 18, 1))
        then 'ID-' || left(keyed_hash('text:' || upper(v), inner_pad, outer_pad), 16)
    else v
end;
