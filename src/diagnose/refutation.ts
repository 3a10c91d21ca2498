import type { Category } from '../model/issue.ts';

/** What would show that a cause was guessed wrongly; one row per category. */
export const refutations: Readonly<Record<Category, string>> = {
  app_crash: 'it dies the same way with the version that ran in peace before',
  app_error: 'the same errors stand in its log from before the trouble',
  oom: 'its memory stays far below its limit until the next death',
  bad_change: 'it fails just so with what it was made from before',
  config_error: 'it fails just so with the setting mended',
  start_error: 'the same command starts elsewhere from the same image',
  disk_full: 'the file system it writes to has room',
  resource_limit: 'its ports, files and processes are far below their limits',
  hang: 'it answers when asked from within its own network',
  unhealthy: 'its health check passes when run by hand',
  latency: 'it answers as fast as before when asked alone',
  network: 'the peer can be reached by name and port from its network',
  dependency: 'what it needs answers from its network',
  operator_action: 'nobody stopped it: no signal came before its end',
  daemon_restart: 'the engine ran through when it ended',
  flapping: 'it stays up for ten minutes',
  unreachable: 'the server answers from another machine',
  unknown: 'any other cause explains more of what was seen',
};
