-- name: visit
select
    i.atom, d.version, d.ciphertext, s.draft_version as sent_version,
    c.now < r.opens_at as early,
    c.now >= r.closes_at or r.opened_answers_at is not null as over,
    r.paused_at is not null as paused
from (select survey_now() as now) c
cross join invitation i
join round r on r.organisation_id = i.organisation_id and r.round_id = i.round_id
left join draft d on d.round_id = i.round_id and d.token_hash = i.token_hash
left join sealed s on s.round_id = i.round_id and s.token_hash = i.token_hash
where i.round_id = $1 and i.token_hash = $2;

-- name: window
select
    c.now < r.opens_at as early, c.now >= r.closes_at or r.opened_answers_at is not null as over,
    r.paused_at is not null as paused
from (select survey_now() as now) c
cross join round r
where r.round_id = $1;

-- name: reachable
select
    i.invitation_id, p.employee_number, team.name as team, i.atom, p.email, p.mobile, p.language, i.slip
from invitation i
join person p using (organisation_id, person_id)
join units_at($1, survey_now()) own on own.unit_id = p.unit_id
join units_at($1, survey_now()) team on team.unit_id = coalesce(own.merged_into, own.unit_id)
where i.organisation_id = $1 and i.round_id = $2
order by p.employee_number;

-- name: progress
select i.atom, count(s.token_hash)::int as sent
from invitation i
left join sealed s on s.round_id = i.round_id and s.token_hash = i.token_hash
where i.organisation_id = $1 and i.round_id = $2
group by i.atom
order by i.atom;

-- name: ids
select invitation_id, slip from invitation where organisation_id = $1 and round_id = $2;

-- name: slips
-- Their ids are random, and so is their order.
select i.invitation_id, i.atom
from invitation i
join person p using (organisation_id, person_id)
where i.organisation_id = $1 and i.round_id = $2 and i.slip and p.left_at is null
order by i.atom, i.invitation_id;

-- name: behind
select i.round_id, i.token_hash, s.token_hash is not null as sent
from unnest($1::text[], $2::bytea[]) n (round_id, token_hash)
join invitation i using (round_id, token_hash)
left join sealed s using (round_id, token_hash)
where i.slip;

-- name: delete_all
delete from invitation where organisation_id = $1 and round_id = $2;

-- name: delete_frame
delete from frame_member where organisation_id = $1 and round_id = $2;
