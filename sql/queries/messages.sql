-- name: add_wave
insert into wave (organisation_id, round_id, number, kind, unreached, filled)
values ($1, $2, $3, $4, null, false)
on conflict do nothing;

-- name: filled_waves
select number from wave where organisation_id = $1 and round_id = $2 and filled;

-- name: finish_waves
update wave set filled = true
where organisation_id = $1 and round_id = $2 and number = any($3::integer[]);

-- name: fill
-- To each person by the first channel that they have and that has not failed them. Reminders: those alone who have not
-- answered. This and `claim` are all that ever reads that flag. Whoever has a message of the wave needs no other, so it
-- can be filled bit by bit. They are looked up one by one: nothing is known yet of how many messages there are, and a
-- join would go through all of them for each person.
insert into message
    (organisation_id, round_id, message_id, person_id, channel, wave, state, due_at, attempts, failures, doubtful)
select i.organisation_id, i.round_id, gen_random_uuid(), i.person_id, c.channel, $3, 'waiting', t.now, 0, 0, false
from (select survey_now() as now) t
cross join invitation i
join person p using (organisation_id, person_id)
cross join lateral (
    select x.channel
    from unnest($4::text[]) with ordinality x (channel, place)
    where case x.channel when 'email' then p.email else p.mobile end is not null
        and not exists (
            select from message m
            where m.organisation_id = i.organisation_id and m.round_id = i.round_id and m.person_id = i.person_id
                and m.channel = x.channel and m.state in ('bounced', 'refused')
        )
    order by x.place
    limit 1
) c
where i.organisation_id = $1 and i.round_id = $2 and p.left_at is null
    and ($3 = 0 or not exists (select from answered a where a.round_id = i.round_id and a.token_hash = i.token_hash))
    and (
        select m.message_id from message m
        where m.organisation_id = i.organisation_id and m.round_id = i.round_id and m.person_id = i.person_id and m.wave = $3
        limit 1
    ) is null
limit $5
on conflict do nothing;

-- name: again
-- The invitation once more to somebody who asked, as a message of its own, by the first of these channels that they
-- have. Once there was an invitation: until then it is still to come.
insert into message
    (organisation_id, round_id, message_id, person_id, channel, wave, state, due_at, attempts, failures, doubtful)
select i.organisation_id, i.round_id, gen_random_uuid(), i.person_id, c.channel, w.number, 'waiting', t.now, 0, 0, false
from (select survey_now() as now) t
cross join invitation i
join wave w on w.organisation_id = i.organisation_id and w.round_id = i.round_id and w.number = 0
join person p on p.organisation_id = i.organisation_id and p.person_id = i.person_id
cross join lateral (
    select x.channel
    from unnest($4::text[]) with ordinality x (channel, place)
    where case x.channel when 'email' then p.email else p.mobile end is not null
    order by x.place
    limit 1
) c
where i.organisation_id = $1 and i.round_id = $2 and i.person_id = $3 and p.left_at is null
on conflict (organisation_id, round_id, person_id, channel, wave) do update
set message_id = excluded.message_id, state = 'waiting', due_at = excluded.due_at, attempts = 0, failures = 0
where message.state in ('accepted', 'delivered', 'bounced', 'refused');

-- name: forgive
-- Reminders that a person's address did not take, so that it is used again. Their waves are over, and not filled anew.
delete from message
where organisation_id = $1 and round_id = $2 and person_id = $3 and wave > 0 and state in ('bounced', 'refused');

-- name: fall_back
-- The same message by the next channel, where the one before refused it.
insert into message
    (organisation_id, round_id, message_id, person_id, channel, wave, state, due_at, attempts, failures, doubtful)
select f.organisation_id, f.round_id, gen_random_uuid(), f.person_id, c.channel, f.wave, 'waiting', t.now, 0, 0, false
from (select survey_now() as now) t
cross join message f
join round r using (organisation_id, round_id)
join person p on p.organisation_id = f.organisation_id and p.person_id = f.person_id
cross join lateral (
    select x.channel
    from jsonb_array_elements_text(coalesce(r.reach -> 'channels', '["email", "sms"]')) with ordinality x (channel, place)
    where x.channel = any($2::text[]) and case x.channel when 'email' then p.email else p.mobile end is not null
        and not exists (
            select from message m
            where m.organisation_id = f.organisation_id and m.round_id = f.round_id and m.person_id = f.person_id
                and m.channel = x.channel and (m.wave = f.wave or m.state in ('bounced', 'refused'))
        )
    order by x.place
    limit 1
) c
where f.message_id = any($1::uuid[]) and f.state in ('bounced', 'refused') and p.left_at is null
on conflict do nothing;

-- name: claim
-- Whoever answered in the meantime is passed over. A message whose claim ran out is claimed again.
with due as (
    select m.message_id, m.state
    from message m
    join round r on r.organisation_id = m.organisation_id and r.round_id = m.round_id
    where m.state in ('waiting', 'claimed', 'sending') and m.due_at <= (select survey_now())
        and m.channel = any($1::text[]) and ($5::text is null or m.round_id = $5)
        and not r.sending_paused and r.paused_at is null and r.opened_answers_at is null and r.closes_at > (select survey_now())
        and (m.wave = 0 or not exists (
            select from invitation i
            join answered a on a.round_id = i.round_id and a.token_hash = i.token_hash
            where i.organisation_id = m.organisation_id and i.round_id = m.round_id and i.person_id = m.person_id
        ))
    order by m.due_at
    limit $2
    for update of m skip locked
), claimed as (
    update message m
    set state = $3, due_at = survey_now() + $4::interval, attempts = m.attempts + 1
    from due
    where m.message_id = due.message_id
    returning m.organisation_id, m.round_id, m.message_id, m.person_id, m.channel, m.wave, m.attempts, m.failures,
        due.state = 'sending' as in_doubt
)
select
    c.organisation_id, c.round_id, c.message_id, i.invitation_id, c.channel, w.kind,
    case when p.left_at is not null then null when c.channel = 'email' then p.email else p.mobile end as address,
    p.language, c.attempts, c.failures, c.in_doubt, i.slip
from claimed c
join invitation i on i.organisation_id = c.organisation_id and i.round_id = c.round_id and i.person_id = c.person_id
join person p on p.organisation_id = c.organisation_id and p.person_id = c.person_id
join wave w on w.organisation_id = c.organisation_id and w.round_id = c.round_id and w.number = c.wave;

-- name: begin
update message set state = 'sending', doubtful = doubtful or $3
where message_id = $1 and attempts = $2 and state = 'claimed';

-- name: record
-- Only what is still this claim's: a later one, or a receipt, knows better.
update message m set state = n.state, due_at = survey_now() + n.wait, failures = m.failures + n.failed::integer
from unnest($1::uuid[], $2::integer[], $3::text[], $4::interval[], $5::boolean[])
    n (message_id, attempts, state, wait, failed)
where m.message_id = n.message_id and m.attempts = n.attempts and m.state in ('claimed', 'sending');

-- name: receive
update message set state = $2
where message_id = $1 and state in ('claimed', 'sending', 'accepted');

-- name: spare
insert into answered (organisation_id, round_id, token_hash)
select i.organisation_id, i.round_id, i.token_hash
from invitation i
join round r on r.organisation_id = i.organisation_id and r.round_id = i.round_id
where i.round_id = $1 and i.token_hash = $2 and r.opened_answers_at is null
on conflict do nothing;

-- name: forget_answered
-- A reminder that was not begun when its person answered. What somebody else holds at this moment waits for the next
-- look: a closing round deletes them all, in an order of its own.
delete from message where message_id in (
    select m.message_id
    from message m
    join invitation i on i.organisation_id = m.organisation_id and i.round_id = m.round_id and i.person_id = m.person_id
    join answered a on a.round_id = i.round_id and a.token_hash = i.token_hash
    where m.wave > 0 and m.state = 'waiting'
    for update of m skip locked
);

-- name: next_due
select m.due_at as at
from message m
join round r on r.organisation_id = m.organisation_id and r.round_id = m.round_id
where m.state in ('waiting', 'claimed', 'sending') and m.channel = any($1::text[])
    and ($2::text is null or m.round_id = $2)
    and not r.sending_paused and r.paused_at is null and r.opened_answers_at is null and r.closes_at > (select survey_now())
order by m.due_at
limit 1;

-- name: tally
select w.number, w.kind, coalesce(m.channel, '') as channel, coalesce(m.state, '') as state, count(m.message_id)::int as messages,
    (count(m.message_id) filter (where m.doubtful))::int as doubtful
from wave w
left join message m on m.organisation_id = w.organisation_id and m.round_id = w.round_id and m.wave = w.number
where w.organisation_id = $1 and w.round_id = $2
group by w.number, w.kind, m.channel, m.state
order by w.number, m.channel, m.state;

-- name: troubles
-- Of the invitation alone, which everybody gets: a reminder's fate would tell who had not answered.
select p.person_id, p.employee_number, u.name as team, f.email, f.sms, f.otherwise,
    (count(*) over ())::int as people, (count(*) filter (where not f.otherwise) over ())::int as lost
from (
    select m.person_id,
        max(m.state) filter (where m.channel = 'email' and m.state in ('bounced', 'refused')) as email,
        max(m.state) filter (where m.channel = 'sms' and m.state in ('bounced', 'refused')) as sms,
        bool_or(m.state not in ('bounced', 'refused')) as otherwise
    from message m
    where m.organisation_id = $1 and m.round_id = $2 and m.wave = 0
    group by m.person_id
    having bool_or(m.state in ('bounced', 'refused'))
) f
join person p on p.organisation_id = $1 and p.person_id = f.person_id and p.left_at is null
join units_at($1, survey_now()) own on own.unit_id = p.unit_id
join units_at($1, survey_now()) u on u.unit_id = coalesce(own.merged_into, own.unit_id)
cross join lateral natural_order(u.name) place
order by
    case $4::text when 'lost' then f.otherwise::int when '-lost' then -f.otherwise::int end,
    case when $4 = 'number' then p.employee_number end,
    case when $4 = '-number' then p.employee_number end desc,
    case when $4 = 'team' then place end,
    case when $4 = '-team' then place end desc,
    f.otherwise, p.employee_number
limit $3;

-- name: count_unreached
update wave w set unreached = (
    select count(*) from invitation i
    where i.organisation_id = w.organisation_id and i.round_id = w.round_id and not exists (
        select from message m
        where m.organisation_id = i.organisation_id and m.round_id = i.round_id and m.person_id = i.person_id
            and m.wave = 0 and m.state in ('accepted', 'delivered')
    )
)
where w.organisation_id = $1 and w.round_id = $2 and w.number = 0;

-- name: delete_all
delete from message where organisation_id = $1 and round_id = $2;

-- name: forget
delete from message where organisation_id = $1 and person_id = $2;
