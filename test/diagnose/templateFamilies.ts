import { dice } from '../bench/logMix.ts';

type Roll = (sides: number) => number;

const pick = (roll: Roll, items: readonly string[]): string => items[roll(items.length)] ?? '';
const hex = (roll: Roll, length: number): string => Array.from({ length }, () => roll(16).toString(16)).join('');
const many = (roll: Roll, most: number, one: () => string, between: string): string =>
  Array.from({ length: 1 + roll(most) }, one).join(between);
const users = ['root', 'admin', 'oracle', 'guest', 'backup', 'ann', 'bob', 'test', 'deploy', 'ftpuser', 'x', 'www-data'];
const words = ['alpha', 'bravo', 'carol', 'delta', 'echo', 'fargo', 'golf', 'hotel', 'india', 'juliet', 'kilo', 'lima'];
const address = (roll: Roll): string => `${10 + roll(180)}.${roll(256)}.${roll(256)}.${roll(256)}`;

/** What stands in the braces of a form. */
const slots: Readonly<Record<string, (roll: Roll) => string>> = {
  n: roll => String(roll(100_000)),
  d: roll => String(roll(10)),
  f: roll => (roll(100_000) / 100).toFixed(roll(3)),
  hex: roll => hex(roll, 8),
  '0x': roll => `0x${hex(roll, 4 + roll(8))}`,
  ip: address,
  peer: roll => `${address(roll)}:${1024 + roll(60_000)}`,
  user: roll => pick(roll, users),
  node: roll => `R${roll(8)}${roll(8)}-M${roll(2)}-N${roll(16)}-C:J${roll(18)}-U${roll(12)}`,
  host: roll => `${pick(roll, words)}${roll(90)}.${pick(roll, words)}.example.org`,
  path: roll => `/${many(roll, 4, () => `${pick(roll, words)}${roll(9)}`, '/')}.${pick(roll, ['so', 'log', 'tmp', 'rts'])}`,
  uuid: roll => [8, 4, 4, 4, 12].map(length => hex(roll, length)).join('-'),
  ips: roll => many(roll, 5, () => address(roll), ', '),
  size: roll => `${roll(900)}.${roll(9)} ${pick(roll, ['B', 'KB', 'MB', 'GB'])}`,
  pod: roll => `shop/${pick(roll, words)}-${hex(roll, 8)}9-x${roll(90)}k`,
  pkg: roll => `Package_for_KB${100_000 + roll(900_000)}~31bf3856ad364e35~amd64~~${roll(9)}.${roll(9)}.1.${roll(20)}`,
  time: roll => `${10 + roll(13)}:${10 + roll(49)}:${10 + roll(49)}`,
};

/** How systems of many kinds write, in words of our own. `{slot}` varies; one form is one event. */
export const families: Readonly<Record<string, readonly string[]>> = {
  supercomputer: [
    'generating core.{n}',
    'instruction cache parity error corrected',
    'data TLB error interrupt',
    '{n} double-hummer alignment exceptions',
    'CE sym {d}, at {0x}, mask {0x}',
    'total of {n} ddr error(s) detected and corrected',
    'ciod: failed to read message prefix on control stream (CioStream socket to {peer}',
    'ciod: Error loading {path}: invalid or missing program image, No such file or directory',
    'ciod: Error loading {path}: invalid or missing program image, Exec format error',
    'ciod: login chdir({path}) failed: No such file or directory',
    'ciod: cpu {d} at treeaddr {n} sent unrecognized message {0x}',
    'program interrupt: illegal instruction......{d}',
    'machine check: i-fetch......................{d}',
    'rts: kernel terminated for reason {n}',
    'fpr29={0x} {0x} {0x} {0x}',
    'lr:{hex} cr:{hex} xer:{hex} ctr:{hex}',
    'node card {node} is not fully functional',
    'idoproxydb hit ASSERT condition: ASSERT expression={d} Source file={path} Source line={n} Function=int',
  ],
  syslog: [
    'session opened for user {user} by (uid={d})',
    'session closed for user {user}',
    'connection from {ip} ({host}) at {time}',
    'synchronized to {ip}, stratum {d}',
    'synchronized to LOCAL({d}), stratum {n}',
    'kernel: usb {d}-{d}: new high-speed USB device number {n} using xhci_hcd',
    'kernel: usb {d}-{d}: USB disconnect, device number {n}',
    'Started Session {n} of user {user}.',
    'Stopped target timers.',
    'Started target timers.',
    'DHCPREQUEST on eth{d} to {ip} port {n} (xid={0x})',
    'DHCPACK from {ip} (xid={0x})',
    'postfix/qmgr[{n}]: {hex}9: from=<{user}@{host}>, size={n}, nrcpt={d} (queue active)',
    'postfix/qmgr[{n}]: {hex}9: removed',
    'crond[{n}]: (root) CMD (run-parts {path})',
    'imuxsock begins to drop messages from pid {n} due to rate-limiting',
  ],
  spark: [
    'Starting task {n}.{d} in stage {n}.{d} (TID {n}, {host}, partition {n}, PROCESS_LOCAL, {n} bytes)',
    'Finished task {n}.{d} in stage {n}.{d} (TID {n}). {n} bytes result sent to driver',
    'Running task {n}.{d} in stage {n}.{d} (TID {n})',
    'Lost task {n}.{d} in stage {n}.{d} (TID {n}, {host}): java.io.IOException: No space left on device',
    'Block broadcast_{n} stored as values in memory (estimated size {size}, free {size})',
    'Block rdd_{n}_{n} stored as bytes in memory (estimated size {size}, free {size})',
    'Found block rdd_{n}_{n} locally',
    'Removed broadcast_{n}_piece{d} on {peer} in memory (size: {size}, free: {size})',
    'Reading broadcast variable {n} took {n} ms',
    'Input split: hdfs://{peer}{path}:{n}+{n}',
    'Times: total = {n}, boot = {n}, init = {n}, finish = {n}',
    'Registered BlockManager',
    'Driver {peer} disassociated! Shutting down.',
  ],
  desktop: [
    'AppleCamIn::systemWakeCall - messageType = {0x}',
    'ARPT: {n}.{n}: wl0: setup_keepalive: Local port: {n}, Remote port: {n}',
    'ARPT: {n}.{n}: wl0: setup_keepalive: Remote IP: {ip}',
    'en0: channel changed to {n}',
    'Previous sleep cause: {d}',
    'Unexpected payload found for message {n}, dataLen {d}',
    'tcp_connection_destination_perform_socket_connect {n} connectx to {peer}@{d} failed: [{n}] Network is unreachable',
    'Sandbox: com.apple.Addres({n}) deny({d}) network-outbound {path}',
    'CCFile::captureLog Received Capture notice id: {n}, reason = AuthFail:sts:{d}_rsn:{d}',
    'Bluetooth -- LE is supported - Disable LE meta event',
    'Bluetooth -- LE is supported - Enable LE meta event',
    'ASL Sender Statistics',
  ],
  sshd: [
    'Accepted password for {user} from {ip} port {n} ssh2',
    'Failed password for {user} from {ip} port {n} ssh2',
    'Failed password for invalid user {user} from {ip} port {n} ssh2',
    'Invalid user {user} from {ip}',
    'input_userauth_request: invalid user {user} [preauth]',
    'Connection closed by {ip} [preauth]',
    'Received disconnect from {ip}: {d}: Bye Bye [preauth]',
    'reverse mapping checking getaddrinfo for {host} [{ip}] failed - POSSIBLE BREAK-IN ATTEMPT!',
    'pam_unix(sshd:auth): check pass; user unknown',
    'pam_unix(sshd:auth): authentication failure; logname= uid={d} euid={d} tty=ssh ruser= rhost={ip}',
    'Did not receive identification string from {ip}',
    'error: Received disconnect from {ip}: {d}: com.jcraft.jsch.JSchException: Auth fail [preauth]',
  ],
  steps: [
    'onStandStepChanged {n}',
    'onExtend:{n} {d} {d} {n}',
    'getTodayTotalDetailSteps = {n}##{n}##{n}##{n}##{n}##{n}',
    'calculateCaloriesWithCache totalCalories={n}',
    'setTodayTotalDetailSteps={n}##{n}##{n}##{n}',
    'flush sensor data',
    'upLoadHealthData',
    'processHandleBroadcastAction action:android.intent.action.SCREEN_ON',
    'processHandleBroadcastAction action:android.intent.action.SCREEN_OFF',
    'REPORT : {n} {n} {n} {n}',
  ],
  servicing: [
    'Read out cached package applicability for package: {pkg}, ApplicableState: {n}, CurrentState:{n}',
    'Session: {n}_{n} initialized by client WindowsUpdateAgent.',
    'SQM: Uploading requested of all unsent reports.',
    'SQM: Requesting upload of all unsent reports.',
    'SQM: Failed to start upload with file pattern: {path}, flags: {0x} [HRESULT = {0x} - E_FAIL]',
    'Warning: Unrecognized packageExtended attribute.',
    'Loaded Servicing Stack v{d}.{d}.{n}.{n} with Core: {path}',
    'Ending TrustedInstaller initialization.',
    'Starting TrustedInstaller initialization.',
    'Ending TrustedInstaller finalization.',
    '{hex}@{n}/{d}/{n}:{time}.{n} WcpInitialize (wcp.dll version {d}.{d}.{d}.{d}) called (stack @{0x} @{0x} @{0x})',
    'NonStart: Set pending store consistency check.',
  ],
  cloud: [
    '{ip} "GET /v2/{uuid}/servers/detail HTTP/1.1" status: {n} len: {n} time: {f}',
    '{ip} "POST /v2/{uuid}/os-server-external-events HTTP/1.1" status: {n} len: {n} time: {f}',
    '[instance: {uuid}] VM Started (Lifecycle Event)',
    '[instance: {uuid}] VM Stopped (Lifecycle Event)',
    '[instance: {uuid}] Took {f} seconds to spawn the instance on the hypervisor.',
    '[instance: {uuid}] Took {f} seconds to destroy the instance on the hypervisor.',
    '[instance: {uuid}] Deleting instance files {path}',
    '[instance: {uuid}] Deletion of {path} complete',
    'Active base files: {path}',
    'image {uuid} at ({path}): checking',
    'Auditing locally available compute resources for node {host}',
    'Final resource view: name={host} phys_ram={n}MB used_ram={n}MB phys_disk={n}GB total_vcpus={n} used_vcpus={d} pci_stats=[]',
  ],
  cluster: [
    'synced pod {pod} in {n}ms',
    'failed to sync pod {pod}: context deadline exceeded',
    '"Started container" pod="{pod}" containerID="{hex}{hex}1"',
    '"Killing container" pod="{pod}" containerID="{hex}{hex}1"',
    'Readiness probe for "{pod}" failed: Get http://{peer}/healthz: dial tcp {peer}: connect: connection refused',
    'Liveness probe for "{pod}" failed: HTTP probe failed with statuscode: {n}',
    'Scaled up replica set {pod} to {d}',
    'Scaled down replica set {pod} to {d}',
    'endpoints changed: {ips}',
    'lease renewed by {host} at {time}',
  ],
  collector: [
    'GC({n}) Pause Young (Normal) (G1 Evacuation Pause) {n}M->{n}M({n}M) {f}ms',
    'GC({n}) Pause Remark {n}M->{n}M({n}M) {f}ms',
    'GC({n}) Pause Cleanup {n}M->{n}M({n}M) {f}ms',
    'GC({n}) Concurrent Mark Cycle {f}ms',
    'GC({n}) Concurrent Mark Cycle',
    'GC({n}) Eden regions: {n}->{d}({n})',
    'GC({n}) Survivor regions: {n}->{d}({n})',
    'GC({n}) User={f}s Sys={f}s Real={f}s',
    '{f}: [Full GC (Ergonomics) {n}K->{n}K({n}K), {f} secs]',
    'Heap region size: {d}M',
  ],
};

export interface FamilyLine {
  readonly family: string;
  readonly event: string;
  readonly line: string;
}

/** Some hundred lines of each family with the event that each belongs to; a few events make most of the lines. */
export function familyLines(seed: number, each = 600): FamilyLine[] {
  const roll = dice(seed);
  return Object.entries(families).flatMap(([family, forms]) =>
    Array.from({ length: each }, () => {
      const event = forms[Math.min(roll(forms.length), roll(forms.length * 2))] ?? '';
      return { family, event, line: event.replace(/\{([\w]+)\}/g, (_all, slot: string) => slots[slot]?.(roll) ?? '') };
    }),
  );
}
