/** Lines of one family: those that must be known, by a row of the family and one of its categories, and those that must not be. */
export interface Family {
  readonly family: string;
  readonly categories: readonly string[];
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

export const families: readonly Family[] = [
  {
    family: 'crash',
    categories: ['app_crash'],
    hits: [
      'panic: runtime error: invalid memory address or nil pointer dereference',
      'Traceback (most recent call last):',
      "thread 'main' panicked at src/main.rs:4:5:",
      'Exception in thread "main" java.lang.IllegalStateException: no bean',
      'Unhandled exception. System.NullReferenceException: Object reference not set',
      'PHP Fatal error:  Uncaught Error: Call to undefined function f()',
      '[UnhandledPromiseRejection: This error originated either by throwing inside of an async function',
      'Segmentation fault (core dumped)',
    ],
    misses: ['recovered from panic in worker, retrying', 'INFO panic button pressed by user 7', 'DEBUG traceback printing disabled'],
  },
  {
    family: 'module',
    categories: ['start_error'],
    hits: [
      "Error: Cannot find module 'express'",
      "ModuleNotFoundError: No module named 'flask'",
      'ImportError: libssl.so.1.1: cannot open shared object file: No such file or directory',
      'java.lang.ClassNotFoundException: com.mysql.jdbc.Driver',
    ],
    misses: [
      'no module updates found',
      'INFO 3 modules not found in cache, fetching',
      'DEBUG ClassNotFoundException handled, using the fallback driver',
    ],
  },
  {
    family: 'exec',
    categories: ['start_error'],
    hits: [
      'exec /app/server: exec format error',
      'exec /entrypoint.sh: no such file or directory',
      'bash: jq: command not found',
      'exec: "srv": executable file not found in $PATH',
    ],
    misses: ['INFO exec plan format: json', '404 page not found', '"GET /entrypoint.sh HTTP/1.1" 404 0'],
  },
  {
    family: 'mount',
    categories: ['start_error'],
    hits: [
      'invalid mount config for type "bind": bind source path does not exist: /data',
      'error mounting "/src/a.conf" to rootfs at "/etc/a.conf": not a directory',
      'mounts denied: the path /data is not shared from the host',
    ],
    misses: ['INFO volume data mounted', 'DEBUG unmount done', 'INFO mount point /data is a directory'],
  },
  {
    family: 'port',
    categories: ['resource_limit'],
    hits: [
      'Error: listen EADDRINUSE: address already in use :::3000',
      'OSError: [Errno 98] Address already in use',
      'listen tcp :8080: bind: address already in use',
      'Bind for 0.0.0.0:80 failed: port is already allocated',
    ],
    misses: [
      'email address already in use by another account',
      'INFO port 3000 in use for metrics',
      'nickname already in use, choosing another',
    ],
  },
  {
    family: 'refused',
    categories: ['network', 'dependency'],
    hits: [
      'dial tcp 172.18.0.5:5432: connect: connection refused',
      'Error: connect ECONNREFUSED 127.0.0.1:6379',
      'connect() failed (111: Connection refused) while connecting to upstream',
    ],
    misses: [
      'INFO policy: connection refused counter reset to 0',
      'DEBUG retry rule for ECONNREFUSED registered',
      'payment refused by the bank, connection ok',
    ],
  },
  {
    family: 'dns',
    categories: ['network'],
    hits: [
      'getaddrinfo ENOTFOUND postgres',
      'dial tcp: lookup redis on 127.0.0.11:53: no such host',
      'Temporary failure in name resolution',
      'could not translate host name "db" to address',
      'Error: getaddrinfo EAI_AGAIN redis',
      'nginx: [emerg] host not found in upstream "api"',
    ],
    misses: ['lookup table loaded, 12 hosts', 'host not found in cache, asking a peer', 'INFO resolved host db to 172.18.0.5'],
  },
  {
    family: 'reset',
    categories: ['network'],
    hits: [
      'read tcp 10.0.0.2:4000->10.0.0.3:5432: read: connection reset by peer',
      'Error: socket hang up',
      'write tcp 10.0.0.2:4000->10.0.0.3:80: write: broken pipe',
    ],
    misses: ['user requested password reset by email', 'INFO counter reset by operator', 'connection to client lost'],
  },
  {
    family: 'timeout',
    categories: ['latency', 'network'],
    hits: [
      'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'upstream timed out (110: Connection timed out) while connecting to upstream',
      'connect ETIMEDOUT 10.0.0.9:443',
      'TimeoutError: waiting for connection from pool',
    ],
    misses: ['starting with timeout=30s', 'request_timeout: 60', 'context canceled'],
  },
  {
    family: 'tls',
    categories: ['network', 'config_error'],
    hits: [
      'x509: certificate has expired or is not yet valid',
      'x509: certificate signed by unknown authority',
      'SSL: CERTIFICATE_VERIFY_FAILED',
      'Error: self-signed certificate in certificate chain',
    ],
    misses: ['certificate renewed, expires in 89 days', 'INFO self-signed certificate generated for development', 'DEBUG x509 chain ok'],
  },
  {
    family: 'db-login',
    categories: ['config_error'],
    hits: [
      'FATAL:  password authentication failed for user "app"',
      "Access denied for user 'app'@'172.18.0.4' (using password: YES)",
      'NOAUTH Authentication required.',
      'WRONGPASS invalid username-password pair or user is disabled.',
    ],
    misses: [
      'fatal: not a git repository (or any of the parent directories): .git',
      'non-fatal: retrying in 5s',
      'INFO login failed for visitor bob, 1 of 5',
    ],
  },
  {
    family: 'db-schema',
    categories: ['config_error', 'bad_change'],
    hits: [
      'ERROR:  relation "users" does not exist at character 15',
      "ERROR 1146 (42S02): Table 'shop.orders' doesn't exist",
      'sqlite3.OperationalError: no such table: users',
      "Unknown column 'total' in 'field list'",
    ],
    misses: [
      'column chooser shown, file does not exist yet',
      'INFO schema cache does not exist, building',
      'canceling statement due to user request',
    ],
  },
  {
    family: 'migration',
    categories: ['bad_change'],
    hits: [
      'Error: P3009 migrate found failed migrations in the target database',
      'FlywayValidateException: Migrations have failed validation',
      'InconsistentMigrationHistory: migration b is applied before its dependency a',
    ],
    misses: ['applied 3 migrations', 'No pending migrations to apply', 'INFO migration dry run passed'],
  },
  {
    family: 'db-connections',
    categories: ['resource_limit'],
    hits: [
      'FATAL:  sorry, too many clients already',
      'FATAL:  remaining connection slots are reserved for non-replication superuser connections',
      'ERROR 1040 (HY000): Too many connections',
    ],
    misses: ['max_connections = 100', 'INFO pool 10 of max_connections 20', 'INFO 12 connections open'],
  },
  {
    family: 'lock',
    categories: ['app_error'],
    hits: [
      'ERROR:  deadlock detected',
      'Lock wait timeout exceeded; try restarting transaction',
      'sqlite3.OperationalError: database is locked',
    ],
    misses: ['deadlock detector started', 'DEBUG lock wait limit is 50s', 'INFO lock acquired after 3 ms'],
  },
  {
    family: 'token',
    categories: ['app_error'],
    hits: ['JsonWebTokenError: invalid signature', 'TokenExpiredError: jwt expired', 'InvalidTokenError: Signature verification failed'],
    misses: [
      'token cache: expired entries purged',
      'INFO token of session 12 expired, refreshed',
      'SyntaxError: Unexpected token < in JSON at position 0',
    ],
  },
  {
    family: 'permission',
    categories: ['config_error'],
    hits: ['open /data/db: permission denied', "EACCES: permission denied, mkdir '/data'", "EPERM: operation not permitted, chown '/data'"],
    misses: ['GET /forbidden-city HTTP/1.1 200', '"GET /admin HTTP/1.1" 401 0', 'INFO access denied page rendered for a guest'],
  },
  {
    family: 'memory',
    categories: ['oom'],
    hits: [
      'fatal error: runtime: out of memory',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      'java.lang.OutOfMemoryError: Java heap space',
      'Out of memory: Killed process 123 (redis-server)',
      'MemoryError',
    ],
    misses: ['user joined chatroom 7', 'bloom filter rebuilt', 'zoom level 3'],
  },
  {
    family: 'disk',
    categories: ['disk_full'],
    hits: [
      'write /data/x: no space left on device',
      'ENOSPC: no space left on device, write',
      'could not write to file "base/1": Disk quota exceeded',
    ],
    misses: [
      'disk usage 41%, not full',
      'INFO ENOSPC handler installed',
      'Error: ENOSPC: System limit for number of file watchers reached',
    ],
  },
  {
    family: 'files',
    categories: ['resource_limit'],
    hits: [
      'accept: too many open files',
      "EMFILE: too many open files, open '/a'",
      'Error: ENOSPC: System limit for number of file watchers reached',
    ],
    misses: ['opened 12 files', 'INFO too many files selected, showing 100', 'DEBUG EMFILE guard ready'],
  },
  {
    family: 'processes',
    categories: ['resource_limit'],
    hits: [
      'bash: fork: retry: Resource temporarily unavailable',
      'pthread_create failed: Resource temporarily unavailable',
      'runtime: failed to create new OS thread (have 2048 already; errno=11)',
    ],
    misses: ['forked 4 workers', 'INFO fork of repository created', 'DEBUG read: resource temporarily unavailable, will poll'],
  },
  {
    family: 'read-only',
    categories: ['config_error'],
    hits: [
      'open /etc/app.conf: read-only file system',
      "EROFS: read-only file system, mkdir '/x'",
      'touch: /run/app.pid: Read-only file system',
    ],
    misses: ['mounted read-only by request', 'INFO replica is read-only', 'cannot execute UPDATE in a read-only transaction'],
  },
  {
    family: 'signal',
    categories: ['app_crash', 'oom'],
    hits: ['Killed', 'terminated by signal SIGSEGV', 'worker (pid 7) exited on signal 9'],
    misses: ['received SIGTERM, shutting down gracefully', 'SIGTERM handler registered', 'Killed 3 stale sessions'],
  },
  {
    family: 'rate-limit',
    categories: ['app_error'],
    hits: ['HTTP/1.1 429 Too Many Requests', 'status=429 upstream throttled', 'rate limit exceeded, retry after 20s'],
    misses: ['2026-01-02T03:04:05.073474290Z ok', 'http status 429: none', 'INFO rate limit set to 100 per minute'],
  },
  {
    family: 'image',
    categories: ['start_error'],
    hits: [
      'manifest for app:1.2 not found: manifest unknown',
      "pull access denied for app, repository does not exist or may require 'docker login'",
      'toomanyrequests: You have reached your pull rate limit',
    ],
    misses: ['manifest.json written', 'INFO image pulled in 3s', 'web app manifest: unknown field ignored'],
  },
  {
    family: 'settings',
    categories: ['config_error'],
    hits: [
      "KeyError: 'DATABASE_URL'",
      'Error: Missing required environment variable STRIPE_KEY',
      'nginx: [emerg] unknown directive "servr" in /etc/nginx/nginx.conf:3',
      'yaml: line 4: mapping values are not allowed in this context',
    ],
    misses: ['environment variable PORT not set, using 3000', 'INFO yaml config loaded', 'DEBUG unknown directive skipped in dry run'],
  },
  {
    family: 'http-5xx',
    categories: ['app_error'],
    hits: ['10.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET /pay HTTP/1.1" 500 12', '{"status":503,"path":"/pay"}', 'POST /pay 502 1200ms'],
    misses: ['"GET /status/500 HTTP/1.1" 200 12', '"GET /api/admin/users HTTP/1.1" 404 0', 'INFO served 500 rows'],
  },
];
