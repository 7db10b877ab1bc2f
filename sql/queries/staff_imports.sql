-- name: keep_out
select pg_advisory_xact_lock(hashtextextended('uploads of ' || $1::text, 0));

-- name: add
insert into staff_import (
    organisation_id, import_id, actor, account_id, received_at, file_name, file_hash, file_size, state, settled_at
)
values ($1, $2, $3, $4, survey_now(), $5, $6, $7, 'received', survey_now());

-- name: add_part
insert into staff_import_part (organisation_id, import_id, number, content) values ($1, $2, $3, $4);

-- name: find
select
    import_id, actor, received_at, settled_at, file_name, file_size, state, sheet, wishes, described, answer, failure,
    counts, case when worked_on_until > survey_now() then progress end as progress
from staff_import
where organisation_id = $1 and import_id = $2;

-- name: list_from
select import_id, actor, received_at, file_name, file_hash, state, counts
from staff_import
where organisation_id = $1 and ($2::timestamptz is null or (received_at, import_id) < ($2, $3::uuid))
order by received_at desc, import_id desc
limit $4;

-- name: list_after
select import_id, actor, received_at, file_name, file_hash, state, counts
from staff_import
where organisation_id = $1 and ($2::timestamptz is null or (received_at, import_id) > ($2, $3::uuid))
order by received_at, import_id
limit $4;

-- name: parts
select content from staff_import_part where organisation_id = $1 and import_id = $2 order by number;

-- name: mistakes
select coalesce(mistakes, '') as text from staff_import where organisation_id = $1 and import_id = $2;

-- name: differences
select coalesce(differences, '') as text from staff_import where organisation_id = $1 and import_id = $2;

-- name: take
update staff_import
set worked_on_until = survey_now() + $1, attempts = attempts + 1
where (organisation_id, import_id) = (
    select organisation_id, import_id
    from staff_import
    where state in ('received', 'to_check', 'to_apply')
        and (worked_on_until is null or worked_on_until < survey_now())
    order by received_at
    limit 1
    for update skip locked
)
returning organisation_id, import_id, account_id, state, sheet, wishes, answer_digest, attempts;

-- name: any_waiting
select exists (
    select from staff_import
    where state in ('received', 'to_check', 'to_apply')
        and (worked_on_until is null or worked_on_until < survey_now())
) as any;

-- name: note_progress
update staff_import set progress = $3, worked_on_until = survey_now() + $4
where organisation_id = $1 and import_id = $2 and state = $5;

-- name: describe
update staff_import
set state = 'described', settled_at = survey_now(), described = $3, sheet = $4, progress = null, worked_on_until = null,
    attempts = 0
where organisation_id = $1 and import_id = $2 and state = 'received';

-- name: wish
update staff_import
set state = $4, settled_at = survey_now(), wishes = $5, sheet = $6, failure = null, progress = null,
    worked_on_until = null, attempts = 0
where organisation_id = $1 and import_id = $2 and state = any($3::text[]);

-- name: answer
update staff_import
set state = 'checked', settled_at = survey_now(), answer = $3, answer_digest = $4, mistakes = $5, differences = $6,
    counts = $7, progress = null, worked_on_until = null, attempts = 0
where organisation_id = $1 and import_id = $2 and state = 'to_check';

-- name: step
update staff_import
set state = $4, settled_at = survey_now(), failure = $5, progress = null, worked_on_until = null, attempts = 0
where organisation_id = $1 and import_id = $2 and state = $3;

-- name: settle
update staff_import
set state = $4, settled_at = survey_now(), failure = $5, counts = coalesce($6, counts), described = null, answer = null,
    mistakes = null, differences = null, wishes = null, progress = null, worked_on_until = null
where organisation_id = $1 and import_id = $2 and state = any($3::text[]);

-- name: drop_parts
delete from staff_import_part where organisation_id = $1 and import_id = $2;

-- name: expire
with over as (
    update staff_import
    set state = 'expired', settled_at = survey_now(), failure = null, described = null, answer = null, mistakes = null,
        differences = null, wishes = null, progress = null, worked_on_until = null
    where state in ('received', 'described', 'to_check', 'checked') and settled_at < survey_now() - $1::interval
        and (worked_on_until is null or worked_on_until < survey_now())
    returning organisation_id, import_id
)
delete from staff_import_part p
using over
where p.organisation_id = over.organisation_id and p.import_id = over.import_id;

-- name: record_applied
insert into staff_import (
    organisation_id, import_id, actor, received_at, file_name, file_hash, file_size, state, settled_at, counts
)
values ($1, $2, $3, survey_now(), $4, $5, $6, 'applied', survey_now(), $7);

-- name: find_same
select import_id
from staff_import
where organisation_id = $1 and file_hash = $2 and state in ('received', 'described', 'to_check', 'checked', 'to_apply')
order by received_at desc
limit 1;
