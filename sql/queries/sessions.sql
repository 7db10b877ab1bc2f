-- name: add
insert into session (organisation_id, session_hash, account_id, device, started_at, used_at, expires_at)
values ($1, $2, $3, $4, survey_now(), survey_now(), survey_now() + $5::interval);

-- name: find
select s.organisation_id, o.name as organisation, s.account_id, a.name, a.roles, a.unit_id,
    s.expires_at <= survey_now() or s.used_at <= survey_now() - $2::interval as over,
    s.used_at <= survey_now() - $3::interval as unnoted
from session s
join account a using (organisation_id, account_id)
join organisation o using (organisation_id)
where s.session_hash = $1;

-- name: note_use
update session set used_at = survey_now() where session_hash = $1;

-- name: delete
delete from session where session_hash = $1;

-- name: forget_expired
delete from session where expires_at <= survey_now() - $1::interval;
