-- name: placed
select comment_id as id from comment where organisation_id = $1 and round_id = $2 order by ctid;

-- name: standing
select c.comment_id as id, c.item_id as item, v.comment_id is not null as is_read, v.marked is not null as is_shown
from comment c
left join comment_review v using (organisation_id, round_id, comment_id)
where c.organisation_id = $1 and c.round_id = $2
order by c.comment_id;

-- name: find
select c.comment_id as id, c.item_id as item, c.body, v.comment_id is not null as is_read, v.marked
from comment c
left join comment_review v using (organisation_id, round_id, comment_id)
where c.organisation_id = $1 and c.round_id = $2 and c.comment_id = $3;

-- name: decide
insert into comment_review (organisation_id, round_id, comment_id, marked) values ($1, $2, $3, $4)
on conflict (organisation_id, round_id, comment_id) do update set marked = excluded.marked;

-- name: shown
select c.item_id as item, coalesce(v.marked, '') as marked
from comment c
join comment_review v using (organisation_id, round_id, comment_id)
where c.organisation_id = $1 and c.round_id = $2 and v.marked is not null
order by c.comment_id;

-- name: release
insert into comment_release (organisation_id, round_id, number, digest, document, released_at)
values ($1, $2, $3, $4, $5, survey_now());

-- name: latest
select number, digest, document, released_at
from comment_release
where organisation_id = $1 and round_id = $2
order by number desc
limit 1;

-- name: waiting
-- The rounds of these in which a question that enough people answered has comments nobody has decided about.
select distinct waiting.round_id
from (
    select c.round_id
    from comment c
    left join comment_review v using (organisation_id, round_id, comment_id)
    where c.organisation_id = $1 and c.round_id = any($2::text[])
    group by c.round_id, c.item_id
    having count(*) >= $3 and bool_or(v.comment_id is null)
) waiting;
