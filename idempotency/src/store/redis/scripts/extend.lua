-- ARGV[3]: the time to live in milliseconds. ARGV[4]: when the record expires. ARGV[5]: when the lease ends.
redis.call('HSET', KEYS[1], 'expiration', ARGV[4], 'in_progress_expiration', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
