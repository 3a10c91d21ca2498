export type Stream = 'out' | 'err';

const headerSize = 8;
const largest = 16 * 1024 * 1024;

/** The stream cannot be followed any further: what came is not a frame. */
export class FrameError extends Error {}

/**
 * Cuts Docker's multiplexed log stream into frames: one byte of stream (0, 1 out, 2 err), three of padding, four of length, payload.
 * Any split of the bytes gives the same frames; no recursion, so ten thousand frames in one chunk are as good as one.
 */
export class FrameDecoder {
  private readonly header = Buffer.alloc(headerSize);
  private headerGot = 0;
  private parts: Buffer[] = [];
  private missing = 0;

  /** Calls `emit` for each frame that is whole now. Throws `FrameError` on a stream type above 2 or a length above 16 MiB. */
  push(chunk: Buffer, emit: (stream: Stream, payload: Buffer) => void): void {
    let at = 0;
    while (at < chunk.length) {
      const whole = this.headerGot === 0 ? this.takeWhole(chunk, at, emit) : 0;
      at += whole;
      if (whole > 0) continue;
      at += this.headerGot < headerSize ? this.takeHeader(chunk, at) : this.takePayload(chunk, at);
      if (this.headerGot === headerSize && this.missing === 0) this.finish(emit);
    }
  }

  /** Bytes of a frame that has not ended; 0 between frames. */
  get pending(): number {
    return this.headerGot + this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  /** The frame that has not ended, for another decoder to go on with: pushed there, it is as if it had come there. */
  leftover(): Buffer {
    return Buffer.concat([this.header.subarray(0, this.headerGot), ...this.parts]);
  }

  /** Most frames lie whole in their chunk. Gives the bytes taken; 0 when this one does not. */
  private takeWhole(chunk: Buffer, at: number, emit: (stream: Stream, payload: Buffer) => void): number {
    if (chunk.length - at < headerSize) return 0;
    const type = chunk.readUInt8(at);
    const size = headerSize + chunk.readUInt32BE(at + 4);
    if (type > 2 || chunk.length - at < size) return 0;
    emit(type === 2 ? 'err' : 'out', chunk.subarray(at + headerSize, at + size));
    return size;
  }

  private takeHeader(chunk: Buffer, at: number): number {
    const taken = Math.min(headerSize - this.headerGot, chunk.length - at);
    chunk.copy(this.header, this.headerGot, at, at + taken);
    this.headerGot += taken;
    if (this.headerGot === headerSize) this.openFrame();
    return taken;
  }

  private openFrame(): void {
    const type = this.header.readUInt8(0);
    const length = this.header.readUInt32BE(4);
    if (type > 2) throw new FrameError(`a log frame of unknown type ${type}`);
    if (length > largest) throw new FrameError(`a log frame of ${length} bytes`);
    this.missing = length;
  }

  private takePayload(chunk: Buffer, at: number): number {
    const taken = Math.min(this.missing, chunk.length - at);
    const part = chunk.subarray(at, at + taken);
    this.missing -= taken;
    // What stays until the next chunk is copied: the memory of this one may be used again.
    this.parts.push(this.missing === 0 ? part : Buffer.from(part));
    return taken;
  }

  private finish(emit: (stream: Stream, payload: Buffer) => void): void {
    const [first] = this.parts;
    const payload = this.parts.length === 1 && first !== undefined ? first : Buffer.concat(this.parts);
    this.parts = [];
    this.headerGot = 0;
    emit(this.header.readUInt8(0) === 2 ? 'err' : 'out', payload);
  }
}
