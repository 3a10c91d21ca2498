const newline = 0x0a;
const longest = 1024 * 1024;

/** One value, and its line to the letter: numbers above 2^53 lose digits on their way into a JavaScript number. */
export interface JsonLine {
  readonly value: unknown;
  readonly text: string;
}

/** Cuts a stream of bytes into lines of JSON. What is too long (over 1 MiB) or no JSON is left out and counted. */
export class JsonLines {
  private parts: Buffer[] = [];
  private size = 0;
  private skipping = false;
  skipped = 0;
  /** Lines for which this gives true are dropped unparsed, uncounted. */
  private readonly ignore: (text: string) => boolean;

  constructor(ignore: (text: string) => boolean = () => false) {
    this.ignore = ignore;
  }

  push(chunk: Buffer, emit: (line: JsonLine) => void): void {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.take(chunk.subarray(from, at));
      this.finish(emit);
      from = at + 1;
    }
    this.take(chunk.subarray(from));
  }

  private take(part: Buffer): void {
    if (part.length === 0 || this.skipping) return;
    this.size += part.length;
    if (this.size <= longest) {
      this.parts.push(part);
      return;
    }
    this.skipping = true;
    this.parts = [];
  }

  private finish(emit: (line: JsonLine) => void): void {
    const tooLong = this.skipping;
    const text = Buffer.concat(this.parts).toString('utf8').trim();
    this.parts = [];
    this.size = 0;
    this.skipping = false;
    if (tooLong) this.skipped++;
    else if (text !== '' && !this.ignore(text)) this.parse(text, emit);
  }

  private parse(text: string, emit: (line: JsonLine) => void): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.skipped++;
      return;
    }
    emit({ value, text });
  }
}
