-- name: add
insert into round
    (organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, drafted_at)
values ($1, $2, $3, $4, $5, $6, $7, survey_now());

-- name: clock
select survey_now() as now;

-- name: change
update round set
    name = $4, questionnaire_hash = $5, plan = $6, opens_at = $7, closes_at = $8, population = $9, reach = $10,
    version = version + 1
where organisation_id = $1 and round_id = $2 and version = $3 and launched_at is null;

-- name: discard
delete from round where organisation_id = $1 and round_id = $2 and launched_at is null;

-- name: call_off
delete from round
where organisation_id = $1 and round_id = $2 and launched_at is not null and opens_at > survey_now()
returning organisation_id, round_id;

-- name: hand_share
update round set shares_handed = shares_handed + 1, version = version + 1
where organisation_id = $1 and round_id = $2 and shares_handed = $3 and launched_at is null;

-- name: pause
update round set paused_at = survey_now() where organisation_id = $1 and round_id = $2 and paused_at is null;

-- name: resume
update round set paused_at = null where organisation_id = $1 and round_id = $2;

-- name: clashes
-- Rounds that are under way while another would be, and how many of the people it would ask they ask, too. `is true`
-- keeps the planner from joining: on tables just filled it would compare every row with every other.
with place as materialized (
    select unit_id from units_at($1, survey_now()) where coalesce(merged_into, unit_id) = any($5::uuid[])
), asked as materialized (
    select person_id
    from person
    where organisation_id = $1 and left_at is null and (unit_id in (select unit_id from place)) is true
        and staff_group <> all($6::text[]) and person_id <> all($7::uuid[])
)
select r.round_id, r.name, r.opens_at, r.closes_at, count(*)::int as people
from round r
join frame_member f using (organisation_id, round_id)
where r.organisation_id = $1 and r.round_id <> $2 and r.launched_at is not null and r.opened_answers_at is null
    and r.opens_at < $4 and r.closes_at > $3 and r.closes_at > survey_now()
    and (f.person_id in (select person_id from asked)) is true
group by r.round_id, r.name, r.opens_at, r.closes_at
order by r.opens_at, r.round_id;

-- name: list_all
select
    organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, launched_at,
    opened_answers_at, published_at, paused_at, version, population, reach, shares_handed, survey_now() as now
from round
where organisation_id = $1
order by opens_at desc, round_id;

-- name: find
select
    organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, launched_at,
    opened_answers_at, published_at, paused_at, version, population, reach, shares_handed, survey_now() as now
from round
where organisation_id = $1 and round_id = $2;

-- name: overview
select
    r.organisation_id, r.round_id, r.name, r.questionnaire_hash, r.plan, r.opens_at, r.closes_at, r.launched_at,
    r.opened_answers_at, r.published_at, r.paused_at, r.version, r.population, r.reach, r.shares_handed,
    survey_now() as now, q.title, r.public_key is not null as has_key, e.kind as errand, e.refused,
    p.told as progress,
    exists (
        select from round other
        where other.organisation_id = r.organisation_id and other.round_id <> r.round_id and lower(other.name) = lower(r.name)
    ) as has_namesake
from round r
join questionnaire q using (organisation_id, questionnaire_hash)
left join errand e using (organisation_id, round_id)
left join progress p
    on p.organisation_id = r.organisation_id and p.round_id = r.round_id and p.holds_until > survey_now()
where r.organisation_id = $1 and r.round_id = $2;

-- name: hold
select
    organisation_id, round_id, name, questionnaire_hash, plan, opens_at, closes_at, launched_at,
    opened_answers_at, published_at, paused_at, version, population, reach, shares_handed, survey_now() as now
from round
where organisation_id = $1 and round_id = $2
for update;

-- name: view
select
    r.organisation_id, r.round_id, r.name, r.questionnaire_hash, r.plan, r.opens_at, r.closes_at, r.launched_at,
    r.opened_answers_at, r.published_at, r.paused_at, r.version, r.population, r.reach, r.shares_handed,
    survey_now() as now, r.public_key, r.frame, q.content, o.name as organisation, o.texts
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

-- name: letterhead
select r.round_id, o.name as organisation, q.content, r.closes_at, r.reach, survey_now() as now
from round r
join questionnaire q using (organisation_id, questionnaire_hash)
join organisation o using (organisation_id)
where r.organisation_id = $1 and r.round_id = $2;

-- name: being_sent
select organisation_id, round_id, opens_at, closes_at, reach, survey_now() as now
from round
where launched_at is not null and opened_answers_at is null and not sending_paused and paused_at is null
    and opens_at <= survey_now() and closes_at > survey_now()
order by opens_at, round_id;

-- name: pause_sending
update round set sending_paused = $3 where organisation_id = $1 and round_id = $2;

-- name: sending_paused
select sending_paused as paused from round where organisation_id = $1 and round_id = $2;

-- name: public_key
select public_key from round where organisation_id = $1 and round_id = $2;

-- name: set_public_key
update round set public_key = $3, shares_handed = $4, version = version + 1
where organisation_id = $1 and round_id = $2 and launched_at is null;

-- name: launch
update round set launched_at = survey_now(), public_key = $3, frame = $4
where organisation_id = $1 and round_id = $2 and launched_at is null;

-- name: reschedule
update round set opens_at = $3, closes_at = $4, version = version + 1 where organisation_id = $1 and round_id = $2;

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

-- name: under_way
select organisation_id, round_id from round
where launched_at is not null and opened_answers_at is null and opens_at <= survey_now() and closes_at > survey_now()
order by round_id;
