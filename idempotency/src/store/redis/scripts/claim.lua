-- KEYS[1]: the record. ARGV: now in seconds, now in milliseconds, the time to live in milliseconds, and the
-- fields and values of a record in progress. Returns 1, or the fields and values of the record in the way.
local function number(text)
  return text and string.find(text, '^%d+$') and tonumber(text)
end
local record = redis.call('HMGET', KEYS[1], 'status', 'expiration', 'in_progress_expiration')
if redis.call('EXISTS', KEYS[1]) == 1 then
  local expires_at, lease_end = number(record[2]), number(record[3])
  local is_expired = expires_at and expires_at < tonumber(ARGV[1])
  local has_ended = record[1] == 'INPROGRESS' and lease_end and lease_end < tonumber(ARGV[2])
  if not (is_expired or has_ended) then
    return redis.call('HGETALL', KEYS[1])
  end
  -- Only here: a server whose memory is full lets a script go on that has begun to write.
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
