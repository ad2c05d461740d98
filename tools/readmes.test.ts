import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import type { Results } from "../bench/src/results.js";
import * as autograd from "../packages/autograd/src/index.js";
import * as tensor from "../packages/tensor/src/index.js";
import { codeBlocks, fileLinks } from "./markdown.js";

const text = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const readme = (name: string): string => text(`packages/${name}/README.md`);

/** What a package's manifest says of itself and of what it needs. */
interface Manifest {
  readonly version: string;
  readonly dependencies?: object;
  readonly peerDependencies?: object;
  readonly devDependencies?: object;
}

/** Names that stand nowhere in a text as a whole word. */
const untold = (names: readonly string[], within: string): string[] => {
  const words = new Set(within.match(/\w+/g));
  return names.filter((name) => !words.has(name));
};

describe("the README", () => {
  it("of tensor names everything that the package exports, types aside", () => {
    expect(untold(Object.keys(tensor), readme("tensor"))).toEqual([]);
  });

  it("of autograd names everything that it exports beside the tensors", () => {
    const own = Object.keys(autograd).filter((name) => !(name in tensor));
    expect(own.length).toBeGreaterThan(10);
    expect(untold(own, readme("autograd"))).toEqual([]);
  });
});

describe.each(["tensor", "autograd", "nn", "factorvae"])(
  "the README of %s, packed without the repository around it,",
  (name) => {
    const { version, peerDependencies, devDependencies, dependencies }: Manifest = JSON.parse(
      text(`packages/${name}/package.json`),
    );

    it("links to nothing outside its package", () => {
      expect(fileLinks(readme(name)).filter((target) => !target.startsWith("#"))).toEqual([]);
    });

    it("names pages of the repository that there are", () => {
      const pages = [...readme(name).matchAll(/`((?:docs|examples)\/[^`]*)`/g)].map(([, page]) => page);
      expect(pages.filter((page) => !existsSync(new URL(`../${page}`, import.meta.url)))).toEqual([]);
    });

    it("tells how to install it, with the packages that it or its example needs", () => {
      const needed = Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies });
      const tarballs = ["@factorvae/tensor", "@factorvae/autograd", "@factorvae/nn"]
        .filter((each) => needed.includes(each) || each === `@factorvae/${name}`)
        .concat(name === "factorvae" ? ["factorvae"] : [])
        .map((each) => `./${each.replace("@factorvae/", "factorvae-")}-${version}.tgz`);
      expect(codeBlocks(readme(name), "bash").join("")).toContain(`npm install ${tarballs.join(" ")}\n`);
    });
  },
);

describe("the tables of peers", () => {
  const peers = createRequire(new URL("../bench/package.json", import.meta.url));
  const installed = {
    "TensorFlow.js": "@tensorflow/tfjs-core",
    "jax-js": "@jax-js/jax",
    "ml-matrix": "ml-matrix",
    "onnxruntime-web": "onnxruntime-web",
  };

  it.each(["tensor", "autograd"])("in the README of %s tell of the versions that the benchmarks install", (name) => {
    const bench: unknown = JSON.parse(text("bench/package.json"));
    const told = [...readme(name).matchAll(/(TensorFlow\.js|jax-js|ml-matrix|onnxruntime-web) (\d+\.\d+\.\d+)/g)];
    expect(told.length).toBeGreaterThan(2);
    for (const [, peer, version] of told)
      expect(bench).toHaveProperty(["devDependencies", Reflect.get(installed, peer)], version);
  });

  it.each([
    { name: "tensor", row: "library", about: "the whole library", order: ["tfjs", "jax-js", "ml-matrix"] },
    { name: "autograd", row: "app", about: "to differentiate a product", order: ["tfjs", "jax-js"] },
  ])("in the README of $name tell what peers weigh, as the benchmarks found it", ({ name, row, about, order }) => {
    const { figures }: Pick<Results, "figures"> = JSON.parse(text("bench/results/node-20.json"));
    const weighed = figures.filter((figure) => figure.group === "size" && figure.row === row);
    const kilobytes = order.map((peer) =>
      weighed.flatMap(({ contender, least }) => (contender === peer ? [Math.round(least / 1000)] : [])).join(),
    );
    const [line = ""] = new RegExp(`^\\| kB gzipped, ${about} .*$`, "m").exec(readme(name)) ?? [];
    const [own, ...others] = line.split("|").slice(2, -1);
    expect(own).toContain("below");
    expect(others.map((cell) => cell.trim())).toEqual(kilobytes);
  });

  const exportsOf = (name: string): string[] => Object.keys(peers(name));

  it("tell the functions that TensorFlow.js has, and those that it lacks", () => {
    const names = exportsOf("@tensorflow/tfjs-core");
    expect(names).toEqual(
      expect.arrayContaining(["grad", "grads", "valueAndGrad", "variableGrads", "customGrad", "tidy", "dispose"]),
    );
    const lacking = /^(vjp|jvp|hvp|jacobian|jac(fwd|rev)|hessian|stop_?gradient|checkpoint|remat|gradcheck|vmap|jit)$/i;
    expect(names.filter((name) => lacking.test(name))).toEqual([]);
  });

  it("tell the functions that jax-js has, and those that it lacks", () => {
    const names = [...exportsOf("@jax-js/jax"), ...Object.keys(peers("@jax-js/jax").lax)];
    expect(names).toEqual(
      expect.arrayContaining(["grad", "valueAndGrad", "vjp", "jvp", "linearize", "jacobian", "hessian", "jit", "vmap"]),
    );
    expect(names).toContain("stopGradient");
    expect(names.filter((name) => /^(custom_?(vjp|jvp)|checkpoint|remat|hvp|check_?grads)$/i.test(name))).toEqual([]);
  });

  it("tell the linear algebra that ml-matrix has, and that it differentiates nothing", () => {
    const factorings = ["CholeskyDecomposition", "LuDecomposition", "QrDecomposition", "SingularValueDecomposition"];
    const others = ["EigenvalueDecomposition", "solve", "determinant", "inverse", "pseudoInverse"];
    expect(exportsOf("ml-matrix")).toEqual(expect.arrayContaining([...factorings, ...others]));
    expect(exportsOf("ml-matrix").filter((name) => /grad|jacobian|hessian|derivative/i.test(name))).toEqual([]);
  });
});
