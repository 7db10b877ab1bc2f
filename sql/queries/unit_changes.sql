-- name: add
insert into unit_change (
    organisation_id, change_id, unit_id, kind, name, parent_id, into_id, effective_at, recorded_at
)
values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, survey_now()), survey_now());

-- name: find
select
    change_id, unit_id::text as unit, kind, name as name, parent_id::text as parent, into_id::text as merged_into,
    effective_at, recorded_at, effective_at > survey_now() as planned
from unit_change
where organisation_id = $1 and change_id = $2 and undone_at is null;

-- name: list_standing
select
    change_id, unit_id::text as unit, kind, name as name, parent_id::text as parent, into_id::text as merged_into,
    effective_at, recorded_at, effective_at > survey_now() as planned
from unit_change
where organisation_id = $1 and undone_at is null
    and ($2::text is null or $2 in (unit_id::text, into_id::text, parent_id::text))
order by effective_at desc, recorded_at desc
limit $3;

-- name: undo
update unit_change set undone_at = survey_now()
where organisation_id = $1 and change_id = $2 and undone_at is null;

-- name: merges_between
select unit_id::text as unit, into_id::text as merged_into
from unit_change
where organisation_id = $1 and undone_at is null and kind = 'merge' and effective_at > $2 and effective_at <= $3
order by effective_at, recorded_at;

-- name: clock
select survey_now() as now, max(launched_at) as last_launch from round where organisation_id = $1;
