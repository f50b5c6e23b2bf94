import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { invalidArgument } from '../errors';

/**
 * The part of the ZIP format (PKWARE APPNOTE 6.3) that a few named entries need:
 * stored or deflated, no encryption, no zip64.
 */
export type ZipEntries = ReadonlyMap<string, Uint8Array>;

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const END_RECORD_BYTES = 22;
const CENTRAL_HEADER_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const MAX_COMMENT_BYTES = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** 1980-01-01, the format's first day: the same entries give the same file. */
const DOS_DATE = 0x0021;
/** Names in UTF-8. */
const FLAGS = 0x0800;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffffffff) >>> 0;
}

export function writeZip(entries: ZipEntries): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of entries) {
    const packed = deflateRawSync(data);
    const nameBytes = Buffer.from(name, 'utf8');
    // From "version needed" to "extra field length": the same 26 bytes in both headers.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(FLAGS, 2);
    shared.writeUInt16LE(DEFLATED, 4);
    shared.writeUInt16LE(DOS_DATE, 8);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([uint32(LOCAL_HEADER), shared, nameBytes, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    centrals.push(
      Buffer.concat([uint32(CENTRAL_HEADER), Buffer.from([20, 0]), shared, rest, nameBytes]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(END_RECORD_BYTES);
  end.writeUInt32LE(END_RECORD, 0);
  end.writeUInt16LE(entries.size, 8);
  end.writeUInt16LE(entries.size, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/**
 * INVALID_ARGUMENT for what is no such archive, a checksum that is wrong, or an
 * entry that unpacks to more than `maxEntryBytes`.
 */
export function readZip(archive: Buffer, maxEntryBytes: number): ZipEntries {
  try {
    return readEntries(archive, maxEntryBytes);
  } catch (error) {
    // Offsets beyond the end are RangeErrors of Buffer, torn data errors of zlib.
    throw invalidArgument(`the archive cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function readEntries(archive: Buffer, maxEntryBytes: number): ZipEntries {
  const end = findEndRecord(archive);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== CENTRAL_HEADER) throw new Error('its directory is damaged');
    const method = archive.readUInt16LE(at + 10);
    const crc = archive.readUInt32LE(at + 16);
    const packedBytes = archive.readUInt32LE(at + 20);
    const nameBytes = archive.readUInt16LE(at + 28);
    const localOffset = archive.readUInt32LE(at + 42);
    const nameStart = at + CENTRAL_HEADER_BYTES;
    const name = archive.toString('utf8', nameStart, nameStart + nameBytes);
    const start =
      localOffset +
      LOCAL_HEADER_BYTES +
      archive.readUInt16LE(localOffset + 26) +
      archive.readUInt16LE(localOffset + 28);
    const data = unpack(name, method, archive.subarray(start, start + packedBytes), maxEntryBytes);
    if (crc32(data) !== crc) throw new Error(`the checksum of ${name} is wrong`);
    entries.set(name, data);
    at = nameStart + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function findEndRecord(archive: Buffer): number {
  const last = archive.length - END_RECORD_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (archive.readUInt32LE(at) === END_RECORD) return at;
  }
  throw new Error('it is no zip file');
}

function unpack(name: string, method: number, packed: Buffer, maxBytes: number): Buffer {
  if (method === DEFLATED) return inflateRawSync(packed, { maxOutputLength: maxBytes });
  if (method !== STORED) throw new Error(`the compression of ${name} is not known`);
  if (packed.length > maxBytes) throw new Error(`${name} has more than ${maxBytes} bytes`);
  return packed;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}
