import { fstatSync, readSync } from "node:fs";
import { z } from "zod";
import { clippedRecord } from "../clipped-shares.js";
import { normaliserRecord } from "../processors/fitted-processor.js";

/** What the training dates taught of the features of a store. */
export type FeatureFit = z.output<typeof fitRecord>;

/** What stands before the values of a store. */
export interface StoreHeader {
  /** Hash of all that the features are made from and by. */
  readonly identity: string;
  readonly fit: FeatureFit;
  /** `[symbols, dates, features]`. */
  readonly shape: readonly [number, number, number];
  /** The byte at which the values begin. */
  readonly valuesAt: number;
}

const fitRecord = z.object({ normaliser: normaliserRecord, clipped: z.exactOptional(clippedRecord) });

const format = "factorvae-features-1";
const lengthBytes = 8;
/** Values begin at whole pages of a disk. */
const pageBytes = 4096;
/** For a feature and a processor, and for its note: numbers take at most 24 characters, bounds two of them. */
const bytesPerFeature = 256;

const jsonText = z.string().transform((text): unknown => JSON.parse(text));

const headerRecord = z.object({
  __metadata__: z.object({
    format: z.literal(format),
    identity: z.string(),
    fit: jsonText.pipe(fitRecord),
  }),
  features: z.object({ dtype: z.literal("F32"), shape: z.tuple([z.int(), z.int(), z.int()]) }),
});

/** The byte at which the values of a store begin: the header is written last, in the room that is left for it. */
export function headerBytes(features: number, processors: number): number {
  return pageBytes * Math.ceil((pageBytes / 2 + bytesPerFeature * features * (processors + 2)) / pageBytes);
}

/** A header as the first `valuesAt` bytes of a safetensors file, filled up with spaces. */
export function encodedHeader({ identity, fit, shape, valuesAt }: StoreHeader): Uint8Array {
  const end = 4 * shape[0] * shape[1] * shape[2];
  const json = new TextEncoder().encode(
    JSON.stringify({
      __metadata__: { format, identity, fit: JSON.stringify(fit) },
      features: { dtype: "F32", shape, data_offsets: [0, end] },
    }),
  );
  const room = valuesAt - lengthBytes;
  if (json.length > room) throw new Error(`feature store: a header of ${json.length} bytes in a room of ${room}`);
  const bytes = new Uint8Array(valuesAt).fill(32);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(room), true);
  bytes.set(json, lengthBytes);
  return bytes;
}

/** The header of a whole store, of an open file; undefined where it is none, or its length is not what it says. */
export function readHeader(file: number): StoreHeader | undefined {
  const { size } = fstatSync(file);
  const length = new Uint8Array(lengthBytes);
  if (readSync(file, length, 0, lengthBytes, 0) < lengthBytes) return undefined;
  const room = Number(new DataView(length.buffer).getBigUint64(0, true));
  const valuesAt = lengthBytes + room;
  if (valuesAt > size) return undefined;
  const json = new Uint8Array(room);
  readSync(file, json, 0, room, lengthBytes);
  const header = parsedHeader(new TextDecoder().decode(json));
  if (header === undefined) return undefined;
  const { __metadata__: stored, features } = header;
  const [symbols, dates, width] = features.shape;
  if (size !== valuesAt + 4 * symbols * dates * width) return undefined;
  return { identity: stored.identity, fit: stored.fit, shape: features.shape, valuesAt };
}

function parsedHeader(text: string): z.output<typeof headerRecord> | undefined {
  try {
    return headerRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
