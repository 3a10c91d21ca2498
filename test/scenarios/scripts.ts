/** Runs until it is told to end, and then ends well. */
export const polite = (loop: string): string => `trap "exit 0" TERM; echo ready; while :; do ${loop}; done`;

/** Answers HTTP on port 39432 and lives as long as its server does. */
export const serve = 'mkdir -p /www; echo ok > /www/index.html; echo "INFO listening on 39432"; exec httpd -f -p 39432 -h /www';

/** Answers HTTP, and after `seconds` its server is killed from within: exit 137 without a hand. */
export const serveThenDie = (seconds: number, last = 'kill -9 $p; wait $p; exit 137'): string =>
  `mkdir -p /www; echo ok > /www/index.html; httpd -f -p 39432 -h /www & p=$!; echo "INFO listening on 39432"; sleep ${seconds}; ${last}`;

/** Asks a peer twice a second and logs `said` when that fails, and `well` when not. */
export const ask = (address: string, said: string, well = 'INFO done'): string =>
  `while :; do if wget -q -T 1 -O /dev/null http://${address}/ 2>/tmp/why; then echo "${well}"; else echo "${said}"; fi; sleep 0.5; done`;

/** Asks a peer until it fails, says so and ends. */
export const askOrDie = (address: string, said: string): string =>
  `while wget -q -T 1 -O /dev/null http://${address}/; do sleep 0.5; done; echo "${said}"; exit 1`;

/** Four seconds of calm lines, then one bad one a second. */
export const calls = (calm: string, bad: string): string =>
  `i=0; while [ $i -lt 12 ]; do printf "${calm}\\n"; sleep 0.5; i=$((i+1)); done; while :; do printf "${bad}%d\\n" $i; sleep 1; i=$((i+1)); done`;
