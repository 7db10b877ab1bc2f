-- What a deleted row leaves in the files. CLUSTER writes a table and its indexes anew without it, and in the order of
-- the key: tokens' hashes or random ids, which is no order of people or of time. VACUUM leaves its bytes where they are.

-- name: size
select (
    pg_total_relation_size('draft') + pg_total_relation_size('sealed') + pg_total_relation_size('answered')
    + pg_total_relation_size('invitation') + pg_total_relation_size('message')
    + pg_total_relation_size('link_request')
)::bigint as bytes;

-- name: horizon
select pg_snapshot_xmax(pg_current_snapshot())::xid::text as transaction;

-- name: held_back
select exists (
    select from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and age(backend_xmin) > age($1::text::xid)
) as held;

-- name: rewrite_drafts
do $$ begin
    set local lock_timeout = '1s';
    cluster draft using draft_pkey;
end $$;

-- name: rewrite_sealed
do $$ begin
    set local lock_timeout = '1s';
    cluster sealed using sealed_pkey;
end $$;

-- name: rewrite_answered
do $$ begin
    set local lock_timeout = '1s';
    cluster answered using answered_pkey;
end $$;

-- name: rewrite_invitations
do $$ begin
    set local lock_timeout = '1s';
    cluster invitation using invitation_pkey;
end $$;

-- name: rewrite_link_requests
do $$ begin
    set local lock_timeout = '1s';
    cluster link_request using link_request_pkey;
end $$;

-- name: rewrite_messages
do $$ begin
    set local lock_timeout = '1s';
    cluster message using message_pkey;
end $$;
