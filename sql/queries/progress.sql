-- name: note
insert into progress (organisation_id, round_id, told, holds_until) values ($1, $2, $3, survey_now() + $4)
on conflict (organisation_id, round_id) do update set told = excluded.told, holds_until = excluded.holds_until;

-- name: forget
-- With what others have left behind that died.
delete from progress where organisation_id = $1 and (round_id = $2 or holds_until < survey_now());
