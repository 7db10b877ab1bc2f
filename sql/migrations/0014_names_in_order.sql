create function natural_order(name text)
returns text
language sql immutable strict parallel safe as $$
    select regexp_replace(
        regexp_replace(lower(name), '([0-9]+)', '000000000\1', 'g'), '[0-9]*([0-9]{10})', '\1', 'g'
    );
$$;
comment on function natural_order(text) is
    'What names are put in order by as people do: "Ward 2" before "Ward 10", as each run of digits counts as ten of them.';
