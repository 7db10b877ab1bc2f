-- name: ask
-- The same for who is on the staff list and who is not: nobody is looked for.
insert into link_request (organisation_id, round_id, identifier_hash, ciphertext, asked_at)
select r.organisation_id, r.round_id, $2, $3, survey_now() from round r where r.round_id = $1
on conflict do nothing;

-- name: take
-- The oldest that wait, of rounds that are open.
select q.organisation_id, q.round_id, q.identifier_hash, q.ciphertext as ciphertext
from link_request q
join round r using (organisation_id, round_id)
where q.ciphertext is not null and r.paused_at is null and r.opened_answers_at is null
    and r.opens_at <= (select survey_now()) and r.closes_at > (select survey_now())
order by q.asked_at
limit $1
for update of q skip locked;

-- name: settle
update link_request set ciphertext = null
where organisation_id = $1 and round_id = $2 and identifier_hash = $3;

-- name: forget
-- Those dealt with that may be asked again, and those that nobody dealt with for a day.
delete from link_request
where asked_at < survey_now() - case when ciphertext is null then $1::interval else '1 day' end;

-- name: delete_all
delete from link_request where organisation_id = $1 and round_id = $2;
