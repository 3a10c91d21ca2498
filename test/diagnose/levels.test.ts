import assert from 'node:assert/strict';
import { levelOf } from '../../src/diagnose/levels.ts';
import type { Level } from '../../src/model/logs.ts';

/** Real lines; `\e` is the escape character. Add a line from production here when it was read wrongly. */
const lines = (table: string): string[] =>
  table
    .trim()
    .split('\n')
    .map(line => line.trim().replaceAll('\\e', '\u001b'));

const errors = lines(String.raw`
  level=error msg="queue is full"
  Error: Cannot find module 'express'
  panic: runtime error: index out of range [3] with length 3
  Traceback (most recent call last):
  thread 'main' panicked at src/main.rs:4:5:
  {"level":50,"time":1767225600000,"msg":"checkout failed"}
  {"level":"fatal","msg":"cannot start"}
  {"severity":"ERROR","message":"cannot start"}
  \e[31mERROR\e[0m cannot start
  2026/01/02 03:04:05 [error] 29#29: *1 open() failed
  E0101 10:11:12.131415       1 main.go:42] sync failed
  npm ERR! code ELIFECYCLE
  CRIT cannot start
  UnhandledPromiseRejection: boom
  ERROR at /app/cmd/server/main.go:42
`);

const notErrors = lines(`
  INFO handled ERROR page render 200
  level=info error=false msg="done"
  {"level":"info","error_class":"none","msg":"poll"}
  {"level":30,"msg":"ERROR budget 90 percent"}
  INFO 0 errors, 0 warnings
  DEBUG retry after Error: ETIMEDOUT succeeded
  level=warn msg="ERROR budget 10 percent"
`);

const loggers: readonly (readonly [string, Level])[] = [
  ['{"level":60,"msg":"x"}', 'fatal'],
  ['{"level":40,"name":"bunyan"}', 'warn'],
  ['{"level":"error","ts":1767225600.1,"caller":"main.go:42","msg":"zap"}', 'error'],
  ['{"level":"warn","time":"2026-01-02T03:04:05Z","message":"zerolog"}', 'warn'],
  ['{"time":"2026-01-02T03:04:05Z","level":"ERROR","msg":"slog"}', 'error'],
  ['{"@t":"2026-01-02T03:04:05Z","@mt":"Serilog","@l":"Error"}', 'error'],
  ['{"@t":"2026-01-02T03:04:05Z","@mt":"Serilog leaves out information"}', 'info'],
  ['{"t":{"$date":"2026-01-02T03:04:05.678Z"},"s":"E","c":"NETWORK","msg":"mongod"}', 'error'],
  ['{"version":"1.1","host":"a","short_message":"gelf","level":3}', 'error'],
  ['{"level":"error","msg":"a record that was cut in the mid', 'error'],
  ['{"level":"info","severity":"ERROR","msg":"two answers"}', 'unknown'],
  ['{"status":503,"path":"/pay"}', 'unknown'],
  ['2026-01-02T03:04:05Z {"level":"error","msg":"behind a time"}', 'error'],
  ['app-1  | {"level":"error","msg":"behind a compose prefix"}', 'error'],
  ['time=2026-01-02T03:04:05.678Z level=WARN msg="slog text"', 'warn'],
  ['ts=1 msg="level=error is only text" level=info', 'info'],
  ['I0101 10:11:12.131415       1 main.go:42] ok', 'info'],
  ['F0101 10:11:12.131415       1 main.go:42] gone', 'fatal'],
  ['<11>Jan  2 03:04:05 host app[7]: cannot open', 'error'],
  ['<14>Jan  2 03:04:05 host app[7]: done', 'info'],
  ['Jan  2 03:04:05 host app[7]: ERROR cannot open', 'error'],
  ['2026/01/02 03:04:05 [warn] 29#29: a buffer', 'warn'],
  ['2026/01/02 03:04:05 [emerg] 1#1: host not found in upstream "api"', 'fatal'],
  ['[Fri Jan 02 03:04:05.678 2026] [core:error] [pid 1] Apache', 'error'],
  ['[ERROR] plain brackets', 'error'],
  ['[2026-01-02 03:04:05] production.ERROR: Laravel', 'error'],
  ['[2026-01-02T03:04:05Z ERROR my_crate] env_logger', 'error'],
  ['2026-01-02T03:04:05.678901Z  WARN my_crate::a: tracing', 'warn'],
  ['[2026-01-02T03:04:05,678][ERROR][o.e.b.Bootstrap] [node] Elasticsearch', 'error'],
  ['2026-01-02 03:04:05.678 ERROR 1 --- [main] c.e.App : Spring Boot', 'error'],
  ['03:04:05.678 [main] ERROR c.e.App - logback', 'error'],
  ['2026-01-02 03:04:05,678 ERROR [main] (App.java:42) log4j', 'error'],
  ['03:04:05.678 [http-nio-8080-exec-1] INFO c.e.App - ERROR page shown', 'info'],
  ['ERROR:root:Python default', 'error'],
  ['2026-01-02 03:04:05,678 - app.db - ERROR - Python named', 'error'],
  ['2026-01-02 03:04:05,678 - worker - INFO - 3 errors fixed', 'info'],
  ['2026-01-02 03:04:05.678 | ERROR    | mod:fn:1 - loguru', 'error'],
  ['[2026-01-02 03:04:05 +0000] [7] [ERROR] gunicorn', 'error'],
  ['ERROR:    Exception in ASGI application', 'error'],
  ['E, [2026-01-02T03:04:05.678 #1] ERROR -- : Rails', 'error'],
  ['I, [2026-01-02T03:04:05.678 #1]  INFO -- : Rails', 'info'],
  ['2026-01-02 03:04:05.678 UTC [29] ERROR:  relation "users" does not exist at character 15', 'error'],
  ['2026-01-02 03:04:05.678 UTC [1] LOG:  database system is ready to accept connections', 'info'],
  ['2026-01-02 03:04:05.678 UTC [1] FATAL:  password authentication failed for user "app"', 'fatal'],
  ['2026-01-02 03:04:05.678 UTC [1] STATEMENT:  select Error from x', 'unknown'],
  ['2026-01-02T03:04:05.678901Z 0 [ERROR] [MY-010119] [Server] Aborting', 'error'],
  ['2026-01-02T03:04:05.678901Z 0 [System] [MY-010116] [Server] mysqld starting', 'info'],
  ['2026-01-02  3:04:05 0 [Note] InnoDB: MariaDB', 'info'],
  ['2026-01-02 03:04:05.678901+00:00 [error] <0.219.0> RabbitMQ', 'error'],
  ['=ERROR REPORT==== 2-Jan-2026::03:04:05 ===', 'error'],
  ['1:M 02 Jan 2026 03:04:05.678 # Redis warns', 'warn'],
  ['1:M 02 Jan 2026 03:04:05.678 * Ready to accept connections', 'info'],
  ['fail: Microsoft.AspNetCore.Server.Kestrel[13]', 'error'],
  ['dbug: Microsoft.Extensions[0]', 'debug'],
  ['2026-01-02T03:04:05.678Z\tERROR\tmain.go:42\tzap console', 'error'],
  ['2026-01-02T03:04:05.678Z\terror\tmain.go:42\tzap console in lower case', 'error'],
  ['3:04AM ERR zerolog console', 'error'],
  ['time="2026-01-02T03:04:05Z" level=fatal msg="logrus"', 'fatal'],
  ['web-1  | ERROR behind a compose prefix', 'error'],
  ['error: winston simple', 'error'],
  ['warning: deprecated', 'warn'],
  ['PHP Fatal error:  Uncaught Error: Call to undefined function f()', 'fatal'],
  ['PHP Warning:  foreach() argument', 'unknown'],
  ['java.lang.OutOfMemoryError: Java heap space', 'error'],
  ['Caused by: java.io.IOException: Broken pipe', 'error'],
  ['Exception in thread "main" java.lang.IllegalStateException: no bean', 'error'],
  ['Unhandled exception. System.NullReferenceException: Object reference not set', 'error'],
  ['    at Object.<anonymous> (/app/server.js:1:7)', 'unknown'],
  ['Segmentation fault (core dumped)', 'fatal'],
  ['Killed', 'fatal'],
  ['Killed 3 stale sessions', 'unknown'],
  ['recovered from panic in worker, retrying', 'unknown'],
  ['non-fatal: retrying in 5s', 'unknown'],
  ['the ERROR page was shown', 'unknown'],
  ['"GET /error HTTP/1.1" 200 12', 'unknown'],
  ['Errors: 0', 'unknown'],
  ['listening on 0.0.0.0:8080', 'unknown'],
  ['', 'unknown'],
  ['{', 'unknown'],
  ['[', 'unknown'],
];

describe('The level of a log line', () => {
  for (const line of errors) it(`is error: ${JSON.stringify(line)}`, () => assert.match(levelOf(line), /^(?:error|fatal)$/));
  for (const line of notErrors)
    it(`is not error: ${JSON.stringify(line)}`, () => assert.match(levelOf(line), /^(?:trace|debug|info|warn)$/));
  for (const [line, level] of loggers) it(`is ${level}: ${JSON.stringify(line)}`, () => assert.equal(levelOf(line), level));

  it('is right for all 22 lines that the predecessor was measured on', () => assert.equal(errors.length + notErrors.length, 22));

  it('is right for the lines of the nine containers', () => {
    for (const line of [
      'ERROR cannot open queue',
      'Error: Cannot find module express',
      'ERROR db connection refused',
      'level=error msg="queue is full"',
    ])
      assert.equal(levelOf(line), 'error', line);
    for (const line of ['INFO request served', 'applied 3 migrations', 'starting']) assert.match(levelOf(line), /info|unknown/, line);
  });
});

describe('Reading levels', () => {
  const short = [...errors, ...notErrors, ...loggers.map(([line]) => line)];

  it('reads at least 100,000 short lines in a second', () => {
    for (let i = 0; i < 200; i++) for (const line of short) levelOf(line);
    const rounds = Math.ceil(100_000 / short.length);
    const began = process.cpuUsage();
    for (let i = 0; i < rounds; i++) for (const line of short) levelOf(line);
    const spent = process.cpuUsage(began);
    assert.ok((spent.user + spent.system) / 1e6 < 1, `${(spent.user + spent.system) / 1000} ms`);
  });

  it('takes time in proportion to the length, whatever the text', () => {
    const hostile = ['a', ' ', '[', '"', '\\', '=', 'level=', '{"', 'Error.', '.a', '\u001b[', 'a=" ', '<1>', '| ', ': [', 'E0101 '];
    const cost = (text: string): number => {
      const began = process.hrtime.bigint();
      for (let i = 0; i < 5; i++) levelOf(text);
      return Number(process.hrtime.bigint() - began) / 5e6;
    };
    for (const piece of hostile) {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      cost(text.slice(0, 10_000));
      assert.ok(cost(text) < 60, `${JSON.stringify(piece)}: ${cost(text)} ms for 1 MB`);
    }
  }).timeout(20_000);
});
