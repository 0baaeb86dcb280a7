-- A script, because it runs at the primary, also where a connection reads from replicas.
return redis.call('HGETALL', KEYS[1])
