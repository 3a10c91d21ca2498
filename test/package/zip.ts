import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly offset: number;
  readonly packed: number;
  readonly deflated: boolean;
}

const directorySignature = 0x02014b50;

/** What the central directory of a zip file lists; small archives without encryption. */
export function entriesOf(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) throw new Error('not a zip file');
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === directorySignature) {
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + name),
      offset: zip.readUInt32LE(at + 42),
      packed: zip.readUInt32LE(at + 20),
      deflated: zip.readUInt16LE(at + 10) === 8,
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

export function textIn(zip: Buffer, name: string): string {
  const entry = entriesOf(zip).find(entry => entry.name === name);
  if (entry === undefined) throw new Error(`${name} is not in the zip file`);
  const start = entry.offset + 30 + zip.readUInt16LE(entry.offset + 26) + zip.readUInt16LE(entry.offset + 28);
  const bytes = zip.subarray(start, start + entry.packed);
  return (entry.deflated ? inflateRawSync(bytes) : bytes).toString('utf8');
}
