-- Resident identity numbers (GB 11643): upgrade and checks.
-- Here: everything that looks into a number. Not here: the keyed hash that takes its place (secret.py).

-- ISO 7064 MOD 11-2 over the first 17 digits.
create macro check_character_of(n) as substr('10X98765432', 1 + (
    7 * (n // 10000000000000000) + 9 * (n // 1000000000000000 % 10) + 10 * (n // 100000000000000 % 10)
    + 5 * (n // 10000000000000 % 10) + 8 * (n // 1000000000000 % 10) + 4 * (n // 100000000000 % 10)
    + 2 * (n // 10000000000 % 10) + (n // 1000000000 % 10) + 6 * (n // 100000000 % 10)
    + 3 * (n // 10000000 % 10) + 7 * (n // 1000000 % 10) + 9 * (n // 100000 % 10)
    + 10 * (n // 10000 % 10) + 5 * (n // 1000 % 10) + 8 * (n // 100 % 10) + 4 * (n // 10 % 10) + 2 * (n % 10)
) % 11, 1);

create macro check_character(v) as check_character_of(try_cast(left(v, 17) as bigint));

-- An old number of 15 digits lacks the century and the check character.
create macro full_number(v) as case
    when strlen(v) = 15 and regexp_full_match(v, '\d{15}')
        then left(v, 6) || '19' || substr(v, 7) || check_character(left(v, 6) || '19' || substr(v, 7))
    when contains(v, 'x') then replace(v, 'x', 'X')
    else v
end;

create macro birth_date_of(number) as try_cast(
    substr(number, 7, 4) || '-' || substr(number, 11, 2) || '-' || substr(number, 13, 2) as date
);

create macro sex_of(number) as case when ascii(substr(number, 17, 1)) % 2 = 1 then 'male' else 'female' end;

-- `given` as typed, `number` as full_number makes of it.
create macro is_filler(given, number) as
    regexp_full_match(given, '0{2,}|1{2,}|2{2,}|3{2,}|4{2,}|5{2,}|6{2,}|7{2,}|8{2,}|9{2,}')
    or regexp_full_match(number, '0{6}\d{8}0{4}');

-- Most numbers are good: few looks prove it, and only the others are asked for their first fault. One digit repeated is
-- never good, because it has no such day or another check character.
create macro status_of(given, number, due_check, born, as_of, is_known_area) as case
    when strlen(given) = 18 and born <= as_of and is_known_area and not starts_with(number, '000000')
        and regexp_full_match(number, '\d{17}[\dX]') and due_check = right(number, 1)
        then 'ok'
    when given = '' then 'missing'
    when is_filler(given, number) then 'filler'
    when not regexp_full_match(number, '\d{17}[\dX]') then 'bad_format'
    -- Foreigners' numbers, 9 first, never had fifteen digits.
    when not is_known_area or strlen(given) = 15 and starts_with(given, '9') then 'bad_area'
    when born is null or born > as_of then 'bad_birth_date'
    when due_check <> right(number, 1) then 'bad_checksum'
    else 'ok'
end;
