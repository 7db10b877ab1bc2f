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
