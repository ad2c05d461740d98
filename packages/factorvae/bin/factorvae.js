#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// Node 20 has fused multiply-adds in WebAssembly behind a flag, which counts only before the first module is compiled;
// later versions have them without, and complain about the flag. A program may choose that for itself, a library not.
if (process.versions.node.startsWith("20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

const { main } = await import("../dist/cli/main.js");
process.exitCode = await main(process.argv.slice(2));
