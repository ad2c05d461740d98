import type { Layout, Tensor } from "@factorvae/tensor";

/** The first and the last place of a storage that a layout reaches; strides may be negative. */
function reach({ shape, strides, offset }: Layout): readonly [number, number] {
  const spans = strides.map((stride, axis) => stride * (shape[axis] - 1));
  const total = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, offset);
  return [total(spans.filter((span) => span < 0)), total(spans.filter((span) => span > 0))];
}

/** Whether two tensors have places of one storage between the same ends: views that overlap or are interleaved. */
export function shareMemory(one: Tensor, other: Tensor): boolean {
  if (one.storage !== other.storage || one.size === 0 || other.size === 0) return false;
  const [[first, last], [start, end]] = [reach(one.layout), reach(other.layout)];
  return first <= end && start <= last;
}
