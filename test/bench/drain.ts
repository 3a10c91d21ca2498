import { spawnSync } from 'node:child_process';

/** Lines a second of Drain3. */
export interface Drain {
  readonly plain: number;
  readonly masked: number;
  /** Whether it ran here, on the same lines; if not, the highest figures published beside the data, of another machine. */
  readonly here: boolean;
}

/** Reads lines from its input and says how many it reads a second of processor time, without and with the masks of its example. */
const program = String.raw`
import json, sys, time
from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig
lines = sys.stdin.buffer.read().decode("utf8").split("\n")
edge = lambda inner: "((?<=[^A-Za-z0-9])|^)(" + inner + ")((?=[^A-Za-z0-9])|$)"
masks = [
    (edge(r"([0-9a-f]{2,}:){3,}([0-9a-f]{2,})"), "ID"),
    (edge(r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"), "IP"),
    ("((?<=[^A-Za-z0-9])|^)([0-9a-f]{6,} ?){3,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    ("((?<=[^A-Za-z0-9])|^)([0-9A-F]{4} ?){4,}((?=[^A-Za-z0-9])|$)", "SEQ"),
    (edge(r"0x[a-f0-9A-F]+"), "HEX"),
    (edge(r"[\-\+]?\d+"), "NUM"),
    (r"(?<=executed cmd )(\".+?\")", "CMD"),
]
def speed(with_masks):
    config = TemplateMinerConfig()
    if with_masks:
        config.masking_instructions = [MaskingInstruction(pattern, name) for pattern, name in masks]
    miner = TemplateMiner(config=config)
    start = time.process_time()
    for line in lines:
        miner.add_log_message(line)
    return len(lines) / (time.process_time() - start)
print(json.dumps({"plain": speed(False), "masked": speed(True)}))
`;

/** `DOZOR_PYTHON` names an interpreter that can import drain3. */
export function drainSpeed(lines: readonly string[], published: { plain: number; masked: number }): Drain {
  const python = process.env['DOZOR_PYTHON'] ?? 'python3';
  const { status, stdout } = spawnSync(python, ['-c', program], { input: lines.join('\n'), encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) return { ...published, here: false };
  const { plain, masked } = JSON.parse(stdout) as { plain: number; masked: number };
  return { plain, masked, here: true };
}
