alter table round add column reach jsonb not null default '{}';
comment on column round.reach is 'How its staff are reached: channels, reminder days, hour, and the texts that are the Trust''s own.';
