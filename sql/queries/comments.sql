-- name: placed
select comment_id as id from comment where organisation_id = $1 and round_id = $2 order by ctid;
