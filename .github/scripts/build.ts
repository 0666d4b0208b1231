/**
 * Builds `dist/`, which runs without `node_modules` and is committed. The same source gives the same
 * bytes in any folder, so that CI can compare.
 *
 * The bundle follows what Temporal's library needs at run time: its native part under one path for the
 * main program and for the worker's threads, the thread's own file, and the workflow code bundled
 * beforehand. What it needs only to bundle workflows (webpack and its loaders) stays out.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress } from 'node:zlib';
import { bundleWorkflowCode } from '@temporalio/worker';

interface NccResult {
  readonly code: string;
  readonly assets: Readonly<Record<string, { readonly source: Buffer }>>;
}
type Ncc = (entry: string, options: Readonly<Record<string, unknown>>) => Promise<NccResult>;

const require = createRequire(import.meta.url);
const ncc = require('@vercel/ncc') as Ncc;

const root = path.join(import.meta.dirname, '..', '..');
const build = path.join(root, 'build');
const dist = path.join(root, 'dist');
const TARGETS = ['aarch64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu'];

/** 9 packs 29 MB to 7.5 MB in seconds; 11 saves 1 MB and takes over a minute. */
const BROTLI_QUALITY = 9;

/** Files that are only read when workflows are bundled or debugged, neither of which happens at run time. */
const NOT_AT_RUN_TIME = /swc-loader|source-map-loader|debug-replayer|\.proto$|workflow-log-interceptor/u;

async function main(): Promise<void> {
  rmSync(build, { recursive: true, force: true });
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  execFileSync(path.join(root, 'node_modules', '.bin', 'tsc'), ['-p', path.join(root, '.github', 'tsconfig.build.json')], {
    stdio: 'inherit',
  });

  await bundleWorkflows();
  const [agent, thread, launcher, failureConverter] = await Promise.all([
    bundle(path.join(build, 'agent.js')),
    bundle(require.resolve('@temporalio/worker/lib/workflow/workflow-worker-thread.js')),
    bundle(path.join(build, 'launch.js')),
    bundle(path.join(build, 'temporal', 'failure-converter.js')),
  ]);
  write('agent.js', agent.code);
  write('workflow-worker-thread.js', thread.code);
  write('launch.js', launcher.code);
  write('failure-converter.js', failureConverter.code);
  for (const [name, { source }] of Object.entries({ ...thread.assets, ...agent.assets })) {
    if (name.endsWith('.wasm')) writeFileSync(path.join(dist, name), source);
    else if (name.endsWith('.js')) write(name, relative(String(source)));
  }
  write('index.js', "'use strict';\nrequire('./launch.js').launch(__dirname, 'action');\n");
  write('cli.js', "#!/usr/bin/env node\n'use strict';\nrequire('./launch.js').launch(__dirname, 'cli');\n");
  const addons = Object.fromEntries(
    await Promise.all(TARGETS.map(async (target): Promise<[string, string]> => [target, await packAddon(target)])),
  );
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const programs = readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .toSorted();
  const engine = sha256(Buffer.concat(programs.map((name) => readFileSync(path.join(dist, name)))));
  write('package.json', `${JSON.stringify({ type: 'commonjs', version, engine, addons }, null, 2)}\n`);
}

/** The worker insists on an inline source map, but the one of the bundler holds absolute paths: an empty one takes its place. */
async function bundleWorkflows(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(build, 'temporal', 'workflows.js'),
    failureConverterPath: path.join(build, 'temporal', 'failure-converter.js'),
    logger: quiet(),
  });
  const map = Buffer.from(JSON.stringify({ version: 3, sources: [], names: [], mappings: '' })).toString('base64');
  const marker = '\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,';
  write('workflow-bundle.js', `${relative(code.slice(0, code.lastIndexOf(marker.slice(0, 22))))}${marker}${map}\n`);
}

async function bundle(entry: string): Promise<NccResult> {
  const { code, assets } = await ncc(entry, {
    esm: false,
    target: 'es2022',
    minify: true,
    sourceMap: false,
    cache: false,
    quiet: true,
    externals: { webpack: 'node:util', memfs: 'node:fs', unionfs: 'node:fs' },
    customEmit: (file: string, { isRequire }: { isRequire: boolean }) => {
      if (isRequire) return undefined;
      if (file.endsWith('workflow-worker-thread.js')) return '__dirname + "/workflow-worker-thread.js"';
      return NOT_AT_RUN_TIME.test(file) ? '""' : undefined;
    },
  });
  return { code: relative(code), assets };
}

/** Takes the folder of this checkout out of generated code. */
function relative(code: string): string {
  return code.replaceAll(`${root}/`, '').replaceAll(encodeURI(root), '.');
}

async function packAddon(target: string): Promise<string> {
  const addon = path.join(path.dirname(require.resolve('@temporalio/core-bridge')), 'releases', target, 'index.node');
  if (!existsSync(addon)) throw new Error(`${addon} is missing`);
  const folder = path.join(dist, 'releases', target);
  mkdirSync(folder, { recursive: true });
  await pipeline(
    createReadStream(addon),
    createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_LGWIN]: 24 } }),
    createWriteStream(path.join(folder, 'index.node.br')),
  );
  return sha256(readFileSync(addon));
}

function write(name: string, text: string): void {
  writeFileSync(path.join(dist, name), text, { mode: name === 'cli.js' ? 0o755 : 0o644 });
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function quiet(): NonNullable<Parameters<typeof bundleWorkflowCode>[0]['logger']> {
  const nothing = (): void => undefined;
  return { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
}

await main();
