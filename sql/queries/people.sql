-- name: keep_out
select pg_advisory_xact_lock(hashtextextended('staff list of ' || $1::text, 0));

-- name: known
select
    p.person_id, p.employee_number, coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group, p.clinical,
    p.site, p.email, p.mobile, p.language, p.left_at is not null as has_left
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
where p.organisation_id = $1
order by p.employee_number;

-- name: telling
select employee_number, email from person where organisation_id = $1;

-- name: eligible
select p.person_id, coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group, p.clinical
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
where p.organisation_id = $1 and p.left_at is null
order by p.person_id;

-- name: kinds
select coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group, p.clinical, count(*)::int as people
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
where p.organisation_id = $1 and p.left_at is null and p.person_id <> all($2::uuid[])
group by 1, 2, 3
order by 1, 2, 3;

-- name: any_reachable
select exists (
    select from person where organisation_id = $1 and left_at is null and (email is not null or mobile is not null)
) as any;

-- name: without_channel
select person_id from person
where organisation_id = $1 and left_at is null and email is null and mobile is null;

-- name: known_as
select person_id from person
where organisation_id = $1 and left_at is null
    and (lower(employee_number) = $2 or lower(email) = $3::text or mobile = $4::text)
order by person_id
limit $5;

-- name: channels
-- Of those who would be asked, as `rounds.clashes` has them.
with place as materialized (
    select unit_id from units_at($1, survey_now()) where coalesce(merged_into, unit_id) in (select unnest($2::uuid[]))
)
select count(*)::int as people, count(email)::int as email, count(mobile)::int as sms
from person
where organisation_id = $1 and left_at is null and (unit_id in (select unit_id from place)) is true
    and staff_group <> all($3::text[]) and person_id <> all($4::uuid[]);

-- name: channels_of
select count(*)::int as people, count(email)::int as email, count(mobile)::int as sms
from person
where organisation_id = $1
    and (person_id in (select person_id from frame_member where organisation_id = $1 and round_id = $2)) is true;

-- name: numbered
select person_id, employee_number
from person
where organisation_id = $1 and employee_number = any($2::text[]);

-- name: numbers
select person_id, employee_number
from person
where organisation_id = $1 and person_id = any($2::uuid[])
order by employee_number;

-- name: unreached
-- Of the frame of round $9, or without one of those who would be asked, as `rounds.clashes` has them. Each row says how
-- many there are in all, so that few rows need to be fetched. The full join is there because it is hashed: a planner that
-- expects few to lack both would compare each of them with every unit.
with team as materialized (
    select
        own.unit_id, u.name, $9::text is not null or (u.unit_id in (select unnest($5::uuid[]))) is true as is_asked,
        (dense_rank() over (order by natural_order(u.name), u.name))::int as place
    from units_at($1, survey_now()) own
    join units_at($1, survey_now()) u on u.unit_id = coalesce(own.merged_into, own.unit_id)
), lacking as materialized (
    select employee_number, unit_id, email, mobile
    from person
    where organisation_id = $1 and not ($2 and email is not null) and not ($3 and mobile is not null)
        and case when $9 is null
            then left_at is null and staff_group <> all($6::text[]) and person_id <> all($7::uuid[])
            else person_id in (select person_id from frame_member where organisation_id = $1 and round_id = $9)
        end
), named as materialized (
    select p.employee_number, team.name, team.place, p.email, p.mobile, team.is_asked
    from lacking p
    full join team using (unit_id)
)
select
    employee_number, name as team, email is not null as has_email, mobile is not null as has_mobile,
    (count(*) over ())::int as people, (count(email) over ())::int as with_email,
    (count(mobile) filter (where email is null) over ())::int as with_mobile_only
from named
where employee_number is not null and is_asked
order by
    case $8::text
        when 'team' then place
        when '-team' then -place
        when 'why' then (email is null)::int + (email is null and mobile is null)::int
        when '-why' then -((email is null)::int + (email is null and mobile is null)::int)
    end,
    case when $8 = 'number' then employee_number end,
    case when $8 = '-number' then employee_number end desc,
    place, employee_number
limit $4;

-- name: update_all
update person p set
    unit_id = coalesce(n.unit_id, p.unit_id), staff_group = n.staff_group, clinical = n.clinical, site = n.site, email = n.email,
    mobile = n.mobile, language = n.language, left_at = null
from unnest(
    $2::uuid[], $3::uuid[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::text[]
) n (person_id, unit_id, staff_group, clinical, site, email, mobile, language)
where p.organisation_id = $1 and p.person_id = n.person_id;

-- name: mark_left
update person set left_at = survey_now()
where organisation_id = $1 and person_id = any($2::uuid[]) and left_at is null;

-- name: search
-- Whoever has just that number, in small or in large letters, comes first, on the first page: both are found by the
-- index of numbers, as the others follow it.
select found.person_id, found.employee_number, found.unit, found.staff_group, found.email, found.mobile, found.has_left
from (
    (
        select
            0 as place, p.person_id, p.employee_number, coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group,
            p.email, p.mobile, p.left_at is not null as has_left
        from person p
        join units_at($1, survey_now()) u on u.unit_id = p.unit_id
        where p.organisation_id = $1 and p.employee_number in ($2::text, upper($2::text))
            and ($3::uuid is null or coalesce(u.merged_into, u.unit_id) = $3)
            and $4::text is null
            and ($5 or p.left_at is null)
        order by p.employee_number
        limit $6
    )
    union all
    (
        select
            1 as place, p.person_id, p.employee_number, coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group,
            p.email, p.mobile, p.left_at is not null as has_left
        from person p
        join units_at($1, survey_now()) u on u.unit_id = p.unit_id
        where p.organisation_id = $1
            and ($2::text is null or p.employee_number not in ($2::text, upper($2::text)))
            and (
                $2::text is null or position($2 in lower(p.employee_number)) > 0 or position($2 in lower(p.email)) > 0
                or position($2 in p.mobile) > 0
            )
            and ($3::uuid is null or coalesce(u.merged_into, u.unit_id) = $3)
            and ($4::text is null or p.employee_number > $4)
            and ($5 or p.left_at is null)
        order by p.employee_number
        limit $6
    )
) found
order by found.place, found.employee_number
limit $6;

-- name: search_down
select
    p.person_id, p.employee_number, coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group, p.email, p.mobile,
    p.left_at is not null as has_left
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
where p.organisation_id = $1
    and (
        $2::text is null or position($2 in lower(p.employee_number)) > 0 or position($2 in lower(p.email)) > 0
        or position($2 in p.mobile) > 0
    )
    and ($3::uuid is null or coalesce(u.merged_into, u.unit_id) = $3)
    and ($4::text is null or p.employee_number < $4)
    and ($5 or p.left_at is null)
order by p.employee_number desc
limit $6;

-- name: search_by
-- By the units, or with $9 by the staff groups, as they are ranked in $7; from behind place $8 and, in it, number $4.
with ranked as (
    select key, place::int as place from unnest($7::text[]) with ordinality as given (key, place)
)
select
    p.person_id, p.employee_number, coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group, p.email, p.mobile,
    p.left_at is not null as has_left
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
left join ranked r on r.key = case when $9 then p.staff_group else coalesce(u.merged_into, u.unit_id)::text end
where p.organisation_id = $1
    and (
        $2::text is null or position($2 in lower(p.employee_number)) > 0 or position($2 in lower(p.email)) > 0
        or position($2 in p.mobile) > 0
    )
    and ($3::uuid is null or coalesce(u.merged_into, u.unit_id) = $3)
    and ($4::text is null or (coalesce(r.place, 0), p.employee_number) > ($8, $4))
    and ($5 or p.left_at is null)
order by coalesce(r.place, 0), p.employee_number
limit $6;

-- name: find
select
    p.person_id, p.employee_number, coalesce(u.merged_into, u.unit_id)::text as unit, p.staff_group, p.clinical,
    p.site, p.email, p.mobile, p.language, p.left_at
from person p
join units_at($1, survey_now()) u on u.unit_id = p.unit_id
where p.organisation_id = $1 and p.person_id = $2;

-- name: holder
select person_id, left_at is not null as has_left from person where organisation_id = $1 and employee_number = $2;

-- name: renumber
update person set employee_number = $3 where organisation_id = $1 and person_id = $2;

-- name: move_all
update person p set unit_id = $3
from units_at($1, survey_now()) u
where p.organisation_id = $1 and p.left_at is null and u.unit_id = p.unit_id
    and coalesce(u.merged_into, u.unit_id) = $2;

-- name: come_back
update person set left_at = null, unit_id = coalesce($3, unit_id) where organisation_id = $1 and person_id = $2;

-- name: forget
delete from person where organisation_id = $1 and person_id = $2;

-- name: seats
select r.round_id, r.name, r.launched_at as launched_at, r.opened_answers_at is null as counting
from round r
join frame_member f on f.organisation_id = r.organisation_id and f.round_id = r.round_id
where r.organisation_id = $1 and f.person_id = $2
order by r.launched_at desc;

-- name: leave_frames
update frame_member f set person_id = n.stranger
from unnest($3::text[], $4::uuid[]) n (round_id, stranger)
where f.organisation_id = $1 and f.round_id = n.round_id and f.person_id = $2;

-- name: leave_invitations
update invitation i set person_id = n.stranger
from unnest($3::text[], $4::uuid[]) n (round_id, stranger)
where i.organisation_id = $1 and i.round_id = n.round_id and i.person_id = $2;
