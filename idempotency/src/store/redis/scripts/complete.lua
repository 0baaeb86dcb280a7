-- ARGV[3]: the time to live in milliseconds. ARGV[4]: when the record expires. ARGV[5]: the result, if it is kept.
if ARGV[5] then
  redis.call('HSET', KEYS[1], 'status', 'COMPLETED', 'expiration', ARGV[4], 'data', ARGV[5])
else
  redis.call('HSET', KEYS[1], 'status', 'COMPLETED', 'expiration', ARGV[4])
  redis.call('HDEL', KEYS[1], 'data')
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
