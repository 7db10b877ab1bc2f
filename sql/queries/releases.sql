-- name: add
insert into release (organisation_id, round_id, number, digest, document, published_at)
values ($1, $2, $3, $4, $5, survey_now());

-- name: list_latest
select distinct on (r.opens_at, r.round_id)
    r.round_id, r.name, r.questionnaire_hash, r.opens_at, r.closes_at, p.number, p.digest, p.published_at
from round r
join release p using (organisation_id, round_id)
where r.organisation_id = $1
order by r.opens_at desc, r.round_id, p.number desc;

-- name: latest
select r.round_id, r.name, r.questionnaire_hash, r.opens_at, r.closes_at, p.number, p.digest, p.published_at
from round r
join release p using (organisation_id, round_id)
where r.organisation_id = $1 and r.round_id = $2
order by p.number desc
limit 1;

-- name: list_all
select number, digest, document from release where organisation_id = $1 and round_id = $2 order by number;

-- name: document
select document from release where organisation_id = $1 and round_id = $2 and number = $3;
