-- name: know
insert into provider (provider, free_at, held_until, why)
values ($1, survey_now(), survey_now(), '')
on conflict do nothing;

-- name: hold_row
select free_at, held_until, why, survey_now() as now from provider where provider = $1 for update;

-- name: spend
update provider set free_at = greatest(free_at, survey_now() - $3::interval) + $2::interval where provider = $1;

-- name: refund
update provider set free_at = free_at - $2::interval where provider = $1;

-- name: hold
update provider set held_until = greatest(held_until, survey_now() + $2::interval), why = $3 where provider = $1;

-- name: hold_for_the_day
update provider set
    held_until = (date_trunc('day', survey_now() at time zone 'UTC') + interval '1 day 1 minute') at time zone 'UTC',
    why = $2
where provider = $1;

-- name: list_all
select provider, held_until > survey_now() as held, held_until, why from provider order by provider;
