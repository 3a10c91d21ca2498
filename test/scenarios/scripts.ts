/** Runs until it is told to end, and then ends well. */
export const polite = (loop: string): string => `trap "exit 0" TERM; echo ready; while :; do ${loop}; done`;

/** Writes the page that `serve` shows. */
const page = 'mkdir -p /www; echo ok > /www/index.html; echo "INFO listening"';

/** Answers HTTP at a port and lives as long as its server does. */
export const serve = (port: string): string => `${page}; exec httpd -f -p ${port} -h /www`;

/** Answers HTTP, and after some seconds its server is killed from within: exit 137 without a hand; or `last` ends it. */
export const serveThenDie = (port: string, seconds: number, last = 'kill -9 $p; wait $p; exit 137'): string =>
  `${page}; httpd -f -p ${port} -h /www & p=$!; sleep ${seconds}; ${last}`;

/** Whether a peer ("address port") answers 200 within two seconds. */
export const answers = (peer: string): string =>
  `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 2 nc ${peer} 2>/dev/null | grep -q '200 OK'`;

/** Asks a peer twice a second and logs `said` when that fails, and `well` when not. */
export const ask = (peer: string, said: string, well = 'INFO done'): string =>
  `while :; do if ${answers(peer)}; then echo "${well}"; else echo "${said}"; fi; sleep 0.5; done`;

/** Asks a peer until it fails, says so and ends. */
export const askOrDie = (peer: string, said: string): string => `while ${answers(peer)}; do sleep 0.5; done; echo "${said}"; exit 1`;

/** A server of one answer for each call, made by a script. */
export const serveBy = (port: string, script: string): string =>
  `cat > /answer <<'END'\n#!/bin/sh\n${script}\nEND\nchmod +x /answer; echo "INFO listening"; exec nc -ll -p ${port} -e /answer`;

export const reply = (status: string): string => `printf 'HTTP/1.0 ${status}\\r\\n\\r\\n'`;

/** Four seconds of calm lines, then one bad one a second. */
export const calls = (calm: string, bad: string): string =>
  `i=0; while [ $i -lt 12 ]; do printf "${calm}\\n"; sleep 0.5; i=$((i+1)); done; while :; do printf "${bad}%d\\n" $i; sleep 1; i=$((i+1)); done`;
