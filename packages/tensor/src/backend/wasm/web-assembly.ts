/** The part of the JavaScript interface of WebAssembly that the kernels need. */
interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => LinearBuffer;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: LinearBuffer } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly validate: (bytes: Uint8Array) => boolean;
}

/** A WebAssembly memory. */
export interface LinearBuffer {
  readonly buffer: ArrayBuffer;
  readonly grow: (pages: number) => number;
}

/** WebAssembly, where the engine has it. */
export const webAssembly = (): WebAssemblyInterface | undefined => Reflect.get(globalThis, "WebAssembly");
