-- name: begin
insert into audit_head (organisation_id, number, mac, seal) values ($1, 0, '', '')
on conflict (organisation_id) do nothing;

-- name: lock
select number, mac, survey_now() as now from audit_head where organisation_id = $1 for update;

-- name: append
insert into audit_entry (organisation_id, number, at, actor, account_id, action, subject, details, mac)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: move_head
update audit_head set number = $2, mac = $3, seal = $4 where organisation_id = $1;

-- name: ending
select number, mac, seal from audit_head where organisation_id = $1 for share;

-- name: following
select organisation_id, number, at, actor, account_id, action, subject, details, mac
from audit_entry
where organisation_id = $1 and number > $2
order by number
limit $3;

-- name: page
select e.number, e.at, e.actor, e.account_id, a.name as account, e.action, e.subject, e.details
from (
    select number, at, actor, account_id, action, subject, details
    from audit_entry
    where organisation_id = $1
        and ($2::bigint is null or number < $2)
        and ($3::text is null or action like $3 || '.%')
        and ($4::uuid is null or account_id = $4)
        and ($5::timestamptz is null or at >= $5)
        and ($6::timestamptz is null or at < $6)
    order by number desc
    limit $7
) e
left join account a on a.organisation_id = $1 and a.account_id = e.account_id
order by e.number desc;

-- name: page_up
select e.number, e.at, e.actor, e.account_id, a.name as account, e.action, e.subject, e.details
from (
    select number, at, actor, account_id, action, subject, details
    from audit_entry
    where organisation_id = $1
        and ($2::bigint is null or number > $2)
        and ($3::text is null or action like $3 || '.%')
        and ($4::uuid is null or account_id = $4)
        and ($5::timestamptz is null or at >= $5)
        and ($6::timestamptz is null or at < $6)
    order by number
    limit $7
) e
left join account a on a.organisation_id = $1 and a.account_id = e.account_id
order by e.number;
