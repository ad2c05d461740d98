import { readSync, writeSync } from "node:fs";

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Fills `target` with what an open file holds from byte `at` on. Throws Error if the file ends before. */
export function readBytes(path: string, file: number, target: Float32Array, at: number): void {
  const bytes = bytesOf(target);
  for (let done = 0; done < bytes.length; ) {
    const read = readSync(file, bytes, done, bytes.length - done, at + done);
    if (read === 0) throw new Error(`${path}: the file is cut short; remove it, and it is built again`);
    done += read;
  }
}

/** Writes all of `values` to an open file from byte `at` on. */
export function writeBytes(file: number, values: Float32Array, at: number): void {
  const bytes = bytesOf(values);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, at + done);
}
