-- name: shift_clock
update deployment set clock_offset = $1::timestamptz - clock_timestamp();

-- name: reset_clock
update deployment set clock_offset = '0';
