-- name: add
insert into deployment (kind, secret_fingerprint) values ($1, $2) on conflict do nothing;

-- name: find
select kind, secret_fingerprint from deployment;

-- name: server
select current_setting('server_version_num')::integer as version, current_setting('server_version') as release,
    clock_timestamp() as now, current_setting('fsync') as fsync,
    current_setting('full_page_writes') as full_page_writes,
    current_setting('synchronous_commit') as synchronous_commit;

-- name: shift_clock
update deployment set clock_offset = $1::timestamptz - clock_timestamp();

-- name: reset_clock
update deployment set clock_offset = '0';
