-- name: add
insert into sent_form (organisation_id, account_id, mark, made, sent_at)
values ($1, $2, $3, '', survey_now())
on conflict do nothing;

-- name: note
update sent_form set made = $4 where organisation_id = $1 and account_id = $2 and mark = $3;

-- name: find
select made from sent_form where organisation_id = $1 and account_id = $2 and mark = $3;

-- name: forget_old
delete from sent_form where sent_at <= survey_now() - $1::interval;
