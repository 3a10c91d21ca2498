import type { PatternRow } from './patternRow.ts';

/** A file and its line (`main.go:42`) look like a host and its port. */
const noFile = String.raw`(?![\w.-]{1,80}\.(?:go|js|mjs|cjs|ts|tsx|py|rb|rs|java|kt|c|cc|cpp|php|cs|ex|lua):)`;
const host = String.raw`(?:[A-Za-z][\w.-]{0,100}|\d{1,3}(?:\.\d{1,3}){3})`;

/** `db:5432`, `[::1]:5432`; `to db port 5432`, `at "db" (172.18.0.2), port 5432`; `remote host (10.0.0.3)`. */
const peers: readonly RegExp[] = [
  new RegExp(
    String.raw`(?:->|\bECONNREFUSED |\bETIMEDOUT |\bupstream: \\?"\w{1,10}:\/\/|\bdial tcp )\[?(?<peer>${host}|[\da-f:]{2,39}(?=\]))\]?:(?<port>\d{1,5})\b`,
  ),
  new RegExp(String.raw`(?:^|[\s"'(/@[=])${noFile}(?<peer>${host}):(?<port>\d{2,5})\b(?![\d:]*\])`),
  new RegExp(String.raw`\b(?:to|at|host) \\?["'(]?(?<peer>${host})\\?["')]?(?: \([\da-f.:]{2,39}\))?,?(?: on)? port (?<port>\d{1,5})\b`),
  new RegExp(String.raw`\bremote host \((?<peer>${host})\)`),
];
const upAndListening = 'See that {peer|what it calls}{:port} is up and listens there, and that the address in the settings is right.';

/** Peers that cannot be reached, and what they answer. */
export const networkRows: readonly PatternRow[] = [
  {
    id: 'refused/connect',
    category: 'network',
    tells: 'peer.named',
    loud: true,
    hints: ['econnrefused', 'connection refused'],
    find: /\bECONNREFUSED\b|\bconnection refused\b/i,
    extract: peers,
    meaning: 'is refused{ by peer}{:port}',
    advice: upAndListening,
  },
  {
    id: 'route/none',
    category: 'network',
    tells: 'net.log',
    loud: true,
    hints: ['ehostunreach', 'enetunreach', 'no route to host', 'network is unreachable'],
    find: /\bE(?:HOST|NET)UNREACH\b|\bno route to host\b|\bnetwork is unreachable\b/i,
    extract: peers,
    meaning: 'has no route{ to peer}{:port}',
    advice: 'Put both on one network, and see that the address is still that of its peer.',
  },
  {
    id: 'dns/name',
    category: 'network',
    strength: 3,
    tells: 'net.log',
    loud: true,
    hints: [
      'enotfound',
      'eai_again',
      'no such host',
      'service not known',
      'in name resolution',
      'could not translate host',
      'could not resolve host',
      'host not found in upstream',
      'unknownhostexception',
      'bad address ',
      'associated with hostname',
      'nxdomain',
    ],
    find: /\bENOTFOUND\b|\bEAI_AGAIN\b|\bno such host\b|\bname or service not known\b|\bfailure in name resolution\b|\bcould not translate host name\b|\bcould not resolve host\b|\bhost not found in upstream\b|\bUnknownHostException\b|\bbad address '|\bno address associated with hostname\b|\bNXDOMAIN\b/i,
    extract: [
      /\b(?:ENOTFOUND|EAI_AGAIN|lookup|host name|in upstream|resolve host:?|bad address|UnknownHostException:) \\?["']?(?<name>[A-Za-z0-9][\w.-]{0,100})/i,
    ],
    meaning: 'cannot find the host{ name}',
    advice: 'See that {name|the host} runs and shares a network with it, and that the name in the settings is right.',
  },
  {
    id: 'reset/peer',
    category: 'network',
    hints: ['econnreset', 'epipe', 'connection reset', 'socket hang up', 'broken pipe'],
    find: /\bECONNRESET\b|\bEPIPE\b|\bconnection reset by peer\b|\bconnection reset$|\bsocket hang up\b|: broken pipe\b/i,
    extract: peers,
    meaning: 'had a connection cut{ by peer}{:port}',
    advice: 'See whether {peer|the other side} restarted or closes idle connections sooner than it does.',
  },
  {
    id: 'timeout/call',
    category: 'latency',
    loud: true,
    hints: ['deadline exceeded', 'timed out', 'timedout', 'timeouterror', 'i/o timeout', 'timeoutexception'],
    find: /\bcontext deadline exceeded\b|\bE(?:SOCKET)?TIMEDOUT\b|\bTimeoutError\b|\bi\/o timeout\b|\b(?:Read|Connect|Socket)Timeout(?:Exception|Error)\b|\b(?:upstream|connect|connection|read|request|download|operation) timed out\b/i,
    extract: peers,
    meaning: 'waits too long{ for peer}{:port}',
    advice: 'See whether {peer|the other side} is slow or out of reach; a longer limit only hides it.',
  },
  {
    id: 'tls/certificate',
    category: 'config_error',
    tells: 'config.denied',
    loud: true,
    hints: [
      'x509: ',
      'certificate_verify_failed',
      'self-signed certificate',
      'self signed certificate',
      'certificate has expired',
      'pkix path',
      'certificate',
    ],
    find: /\bx509: c|\bCERTIFICATE_VERIFY_FAILED\b|: self[- ]signed certificate\b|\bself[- ]signed certificate in certificate chain\b|\bcertificate has expired\b|\bCERT_HAS_EXPIRED\b|\bPKIX path building failed\b|\bunable to (?:verify the first|get local issuer) certificate\b/i,
    unless: /\bgenerated\b|\bchain ok\b/,
    meaning: 'does not trust a certificate',
    advice: 'Renew the certificate, or give the service the authority that signed it; see that its clock is right.',
  },
  {
    id: 'rate-limit/answer',
    category: 'app_error',
    hints: ['too many requests', 'status=429', 'status":429', 'status": 429', 'rate limit exceeded', 'rate limit reached'],
    find: /\btoo many requests\b|\bstatus(?:=|\\?": ?)429\b|\brate limit (?:exceeded|reached)\b/i,
    meaning: 'is told that it asks too often',
    advice: 'Ask less often, wait as long as the answer says, or have the limit raised.',
  },
  {
    id: 'http-5xx/answer',
    category: 'app_error',
    loud: true,
    calm: true,
    hints: ['500', '502', '503', '504'].flatMap(code => [` ${code}`, `:${code}`, `=${code}`]),
    find: /" 50[0234] (?:\d|-)|"(?:status|statusCode|status_code)": ?50[0234]\b|\bstatus(?:_code)?=50[0234]\b|\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) [^\s"]{1,2000} (?:HTTP\/[\d.]{1,3} )?50[0234]\b|\b50(?:0 Internal Server Error|2 Bad Gateway|3 Service Unavailable|4 Gateway Time-?out)\b/,
    meaning: 'answers with server errors',
    advice: 'Read its error lines of the same moment, and look at what it needs.',
  },
];
