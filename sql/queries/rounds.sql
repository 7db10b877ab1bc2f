-- name: add
insert into round
    (organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, drafted_at)
values ($1, $2, $3, $4, $5, $6, $7, survey_now());

-- name: list_all
select
    organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, launched_at,
    opened_answers_at, published_at, survey_now() as now
from round
where organisation_id = $1
order by opens_at desc, round_id;

-- name: find
select
    organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, launched_at,
    opened_answers_at, published_at, survey_now() as now
from round
where organisation_id = $1 and round_id = $2;

-- name: hold
select
    organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, launched_at,
    opened_answers_at, published_at, survey_now() as now
from round
where organisation_id = $1 and round_id = $2
for update;

-- name: view
select
    r.organisation_id, r.round_id, r.name, r.questionnaire_hash, r.plan, r.opens_at, r.closes_at, r.launched_at,
    r.opened_answers_at, r.published_at, survey_now() as now,
    r.public_key, r.frame, q.content, o.name as organisation, o.texts
from round r
join questionnaire q using (organisation_id, questionnaire_hash)
join organisation o using (organisation_id)
where r.round_id = $1;

-- name: frame
select frame from round where organisation_id = $1 and round_id = $2;

-- name: reach
select reach from round where organisation_id = $1 and round_id = $2;

-- name: set_reach
update round set reach = $3 where organisation_id = $1 and round_id = $2;

-- name: public_key
select public_key from round where organisation_id = $1 and round_id = $2;

-- name: set_public_key
update round set public_key = $3 where organisation_id = $1 and round_id = $2 and launched_at is null;

-- name: launch
update round set launched_at = survey_now(), public_key = $3, frame = $4
where organisation_id = $1 and round_id = $2 and launched_at is null;

-- name: reschedule
update round set opens_at = $3, closes_at = $4 where organisation_id = $1 and round_id = $2;

-- name: mark_opened
update round set opened_answers_at = survey_now()
where organisation_id = $1 and round_id = $2 and opened_answers_at is null;

-- name: mark_published
update round set published_at = survey_now()
where organisation_id = $1 and round_id = $2 and published_at is null;

-- name: share
select pg_advisory_xact_lock_shared(hashtextextended($1, 0));

-- name: keep_out
select pg_advisory_xact_lock(hashtextextended($1, 0));

-- name: overdue
select organisation_id, round_id from round
where launched_at is not null and opened_answers_at is null and closes_at <= survey_now()
    and plan ->> 'custody' = 'service'
order by closes_at;

-- name: finished
select organisation_id, round_id from round where opened_answers_at is not null and round_id = any($1::text[]);

-- name: launched
select organisation_id, round_id, opened_answers_at is not null as opened
from round
where launched_at is not null
order by round_id;
