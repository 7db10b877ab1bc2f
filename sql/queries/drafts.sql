-- name: save
-- A draft begins at a number of its own: a save upon one that was withdrawn never passes for a save upon this one.
insert into draft (organisation_id, round_id, token_hash, version, ciphertext)
select r.organisation_id, r.round_id, $2, 1 + floor(random() * 1000000000)::integer, $4
from (select survey_now() as now) c
cross join round r
where r.round_id = $1 and c.now >= r.opens_at and c.now < r.closes_at and r.opened_answers_at is null
    and r.paused_at is null and ($3 = 0 or exists (select from draft d where d.round_id = $1 and d.token_hash = $2))
on conflict (round_id, token_hash) do update
set version = draft.version + 1, ciphertext = excluded.ciphertext
where draft.version = $3
returning version;

-- name: delete
delete from draft where round_id = $1 and token_hash = $2;

-- name: delete_all
delete from draft where organisation_id = $1 and round_id = $2;
