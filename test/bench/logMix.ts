/** Numbers that look like chance and are the same in each run. */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return sides => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * sides);
  };
}

type Roll = (sides: number) => number;
type Writer = (roll: Roll, time: string) => string;

const pick = <T>(roll: Roll, items: readonly T[]): T => items[roll(items.length)] as T;
const hex = (roll: Roll, length: number): string => Array.from({ length }, () => roll(16).toString(16)).join('');
const uuid = (roll: Roll): string => [8, 4, 4, 4, 12].map(length => hex(roll, length)).join('-');
const address = (roll: Roll): string => `10.${roll(256)}.${roll(256)}.${1 + roll(254)}`;
const paths = ['/api/items', '/api/cart', '/healthz', '/static/app.js', '/login', '/api/orders'];
const users = ['ann', 'bob', 'cleo', 'dora', 'emil', 'fay'];
const tables = ['orders', 'items', 'carts', 'users'];
const clock = (time: string): string => time.slice(11, 19);

/** Loggers that developers meet, each as often as its place in the list. */
const writers: readonly Writer[] = [
  (r, t) =>
    `time=${t} level=${pick(r, ['info', 'info', 'debug', 'warn'])} msg="request served" method=GET path=${pick(r, paths)}/${r(9000)} status=${pick(r, [200, 200, 304, 404])} took=${r(900)}ms`,
  (r, t) =>
    `time=${t} level=info msg="cache refreshed" keys=${r(5000)} hits=${r(90_000)} misses=${r(900)} took=${(r(9000) / 1000).toFixed(3)}s`,
  (r, t) =>
    JSON.stringify({
      level: pick(r, [20, 30, 30, 30, 40]),
      time: Date.parse(t),
      pid: 1,
      hostname: `api-${hex(r, 10)}`,
      reqId: `req-${r(100_000)}`,
      req: { method: 'GET', url: `${pick(r, paths)}?page=${r(40)}`, remoteAddress: address(r) },
      responseTime: r(90_000) / 100,
      msg: 'request completed',
    }),
  (r, t) =>
    JSON.stringify({
      level: 'info',
      ts: t,
      caller: `store/${pick(r, tables)}.go:${r(400)}`,
      msg: 'rows written',
      table: pick(r, tables),
      rows: r(800),
    }),
  (r, t) =>
    `${address(r)} - - [02/Jan/2026:${clock(t)} +0000] "GET ${pick(r, paths)}?id=${r(9000)} HTTP/1.1" ${pick(r, [200, 200, 200, 304, 404])} ${r(90_000)} "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`,
  (r, t) =>
    `${t.slice(0, 10)} ${clock(t)}.${r(900) + 100}  INFO ${r(90)} --- [nio-8080-exec-${r(10)}] c.example.shop.OrderService : Order ${r(90_000)} of customer ${pick(r, users)} accepted with ${r(20)} items`,
  (r, t) =>
    `${t.slice(0, 10)} ${clock(t)}.${r(900) + 100}  WARN ${r(90)} --- [scheduling-${r(4)}] c.example.shop.Stock : Item ${uuid(r)} is low, ${r(9)} left`,
  (r, t) =>
    `${t.slice(0, 10)} ${clock(t)}.${r(900) + 100} UTC [${r(900)}] LOG:  duration: ${r(90_000) / 1000} ms  statement: SELECT * FROM ${pick(r, tables)} WHERE id = ${r(90_000)}`,
  (r, t) =>
    `${t.slice(0, 10)} ${clock(t)}.${r(900) + 100} UTC [${r(900)}] LOG:  checkpoint complete: wrote ${r(9000)} buffers (${r(99)}.${r(9)}%)`,
  (r, t) =>
    `I0102 ${clock(t)}.${r(900_000) + 100_000}       1 controller.go:${r(600)}] synced pod shop/${pick(r, tables)}-${hex(r, 8)} in ${r(90)}ms`,
  (r, t) =>
    `${t.slice(0, 10)} ${clock(t)},${r(900) + 100} INFO celery.worker Task mail.send[${uuid(r)}] succeeded in ${r(9)}.${r(90_000)}s: None`,
  (r, t) => `1:M 02 Jan 2026 ${clock(t)}.${r(900) + 100} * ${r(900)} changes in ${r(300)} seconds. Saving...`,
  r =>
    `    at com.example.shop.${pick(r, ['OrderService', 'Stock', 'Cart'])}.handle(${pick(r, ['OrderService', 'Stock', 'Cart'])}.java:${r(400)})`,
  r => `[GIN] | ${pick(r, [200, 200, 404])} | ${r(900)}.${r(90)}µs | ${address(r)} | GET "${pick(r, paths)}"`,
  (r, t) => `${t} ERROR payment gateway answered ${pick(r, ['timeout', 'busy'])} for order ${r(90_000)} after ${r(30)} attempts`,
  r => `compiled ${pick(r, paths)} successfully in ${r(4000)} ms (${r(900)} modules)`,
];

/** Lines as the services of a developer write them, no two of which are likely to be the same. */
export function typicalLog(count: number, seed = 1): string[] {
  const roll = dice(seed);
  const start = Date.parse('2026-01-02T03:04:05Z');
  return Array.from({ length: count }, (_, i) => pick(roll, writers)(roll, new Date(start + i * 37).toISOString()));
}
