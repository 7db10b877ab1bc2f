-- name: add
insert into sign_in (organisation_id, link_hash, role, expires_at)
values ($1, $2, $3, survey_now() + $4::interval);

-- name: find
select organisation_id, role from sign_in where link_hash = $1 and expires_at > survey_now();

-- name: take
delete from sign_in where link_hash = $1 and expires_at > survey_now() returning organisation_id, role;

-- name: forget_expired
delete from sign_in where expires_at <= survey_now();
