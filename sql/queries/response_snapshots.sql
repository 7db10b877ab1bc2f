-- name: add
insert into response_snapshot (organisation_id, round_id, scope, due_at, taken_at, rates)
values ($1, $2, $3, $4, survey_now(), $5)
on conflict (organisation_id, round_id, scope, due_at) do nothing;

-- name: list_all
select scope, due_at, taken_at, rates
from response_snapshot
where organisation_id = $1 and round_id = $2
order by scope, due_at;
