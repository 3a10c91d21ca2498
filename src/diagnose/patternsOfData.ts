import type { PatternRow } from './patternRow.ts';

const migrate = 'Run the migrations this version needs, or go back to the version before.';

/** What databases answer, and tokens. */
export const dataRows: readonly PatternRow[] = [
  {
    id: 'db-login/refused',
    category: 'config_error',
    tells: 'config.denied',
    loud: true,
    hints: ['password authentication failed', 'access denied for user', 'noauth ', 'wrongpass ', 'authentication failed'],
    find: /\bpassword authentication failed for user\b|\bAccess denied for user '|\bNOAUTH Authentication required\b|\bWRONGPASS\b|\bMongoServerError: Authentication failed\b/,
    extract: [/\bfor user \\?["'](?<name>[\w.-]{1,63})/],
    meaning: 'is not let in by a database{ as user name}',
    advice: 'Compare user and password in its settings with those of the database; an old volume keeps the old password.',
  },
  {
    id: 'db-schema/missing',
    category: 'config_error',
    tells: 'config.denied',
    loud: true,
    hints: [' does not exist', " doesn't exist", 'no such table', 'no such column', 'unknown column', 'unknown database'],
    find: /\b(?:relation|column|database|role) \\?"[\w.]{1,100}\\?" (?:of relation \\?"[\w.]{1,100}\\?" )?does not exist\b|\bTable '[\w.]{1,130}' doesn't exist\b|\bno such (?:table|column): \w|\bUnknown (?:column|database) '/,
    extract: [
      /(?:\b(?:relation|column|database|role|Table) \\?["']|\bno such (?:table|column): |\bUnknown (?:column|database) ')(?<name>[\w.]{1,100})/,
    ],
    meaning: 'misses something in the database{: name}',
    advice: migrate,
  },
  {
    id: 'migration/failed',
    category: 'bad_change',
    hints: [
      'p3009',
      'failed migrations',
      'migrations have failed',
      'inconsistentmigrationhistory',
      'dirty database version',
      'migration failed',
    ],
    find: /\bP3009\b|\bfound failed migrations\b|\bMigrations have failed validation\b|\bInconsistentMigrationHistory\b|\bDirty database version\b|\b[Mm]igration failed\b/,
    meaning: 'has a database migration that failed',
    advice: 'Repair or roll back the failed migration, then run it again; keep a copy of the data first.',
  },
  {
    id: 'db-connections/full',
    category: 'resource_limit',
    tells: 'pids.log',
    loud: true,
    hints: ['too many clients', 'remaining connection slots', 'too many connections', 'max number of clients'],
    find: /\btoo many clients already\b|\bremaining connection slots are reserved\b|\bToo many connections\b|\bmax number of clients reached\b/,
    meaning: 'finds no free connection to a database',
    advice: 'Use smaller pools, close what is idle, or raise the limit of the database.',
  },
  {
    id: 'lock/wait',
    category: 'app_error',
    hints: ['deadlock detected', 'deadlock found', 'lock wait timeout', 'database is locked'],
    find: /\bdeadlock detected\b|\bDeadlock found when\b|\bLock wait timeout exceeded\b|\bdatabase is locked\b/i,
    meaning: 'waits for a lock in a database',
    advice: 'Find the long transaction that holds it; take locks in one order and keep transactions short.',
  },
  {
    id: 'token/invalid',
    category: 'app_error',
    hints: ['jsonwebtokenerror', 'tokenexpirederror', 'invalidtokenerror', 'expiredsignatureerror', 'jwt expired', 'jwt malformed'],
    find: /\bJsonWebTokenError\b|\bTokenExpiredError\b|\bInvalidTokenError\b|\bExpiredSignatureError\b|\bjwt (?:expired|malformed)\b/,
    meaning: 'does not accept a token',
    advice: 'Compare the signing keys of both sides and their clocks.',
  },
];
