-- name: add
insert into unit_change (
    organisation_id, change_id, unit_id, kind, name, parent_id, into_id, effective_at, recorded_at
)
values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, survey_now()), survey_now());

-- name: list_standing
select
    c.change_id, c.unit_id::text as unit, c.kind, c.name as name,
    case when c.kind = 'rename' then coalesce((
        select e.name
        from unit_change e
        where e.organisation_id = c.organisation_id and e.unit_id = c.unit_id and e.kind = 'rename'
            and e.undone_at is null and (e.effective_at, e.recorded_at) < (c.effective_at, c.recorded_at)
        order by e.effective_at desc, e.recorded_at desc
        limit 1
    ), u.name) end as former,
    c.parent_id::text as parent, c.into_id::text as merged_into, c.effective_at, c.recorded_at,
    c.effective_at > survey_now() as planned
from unit_change c
join unit u using (organisation_id, unit_id)
where c.organisation_id = $1 and c.undone_at is null
    and ($2::text is null or $2 in (c.unit_id::text, c.into_id::text, c.parent_id::text))
    and ($4::uuid is null or c.change_id = $4)
order by c.effective_at desc, c.recorded_at desc
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
