-- name: add
insert into device (organisation_id, round_id, device_hash, device_id, reporting_unit, added_at)
values ($1, $2, $3, $4, $5, survey_now());

-- name: list_all
select device_id, reporting_unit, added_at from device
where organisation_id = $1 and round_id = $2
order by reporting_unit, added_at, device_id;

-- name: known
select exists (select from device where round_id = $1 and device_hash = $2) as known;

-- name: remove
delete from device where organisation_id = $1 and round_id = $2 and device_id = $3;

-- name: delete_all
delete from device where organisation_id = $1 and round_id = $2;
