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

-- name: list_of
select session_hash, device, started_at, used_at
from session
where organisation_id = $1 and account_id = $2
    and expires_at > survey_now() and used_at > survey_now() - $3::interval
order by used_at desc, session_hash;

-- name: end
delete from session
where organisation_id = $1 and account_id = $2 and encode(session_hash, 'hex') like $3 || '%';

-- name: keep
insert into kept_form (organisation_id, session_hash, account_id, ciphertext, expires_at)
values ($1, $2, $3, $4, survey_now() + $5::interval)
on conflict (session_hash) do update set ciphertext = excluded.ciphertext, expires_at = excluded.expires_at;

-- name: kept
select account_id, ciphertext from kept_form where session_hash = $1 and expires_at > survey_now();

-- name: forget
delete from kept_form where session_hash = $1 or expires_at <= survey_now();
