-- name: add
insert into organisation (organisation_id, ods_code, name) values ($1, $2, $3)
on conflict (ods_code) do nothing;

-- name: list_all
select organisation_id, ods_code, name, texts from organisation order by name;

-- name: find
select organisation_id, ods_code, name, texts from organisation where organisation_id = $1;

-- name: find_by_code
select organisation_id, ods_code, name, texts from organisation where ods_code = $1;

-- name: set_texts
update organisation set texts = $2 where organisation_id = $1;

-- name: mapping
select staff_mapping from organisation where organisation_id = $1;

-- name: set_mapping
update organisation set staff_mapping = $2 where organisation_id = $1;

-- name: begun
select
    exists (select from person where organisation_id = $1 and left_at is null) as has_staff,
    exists (select from questionnaire where organisation_id = $1) as has_questionnaires,
    exists (select from account where organisation_id = $1 and cardinality(roles) = 0) as somebody_waits;
