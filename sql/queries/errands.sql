-- name: ask
insert into errand (organisation_id, round_id, kind, asked_by, asked_at)
values ($1, $2, $3, $4, survey_now())
on conflict (organisation_id, round_id) do update
set kind = excluded.kind, asked_by = excluded.asked_by, asked_at = excluded.asked_at, begun_at = null, refused = null
where errand.refused is not null;

-- name: find
select organisation_id, round_id, kind, asked_by, asked_at, begun_at, refused
from errand
where organisation_id = $1 and round_id = $2;

-- name: waiting
select organisation_id, round_id, kind, asked_by, asked_at, begun_at, refused
from errand
where refused is null
order by asked_at;

-- name: begin
update errand set begun_at = survey_now() where organisation_id = $1 and round_id = $2 and refused is null;

-- name: hold
select organisation_id, round_id, kind, asked_by, asked_at, begun_at, refused
from errand
where organisation_id = $1 and round_id = $2 and refused is null
for update skip locked;

-- name: refuse
update errand set refused = $3 where organisation_id = $1 and round_id = $2;

-- name: delete
delete from errand where organisation_id = $1 and round_id = $2;
