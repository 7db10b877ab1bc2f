-- name: add
insert into questionnaire (organisation_id, questionnaire_hash, title, content, source, added_at)
values ($1, $2, $3, $4, $5, survey_now())
on conflict (organisation_id, questionnaire_hash) do nothing;

-- name: find
select questionnaire_hash, title, content, added_at
from questionnaire
where organisation_id = $1 and questionnaire_hash = $2;

-- name: source
select source from questionnaire where organisation_id = $1 and questionnaire_hash = $2;

-- name: starting
select questionnaire_hash, title, content, added_at
from questionnaire
where organisation_id = $1 and starts_with(questionnaire_hash, $2)
order by questionnaire_hash
limit 2;

-- name: list_all
select questionnaire_hash, title, content, added_at
from questionnaire
where organisation_id = $1
order by added_at desc, questionnaire_hash;
