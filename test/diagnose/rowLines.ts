/** Per row of the catalogue: lines it must know, and lines that look alike and that no row may report. */
export const rowLines: Readonly<Record<string, { readonly hits: readonly string[]; readonly misses: readonly string[] }>> = {
  'crash/panic': {
    hits: ['panic: nil map', '2026/01/02 03:04:05 panic: interface conversion', '[worker] panic: send on closed channel'],
    misses: ['panic: boom [recovered]', 'WARN panic mode switched off', 'the panic room is open'],
  },
  'crash/traceback': {
    hits: ['ERROR Traceback (most recent call last):', 'app | Traceback (most recent call last):', 'Traceback (most recent call last):'],
    misses: ['Traceback recording on', 'WARN traceback length is 20', 'INFO Traceback (most recent call last): shown in the docs'],
  },
  'crash/rust': {
    hits: [
      "thread 'main' (12) panicked at src/main.rs:4:5:",
      "thread 'tokio-runtime-worker' panicked at 'boom', src/a.rs:1",
      "ERROR thread '<unnamed>' panicked at lib.rs:9:1",
    ],
    misses: ["thread 'main' started", 'nobody panicked at all', "WARN thread 'main' is slow"],
  },
  'crash/java': {
    hits: [
      'Exception in thread "main" java.lang.NullPointerException',
      'Exception in thread "pool-1-thread-2" java.lang.StackOverflowError',
      'ERROR Exception in thread "http-nio" org.x.BootException: no bean',
    ],
    misses: ['no exception in thread pool statistics', 'INFO Exception in thread "main" was handled', 'exceptions in threads: 0'],
  },
  'crash/dotnet': {
    hits: [
      'Unhandled exception. System.InvalidOperationException: no host',
      'Unhandled exception. System.IO.FileNotFoundException: appsettings.json',
      'crit: Unhandled exception. Shop.BootException: x',
    ],
    misses: ['unhandled exception filter installed', 'Unhandled exceptions: 0', 'INFO Unhandled exception. Nothing to see'],
  },
  'crash/php': {
    hits: [
      'PHP Parse error:  syntax error, unexpected end of file in /app/a.php on line 3',
      'PHP Fatal error:  Allowed time exhausted',
      'Fatal error: Uncaught TypeError: a(): Argument #1',
    ],
    misses: ['PHP Notice:  Undefined index: a', 'PHP Deprecated:  strftime()', 'fatal error pages are styled'],
  },
  'crash/node': {
    hits: ['Uncaught Exception: boom', "  code: 'ERR_UNHANDLED_REJECTION'", 'UnhandledPromiseRejectionWarning: Error: no queue'],
    misses: ['uncaught exceptions are sent to the collector', 'WARN unhandled route /a', 'on(unhandledRejection) registered'],
  },
  'crash/segfault': {
    hits: ['Segmentation fault', 'Bus error (core dumped)', '[signal SIGSEGV: segmentation violation code=0x1]'],
    misses: ['segmentation of the market done', 'WARN core dumps are off', 'illegal instructions are rejected by the parser'],
  },
  'signal/fault': {
    hits: ['child process 12 exited on signal 11 (core)', 'worker terminated by signal 6', 'process 9 was killed by signal SIGBUS'],
    misses: ['waiting for signal 11 from the station', 'WARN signal 6 dBm is weak', 'signal handler for 8 installed'],
  },
  'signal/killed': {
    hits: ['/entry.sh: line 3:     7 Killed                  ./app', 'worker 3 was terminated by signal 9', '  Killed  '],
    misses: ['Killed by the boss: 3 monsters', 'killed 0 jobs', 'WARN skill lost'],
  },
  'memory/heap': {
    hits: [
      'Exception in thread "main" java.lang.OutOfMemoryError: Metaspace',
      "terminate called after throwing an instance of 'std::bad_alloc'",
      'ERROR x MemoryError',
    ],
    misses: ['heap limit 512 MB', 'WARN in-memory errors are kept', 'INFO OutOfMemoryError handler installed'],
  },
  'memory/out': {
    hits: [
      'mmap() failed: Cannot allocate memory',
      'ENOMEM: not enough memory, read',
      'kernel: oom-kill:constraint=CONSTRAINT_MEMCG,task=app',
    ],
    misses: ['5 out of 7 memory cells used', 'WARN the room is full', 'the venomem library is loaded'],
  },
  'module/node': {
    hits: [
      "Error: Cannot find package 'pg' imported from /app/a.js",
      'Error: Cannot find module "./dist/main"',
      "ERROR Cannot find module '/app/server.js'",
    ],
    misses: ['Error: Cannot find module express', 'WARN cannot find modules list, building', 'cannot find package price'],
  },
  'module/python': {
    hits: [
      "ImportError: cannot import name 'url_quote' from 'werkzeug.urls'",
      "ModuleNotFoundError: No module named 'app.main'",
      'ERROR ImportError: No module named yaml',
    ],
    misses: ['importerror rate is 0', 'WARN optional import skipped', 'INFO ModuleNotFoundError: No module named rich, plain output'],
  },
  'module/library': {
    hits: [
      './srv: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory',
      'Error loading shared library libstdc++.so.6: No such file or directory (needed by /app/srv)',
      'ImportError: libGL.so.1: cannot open shared object file: No such file or directory',
    ],
    misses: ['library.so loaded', 'WARN shared libraries are prelinked', 'opened the shared object store'],
  },
  'module/java': {
    hits: [
      'Error: Could not find or load main class com.shop.Main',
      'Caused by: java.lang.NoClassDefFoundError: javax/xml/bind/JAXBException',
      'java.lang.ClassNotFoundException: org.postgresql.Driver',
    ],
    misses: [
      'WARN ClassNotFoundException: x.Y handled, using the fallback',
      'class not found in the school year',
      'main class is com.shop.Main',
    ],
  },
  'module/ruby': {
    hits: [
      "<internal:kernel>:136:in 'require': cannot load such file -- sinatra (LoadError)",
      'cannot load such file -- bundler/setup',
      'LoadError: cannot load such file -- pg_ext',
    ],
    misses: ['cannot load such a file twice', 'WARN loaded such file before', 'INFO cannot load such file -- rake, skipping'],
  },
  'exec/format': {
    hits: [
      'standard_init_linux.go:228: exec user process caused: exec format error',
      '/app/run: Exec format error',
      'exec /bin/tool: exec format error',
    ],
    misses: ['exec format is json', 'WARN format error in exec summary', 'exec: formatting done'],
  },
  'exec/missing': {
    hits: [
      'exec /app/run.sh: permission denied',
      'standard_init_linux.go:228: exec user process caused: no such file or directory',
      'runc: exec: "/app/srv": stat /app/srv: no such file or directory: unknown',
    ],
    misses: ['exec: done', 'INFO exec /bin/true: ok', 'WARN exec /healthz took 3 s'],
  },
  'exec/command': {
    hits: ['sh: 1: gunicorn: not found', '/bin/sh: vite: not found', '/entrypoint.sh: line 7: envsubst: command not found'],
    misses: ['page /a.sh: not found', 'user bob: not found', 'WARN cache key x: not found'],
  },
  'mount/source': {
    hits: [
      'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /srv/a',
      'bind source path does not exist: /home/x/data',
      'ERROR bind source path does not exist: /var/lib/shop',
    ],
    misses: ['bind source path exists', 'WARN source path is slow', 'mount of the source finished'],
  },
  'mount/kind': {
    hits: [
      'OCI runtime create failed: error mounting "/a.conf" to rootfs at "/etc/a.conf": no such file or directory',
      'error mounting "/srv/x" to rootfs at "/x": permission denied',
      'runc: error mounting "tmpfs" to rootfs at "/tmp": invalid argument',
    ],
    misses: ['errors mounting up: 3', 'WARN mounting took 2 s', 'error mounting policy is strict'],
  },
  'mount/shared': {
    hits: [
      'Mounts denied: The path /Users/x is not shared from the host',
      'docker: Mounts denied: approving /opt/x',
      'ERROR mounts denied: the path /srv is not shared from the host',
    ],
    misses: ['amounts denied by the bank', 'WARN mounts: 3', 'INFO mounts denied counter is 0'],
  },
  'image/missing': {
    hits: [
      'Error response from daemon: manifest for shop/web:2 not found: manifest unknown: manifest unknown',
      'manifest unknown',
      'failed to resolve reference: manifest for a@sha256:1 not found',
    ],
    misses: ['the manifest for the ship was found', 'WARN manifest.webmanifest missing', 'manifest: 3 entries unknown'],
  },
  'image/denied': {
    hits: [
      'Error response from daemon: pull access denied for shop/web, repository does not exist',
      'pull access denied for registry.local:5000/a',
      'ERROR pull access denied for b:1',
    ],
    misses: ['pull requests: access granted', 'WARN push access denied by policy', 'INFO pull access denied for guests is the default'],
  },
  'image/limit': {
    hits: [
      'Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit.',
      'toomanyrequests: too many failed login attempts',
      'ERROR toomanyrequests: retry-after: 60',
    ],
    misses: ['toomanyrequests counter is 0', 'WARN pull rate is high', 'rate of pulls: 3'],
  },
  'port/in-use': {
    hits: [
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)',
      "[Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use",
      'Error starting userland proxy: listen tcp4 0.0.0.0:5432: bind: address already in use',
    ],
    misses: [
      'error: email address already in use',
      'shipping address in use for 3 orders',
      'WARN this address already in use by another shop',
    ],
  },
  'port/allocated': {
    hits: [
      'driver failed programming external connectivity: Bind for 0.0.0.0:8080 failed: port is already allocated',
      'Web server failed to start. Port 8080 was already in use.',
      'Ports are not available: exposing port TCP 0.0.0.0:53 -> 0.0.0.0:0: listen tcp 0.0.0.0:53',
    ],
    misses: ['INFO port 8080 is already in use by us, reusing', 'a berth in the port is already booked', 'name already in use'],
  },
  'files/open': {
    hits: ['socket: too many open files', 'OSError: [Errno 24] Too many open files', 'Error: ENFILE: file table overflow'],
    misses: ['open files: 12', 'WARN too many files in the folder', 'INFO limit of too many open files is 1024'],
  },
  'files/watchers': {
    hits: [
      "ENOSPC: System limit for number of file watchers reached, watch '/app'",
      'inotify_add_watch("/app") failed: No space left on device',
      'user limit on the total number of inotify instances has been reached',
    ],
    misses: ['file watchers: 12', 'WARN inotify is slow on this mount', 'watching 300 folders with inotify instances'],
  },
  'processes/fork': {
    hits: [
      "sh: can't fork: Resource temporarily unavailable",
      "RuntimeError: can't start new thread",
      'java.lang.OutOfMemoryError: unable to create native thread',
    ],
    misses: ['fork: done', 'WARN read: Resource temporarily unavailable', 'pthread_create took 1 ms'],
  },
  'disk/space': {
    hits: [
      "dd: error writing '/data/x': No space left on device",
      'sqlite3.OperationalError: database or disk is full',
      'PANIC:  could not write to file "pg_wal/xlogtemp.9": No space left on device',
    ],
    misses: ['space left on device: 3 GB', 'WARN disk is 80 % full', 'quota exceeded? no'],
  },
  'read-only/file-system': {
    hits: [
      "mkdir: can't create directory '/x': Read-only file system",
      'OSError: [Errno 30] Read-only file system',
      'Error: EROFS: read-only file system, open',
    ],
    misses: ['INFO read-only file system is fine', 'WARN read-only mode', 'heroes are not erofsites'],
  },
  'permission/denied': {
    hits: [
      "PermissionError: [Errno 13] Permission denied: '/data/a'",
      "mkdir: cannot create directory '/data/x': Permission denied",
      'listen tcp :80: bind: permission denied',
    ],
    misses: [
      'permission denied counter is 0',
      'git@host: Permission denied (publickey).',
      'WARN permission was denied by the user in the dialog',
    ],
  },
  'refused/connect': {
    hits: [
      'curl: (7) Failed to connect to db port 5432 after 0 ms: Connection refused',
      "wget: can't connect to remote host (127.0.0.1): Connection refused",
      'ERROR db connection refused',
    ],
    misses: ['INFO connection refused count 0', 'the offer was refused, connection kept', 'WARN refused connections: 0'],
  },
  'route/none': {
    hits: ['dial tcp 10.0.0.9:80: connect: no route to host', 'Error: connect EHOSTUNREACH 10.0.0.9:80', 'connect: Network is unreachable'],
    misses: ['no route to hostel found', 'INFO no route to host 3 is normal here', 'WARN no route matches /a'],
  },
  'dns/name': {
    hits: [
      'curl: (6) Could not resolve host: api',
      'java.net.UnknownHostException: db: Name or service not known',
      "ping: bad address 'redis'",
    ],
    misses: ['resolve host order: files, dns', 'WARN unknown host header', 'no such hostel'],
  },
  'reset/peer': {
    hits: ['Error: read ECONNRESET', 'java.net.SocketException: Connection reset', 'BrokenPipeError: [Errno 32] x: Broken pipe'],
    misses: ['connection reset button pressed', 'WARN a water pipe is broken', 'socket hang-ups: 0'],
  },
  'timeout/call': {
    hits: ['wget: download timed out', 'dial tcp 10.0.0.9:80: i/o timeout', 'java.net.SocketTimeoutException: Read timed out'],
    misses: ['connect timeout: 30s', 'WARN deadline is near', 'session timed out policy: 30m'],
  },
  'tls/certificate': {
    hits: [
      'x509: cannot validate certificate for 10.0.0.1 because it has no IP SANs',
      'Error: unable to verify the first certificate',
      'PKIX path building failed: unable to find valid certification path',
    ],
    misses: ['certificate chain loaded', 'self-signed certificate: generated for localhost', 'WARN certificate will expire in 9 days'],
  },
  'rate-limit/answer': {
    hits: ['{"level":"error","status":429,"msg":"throttled"}', 'Error: Too Many Requests', 'ERROR GitHub API rate limit exceeded'],
    misses: ['{"level":"info","id":429}', 'rate limit is 60', 'WARN 429 rows skipped'],
  },
  'http-5xx/answer': {
    hits: ['{"level":30,"msg":"request","status":502}', 'level=info method=GET path=/a status=503', 'upstream said 502 Bad Gateway'],
    misses: ['waited 500 ms', 'level=info took=503', '"GET /a HTTP/1.1" 200 500'],
  },
  'db-login/refused': {
    hits: [
      'psql: FATAL:  password authentication failed for user "shop"',
      "ERROR 1045 (28000): Access denied for user 'root'@'%'",
      'MongoServerError: Authentication failed.',
    ],
    misses: ['access denied for users without a badge', 'WARN authentication failed over to the second server', 'noauth mode is off'],
  },
  'db-schema/missing': {
    hits: [
      'ERROR:  column "total" of relation "orders" does not exist',
      'FATAL:  database "shop" does not exist',
      "ERROR 1049 (42000): Unknown database 'shop'",
    ],
    misses: ['the file does not exist', 'WARN key "a" does not exist', 'no such tables are booked'],
  },
  'migration/failed': {
    hits: ['error: Dirty database version 7. Fix and force version.', 'ERROR Migration failed: 003_orders.sql', 'Error: P3009'],
    misses: ['migration of the birds failed to impress', '0 failed migration runs', 'WARN no migration needed'],
  },
  'db-connections/full': {
    hits: ['ERR max number of clients reached', 'Error: ER_CON_COUNT_ERROR: Too many connections', 'pq: sorry, too many clients already'],
    misses: ['too many clients wait in the shop', 'INFO connection slots: 10', 'WARN 90 of 100 connections used'],
  },
  'lock/wait': {
    hits: ['ERROR 1213 (40001): Deadlock found when trying to get lock', 'SQLITE_BUSY: database is locked', 'pq: deadlock detected'],
    misses: ['lock wait: 3 ms', 'WARN no deadlocks', 'the data base is locked at night'],
  },
  'token/invalid': {
    hits: ['jwt.exceptions.ExpiredSignatureError: Signature has expired', 'ERROR jwt malformed', 'TokenExpiredError: jwt expired'],
    misses: ['jwt issued', 'WARN token will expire soon', 'DEBUG jwt expired, refreshed'],
  },
  'settings/key': {
    hits: ["KeyError: 'SECRET_KEY'", 'ERROR KeyError: "REDIS_URL"', "raised KeyError: 'PORT'"],
    misses: ["KeyError: 'user_id'", 'KeyError: 42', "INFO KeyError: 'HOME' handled"],
  },
  'settings/missing': {
    hits: [
      'Missing environment variable: API_URL',
      'error: missing required setting database.url',
      'Missing required env var "STRIPE_KEY"',
    ],
    misses: ['missing environment', 'WARN missing environment variable PORT, using 3000', 'missing config file, using defaults'],
  },
  'settings/unset': {
    hits: [
      'DATABASE_URL is not set',
      'Error: environment variable "TOKEN" is required',
      'The DJANGO_SECRET_KEY environment variable must be set',
    ],
    misses: ['environment variable PORT not set, using 3000', 'LOG_LEVEL is not set, falling back to info', 'INFO HTTP_PROXY not set'],
  },
  'settings/specify': {
    hits: [
      '       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser.',
      'You need to specify one of the following as an environment variable:',
      'Error: you must specify MONGO_URL',
    ],
    misses: ['you must specify a size', 'you may specify EXTRA_ARGS', 'INFO you must specify ADMIN_MAIL for mails'],
  },
  'settings/shell': {
    hits: [
      'sh: DATABASE_URL: missing',
      '/entrypoint.sh: line 4: API_KEY: parameter null or not set',
      '/app/run: line 2: target: unbound variable',
    ],
    misses: ['sh: syntax error: unexpected end of file', 'push: READY: yes, 3 of 3', 'WARN sh: all is well'],
  },
  'settings/directive': {
    hits: [
      'nginx: [emerg] invalid number of arguments in "listen" directive in /etc/nginx/a.conf:2',
      'FATAL:  unrecognized configuration parameter "shared_bufers"',
      'FATAL:  invalid value for parameter "max_connections": "many"',
    ],
    misses: ['directive applied', 'WARN unknown directives are ignored', 'INFO unknown directive "x" skipped'],
  },
  'settings/syntax': {
    hits: [
      'YAMLException: bad indentation of a mapping entry',
      'yaml.scanner.ScannerError: mapping values are not allowed here',
      'failed to parse config file /etc/a.toml: expected "="',
    ],
    misses: ['yaml: 3 files read', 'config parsed', 'INFO invalid config entries: 0'],
  },
};
