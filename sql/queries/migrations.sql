-- name: lock
select pg_advisory_xact_lock(hashtextextended('survey/migrations', 0));

-- name: make_table
create table if not exists migration (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default clock_timestamp()
);

-- name: has_table
select to_regclass('migration') is not null as made;

-- name: applied
select number, name, checksum from migration order by number;

-- name: add
insert into migration (number, name, checksum) values ($1, $2, $3);

-- name: emptiness
select not exists (
    select from pg_class where relnamespace = 'public'::regnamespace
    union all
    select from pg_proc where pronamespace = 'public'::regnamespace
) as empty;
