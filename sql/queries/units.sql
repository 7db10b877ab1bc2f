-- name: tree
select unit_id::text as id, parent_id::text as parent, name, site
from unit
where organisation_id = $1
order by unit_id;

-- name: add_all
insert into unit (organisation_id, unit_id, parent_id, name)
select $1, n.unit_id, n.parent_id, n.name
from unnest($2::uuid[], $3::uuid[], $4::text[]) n (unit_id, parent_id, name);

-- name: sites
select unit_id::text as unit, mode() within group (order by site) as site
from person
where organisation_id = $1 and left_at is null
group by unit_id;

-- name: set_sites
update unit u set site = n.site
from unnest($2::uuid[], $3::text[]) n (unit_id, site)
where u.organisation_id = $1 and u.unit_id = n.unit_id;
