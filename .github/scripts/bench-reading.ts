/** What reading Terraform costs: a file's parsing, and a resource's evaluation in root modules of several sizes. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parseHcl } from '../../src/iac/terraform/syntax/parser.ts';
import { readWorkspace } from '../../src/iac/workspace.ts';
import { writeBenchRepository } from './bench-resources.ts';

const SIZES = [100, 1_000, 10_000];

/** Reads and evaluates everything there is to know of each resource. */
async function readAll(root: string): Promise<number> {
  const started = performance.now();
  const { resources } = await readWorkspace({ root, paths: ['.'] });
  for (const resource of resources) {
    for (const { attributes } of resource.instances) void attributes;
    void resource.related;
  }
  return ((performance.now() - started) * 1000) / resources.length;
}

async function fastest(times: number, measure: () => number | Promise<number>): Promise<number> {
  const results: number[] = [];
  for (let time = 0; time < times; time += 1) results.push(await measure());
  return Math.min(...results);
}

/** @returns lines to print */
export async function benchReading(scratch: string): Promise<string[]> {
  const costs: number[] = [];
  for (const size of SIZES) {
    const folder = path.join(scratch, `reading-${size}`);
    writeBenchRepository(folder, size);
    costs.push(await fastest(5, () => readAll(folder)));
  }
  const [least = Number.NaN] = costs;
  const each = SIZES.map((size, index) => `${size}: ${(costs[index] ?? 0).toFixed(0)} µs`).join(', ');
  const folder = path.join(scratch, `reading-${SIZES.at(-1)}`);
  const texts = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const parsing = await fastest(3, () => {
    const started = performance.now();
    for (const text of texts) parseHcl(text);
    return ((performance.now() - started) * 2048) / characters;
  });
  return [
    `reading a resource of a root module of ${each}; largest / smallest: ${((costs.at(-1) ?? 0) / least).toFixed(2)}`,
    `parsing 2 KB of Terraform: ${parsing.toFixed(3)} ms`,
  ];
}
