-- name: put
with open_round as (
    select r.organisation_id, r.round_id
    from (select survey_now() as now) c
    cross join round r
    where r.round_id = $1 and c.now >= r.opens_at and c.now < r.closes_at and r.opened_answers_at is null
        and r.paused_at is null
), flag as (
    insert into answered (organisation_id, round_id, token_hash)
    select organisation_id, round_id, $2 from open_round
    on conflict (round_id, token_hash) do nothing
)
insert into sealed (organisation_id, round_id, token_hash, draft_version, ciphertext)
select organisation_id, round_id, $2, $3, $4 from open_round
on conflict (round_id, token_hash) do update
set draft_version = excluded.draft_version, ciphertext = excluded.ciphertext;

-- name: delete
delete from sealed using (select survey_now() as now) c, round r
where sealed.round_id = $1 and sealed.token_hash = $2 and r.round_id = $1 and c.now < r.closes_at
    and r.opened_answers_at is null;

-- name: ciphertexts
select ciphertext from sealed where organisation_id = $1 and round_id = $2;

-- name: delete_all
delete from sealed where organisation_id = $1 and round_id = $2;

-- name: forget_flags
delete from answered where organisation_id = $1 and round_id = $2;
