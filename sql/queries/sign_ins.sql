-- name: add
insert into sign_in (organisation_id, link_hash, account_id, binds, expires_at)
values ($1, $2, $3, $4, survey_now() + $5::interval);

-- name: find
select organisation_id, account_id, binds from sign_in where link_hash = $1 and expires_at > survey_now();

-- name: take
delete from sign_in where link_hash = $1 and binds = $2 and expires_at > survey_now()
returning organisation_id, account_id, binds;

-- name: forget_expired
delete from sign_in where expires_at <= survey_now();
