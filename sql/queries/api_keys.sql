-- name: add
insert into api_key (organisation_id, key_hash, name, expires_at)
values ($1, $2, $3, survey_now() + $4::interval)
returning organisation_id, key_hash, name, expires_at, false as expired;

-- name: find
select organisation_id, key_hash, name, expires_at, expires_at <= survey_now() as expired
from api_key
where key_hash = $1;

-- name: list_all
select organisation_id, key_hash, name, expires_at, expires_at <= survey_now() as expired
from api_key
where organisation_id = $1
order by name, key_hash;

-- name: delete
delete from api_key where organisation_id = $1 and encode(key_hash, 'hex') like $2 || '%';
