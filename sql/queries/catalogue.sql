-- What the database says of itself, as its administrator would ask it.

-- name: readers
select
    r.rolname::text as role, r.rolsuper as superuser,
    bool_or(c.relowner = r.oid) as owner,
    pg_has_role(r.oid, 'pg_read_server_files', 'usage') or pg_has_role(r.oid, 'pg_execute_server_program', 'usage')
        as reads_files,
    array_agg(c.relname::text order by c.relname) filter (
        where has_table_privilege(r.oid, c.oid, 'select') or has_any_column_privilege(r.oid, c.oid, 'select')
    ) as tables
from pg_roles r
cross join pg_class c
where r.rolcanlogin and c.relnamespace = current_schema()::regnamespace and c.relname = any($1::text[])
group by r.oid, r.rolname, r.rolsuper
order by r.rolname;

-- name: columns
select
    c.relname::text as relation, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type,
    a.atthasdef or a.attidentity <> '' as makes_its_own
from pg_attribute a
join pg_class c on c.oid = a.attrelid
where c.relkind in ('r', 'p', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')
    and c.relnamespace::regnamespace::text not like 'pg_temp%'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
order by c.relname, a.attnum;

-- name: links
select conrelid::regclass::text as from_table, confrelid::regclass::text as to_table
from pg_constraint
where contype = 'f' and (conrelid = any($1::text[]::regclass[]) or confrelid = any($1::text[]::regclass[]))
order by 1, 2;

-- name: watchers
select what, relation
from (
    select 'trigger ' || tgname as what, tgrelid as oid from pg_trigger where not tgisinternal
    union all
    select 'rule ' || rulename, ev_class from pg_rewrite
    union all
    select 'publication ' || pubname, format('%I.%I', schemaname, tablename)::regclass from pg_publication_tables
) w
cross join lateral (select w.oid::regclass::text as relation) n
where relation = any($1::text[])
order by relation, what;

-- name: shared_values
with answers as (
    select response_id as id from response union all select comment_id from comment
), people as (
    select person_id as id from person union select person_id from frame_member
    union select person_id from invitation union select invitation_id from invitation
)
select
    (select count(*) from answers join people using (id))
    + (select count(*) from response r join comment c on c.comment_id = r.response_id) as shared;

-- name: lengths
select relation, round_id, count(distinct size) as lengths
from (
    select 'response' as relation, round_id, length(answers) as size from response
    union all select 'sealed', round_id, length(ciphertext) from sealed
    union all select 'draft', round_id, length(ciphertext) from draft
) s
group by relation, round_id
having count(distinct size) > 1
order by relation, round_id;

-- name: transactions
with answers as (
    select 'response' as relation, round_id, xmin::text as transaction from response
    union all select 'comment', round_id, xmin::text from comment
), people as (
    select xmin::text as transaction from person union select xmin::text from frame_member
    union select xmin::text from invitation union select xmin::text from answered
    union select xmin::text from sealed union select xmin::text from draft
)
select
    relation, round_id, count(*) as rows, count(distinct transaction) as transactions,
    count(distinct transaction) filter (where transaction in (select transaction from people)) as with_people
from answers
group by relation, round_id
order by relation, round_id;

-- name: settings
select name, setting from pg_settings where name = any($1::text[]);

-- name: statements
select distinct query from pg_stat_activity where datname = current_database() and query <> '' and pid <> pg_backend_pid();

-- name: copies
select
    current_setting('archive_mode') <> 'off' as archived,
    (select count(*) from pg_stat_replication) + (select count(*) from pg_replication_slots) as replicas;

-- name: extension
select installed_version is not null as installed, to_regclass('pg_stat_statements') is not null as visible
from pg_available_extensions
where name = $1;
