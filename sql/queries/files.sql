-- The server's own files, as an administrator may read them.

-- name: flush
checkpoint;

-- name: of_tables
with heaps as (
    select c.relname, c.oid, c.reltoastrelid
    from pg_class c
    where c.relkind in ('r', 'm')
        and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')
), parts as (
    select relname, oid from heaps
    union all
    select relname, reltoastrelid from heaps where reltoastrelid <> 0
)
select relation, path
from (
    select relname::text as relation, pg_relation_filepath(oid) as path from parts
    union all
    select p.relname::text, pg_relation_filepath(i.indexrelid) from parts p join pg_index i on i.indrelid = p.oid
) f
where path is not null
order by relation, path;

-- name: of_wal
select 'pg_wal' as relation, 'pg_wal/' || name as path from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$' order by name;

-- name: of_log
select 'log' as relation, pg_current_logfile() as path where pg_current_logfile() is not null;

-- name: piece
select pg_read_binary_file($1, $2, $3, true) as content;
