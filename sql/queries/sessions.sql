-- name: add
insert into session (organisation_id, session_hash, role, expires_at)
values ($1, $2, $3, survey_now() + $4::interval);

-- name: find
select s.organisation_id, o.name as organisation, s.role
from session s
join organisation o using (organisation_id)
where s.session_hash = $1 and s.expires_at > survey_now();

-- name: delete
delete from session where session_hash = $1;

-- name: forget_expired
delete from session where expires_at <= survey_now();
