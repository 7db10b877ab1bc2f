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
