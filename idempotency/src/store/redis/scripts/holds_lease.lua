-- KEYS[1]: the record. ARGV[1]: when the lease ends. ARGV[2]: "=" and its owner, or nothing.
-- Returns 0 unless the record is in progress under this lease.
local record = redis.call('HMGET', KEYS[1], 'status', 'in_progress_expiration', 'owner')
local owner = record[3] and '=' .. record[3] or ''
if record[1] ~= 'INPROGRESS' or record[2] ~= ARGV[1] or owner ~= ARGV[2] then
  return 0
end
