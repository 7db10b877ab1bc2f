-- name: load
select atom, answers from response where organisation_id = $1 and round_id = $2;

-- name: placed
select response_id as id, atom from response where organisation_id = $1 and round_id = $2 order by ctid;
