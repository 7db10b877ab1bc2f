-- name: tree
select unit_id::text as id, parent_id::text as parent, name, site
from units_at($1, survey_now())
order by unit_id;

-- name: arranged
select
    u.unit_id::text as id, u.parent_id::text as parent, u.name as name, u.site as site,
    u.merged_into::text as merged_into, u.closed as closed, planned.closes_at as closes_at
from units_at($1, survey_now()) u
left join (
    select unit_id, min(effective_at) as closes_at
    from unit_change
    where organisation_id = $1 and undone_at is null and kind = 'close' and effective_at > survey_now()
    group by unit_id
) planned on planned.unit_id = u.unit_id
order by u.unit_id;

-- name: breakpoints
select
    m.at as at, u.unit_id::text as id, u.parent_id::text as parent, u.name as name, u.site as site,
    u.merged_into::text as merged_into, u.closed as closed
from (
    select $2::timestamptz as at
    union
    select effective_at from unit_change where organisation_id = $1 and undone_at is null and effective_at > $2
) m
cross join lateral units_at($1, m.at) u
order by m.at, u.unit_id;

-- name: former
select
    m.at as at, u.unit_id::text as id, u.parent_id::text as parent, u.name as name, u.site as site,
    u.merged_into::text as merged_into, u.closed as closed
from (
    select distinct effective_at - interval '1 microsecond' as at
    from unit_change
    where organisation_id = $1 and undone_at is null and effective_at <= survey_now()
    order by 1 desc
    limit $2
) m
cross join lateral units_at($1, m.at) u
order by m.at desc, u.unit_id;

-- name: headcounts
select coalesce(u.merged_into, u.unit_id)::text as unit, count(p.person_id)::int as people
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
where p.organisation_id = $1 and p.left_at is null
group by 1;

-- name: add_all
insert into unit (organisation_id, unit_id, parent_id, name)
select $1, n.unit_id, n.parent_id, n.name
from unnest($2::uuid[], $3::uuid[], $4::text[]) n (unit_id, parent_id, name);

-- name: sites
select coalesce(u.merged_into, u.unit_id)::text as unit, mode() within group (order by p.site) as site
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
where p.organisation_id = $1 and p.left_at is null
group by 1;

-- name: set_sites
update unit u set site = n.site
from unnest($2::uuid[], $3::text[]) n (unit_id, site)
where u.organisation_id = $1 and u.unit_id = n.unit_id;
