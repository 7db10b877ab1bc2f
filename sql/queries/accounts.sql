-- name: by_name
select account_id, roles from account where organisation_id = $1 and issuer is null and name = $2;

-- name: add
insert into account (organisation_id, account_id, name, issuer, subject, roles, unit_id, added_at)
values ($1, $2, $3, $4, $5, $6, $7, survey_now())
on conflict do nothing;

-- name: set_roles
update account set roles = $3 where organisation_id = $1 and account_id = $2;

-- name: note_sign_in
update account set signed_in_at = survey_now() where organisation_id = $1 and account_id = $2;

-- name: any_signed_in
select exists (select 1 from account where organisation_id = $1 and signed_in_at is not null) as anybody;

-- name: list_all
select a.account_id, a.name, a.issuer, a.subject, a.roles, a.unit_id, u.name as unit, a.added_at, a.signed_in_at
from account a
left join unit u using (organisation_id, unit_id)
where a.organisation_id = $1
order by cardinality(a.roles) > 0, lower(a.name), a.account_id;

-- name: find
select a.account_id, a.name, a.issuer, a.subject, a.roles, a.unit_id, u.name as unit, a.added_at, a.signed_in_at
from account a
left join unit u using (organisation_id, unit_id)
where a.organisation_id = $1 and a.account_id = $2;

-- name: grant
update account set roles = $3, unit_id = $4 where organisation_id = $1 and account_id = $2;

-- name: owners
select account_id
from account
where organisation_id = $1 and 'owner' = any (roles) and signed_in_at is not null
order by account_id
for update;

-- name: remove
delete from account where organisation_id = $1 and account_id = $2;

-- name: by_identity
select organisation_id, account_id from account where issuer = $1 and subject = $2;

-- name: bind
update account set issuer = $3, subject = $4
where organisation_id = $1 and account_id = $2 and issuer is null;

-- name: rename
update account set name = $3 where organisation_id = $1 and account_id = $2 and issuer is not null;
