-- name: tree
select unit_id::text as id, parent_id::text as parent, name, site
from unit
where organisation_id = $1
order by unit_id;

-- name: add_all
insert into unit (organisation_id, unit_id, parent_id, name)
select $1, n.unit_id, n.parent_id, n.name
from unnest($2::uuid[], $3::uuid[], $4::text[]) n (unit_id, parent_id, name);

-- name: settle_sites
with seen as (
    select unit_id, mode() within group (order by site) as site
    from person
    where organisation_id = $1 and left_at is null
    group by unit_id
)
update unit u set site = s.site
from seen s
where u.organisation_id = $1 and u.unit_id = s.unit_id and u.site is distinct from s.site;
