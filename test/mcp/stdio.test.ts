import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MESSAGE_BYTES } from '../../src/mcp/limits.ts';
import { createServer } from '../../src/mcp/server.ts';
import { serveStdio } from '../../src/mcp/stdio.ts';
import { OPEN_DISK, auditor, repository } from './support.ts';

const INITIALIZE = message(1, 'initialize', {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
});

function message(id: number | string, method: string, params: unknown = {}): string {
  return `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
}

interface Reply {
  readonly id: number | string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number };
}

/** The server between two pipes. */
function pipes(root = repository({ 'main.tf': OPEN_DISK })) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const log: string[] = [];
  const write = (line: string): void => void log.push(line);
  const server = createServer({ version: '1', roots: [root], auditor: auditor(), status: null, log: write });
  const ended = serveStdio(server, input, output, write);
  let written = '';
  output.on('data', (chunk: Buffer) => (written += chunk.toString()));
  const replies = (): Reply[] =>
    written
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Reply);
  const replyTo = async (id: number | string): Promise<Reply> => {
    for (;;) {
      const found = replies().find((reply) => reply.id === id);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { input, output, log, ended, replies, replyTo };
}

describe('the server over pipes', () => {
  it('answers what is sent in any pieces', async () => {
    const { input, replyTo } = pipes();
    const sent = Buffer.from(INITIALIZE + message('ü', 'ping') + message(3, 'tools/call', { name: 'audit', arguments: {} }));

    for (let at = 0; at < sent.length; at += 7) input.write(sent.subarray(at, at + 7));

    expect((await replyTo(1)).result).toMatchObject({ serverInfo: { name: 'infrastructure-security-agent' } });
    expect((await replyTo('ü')).result).toEqual({});
    expect((await replyTo(3)).result).toMatchObject({ structuredContent: { verdict: { outcome: 'pass' } } });
    input.end();
  });

  it('survives what is no message, and logs it', async () => {
    const { input, log, replyTo, replies } = pipes();

    input.write('\n{\n[]\n"text"\nnull\n{"jsonrpc":"1.0","id":9,"method":"ping"}\n\u0000\u00FF\r\n');
    input.write(`${'['.repeat(100_000)}\n`);
    input.write(INITIALIZE + message(2, 'ping'));

    expect((await replyTo(2)).result).toEqual({});
    expect(replies().map(({ id }) => id)).toEqual([1, 2]);
    expect(log).toHaveLength(8);
    input.end();
  });

  it('leaves out a message that is too long, says so, and answers the next', async () => {
    const { input, log, replyTo } = pipes();
    const piece = Buffer.alloc(1024 * 1024, 'x');

    for (let sent = 0; sent <= MESSAGE_BYTES; sent += piece.length) {
      if (!input.write(piece)) await new Promise((resolve) => input.once('drain', resolve));
    }
    input.write(`\n${INITIALIZE}`);

    expect((await replyTo(1)).result).toBeDefined();
    expect(log).toEqual([`a message of ${MESSAGE_BYTES + piece.length + 1} bytes is left out; at most ${MESSAGE_BYTES} are read`]);
    input.end();
  });

  it('takes as much text as the limit on files allows, written as JSON', async () => {
    const { input, replyTo } = pipes();
    const files = Array.from({ length: 4 }, (_, index) => ({ name: `${index}/main.tf`, text: `${OPEN_DISK}#${'"'.repeat(5_000_000)}\n` }));

    input.write(INITIALIZE + message(2, 'tools/call', { name: 'list_resources', arguments: { files } }));

    expect((await replyTo(2)).result).toMatchObject({
      structuredContent: { resources: expect.arrayContaining([expect.objectContaining({ file: '3/main.tf' })]) },
    });
    input.end();
  });

  it('answers each of several requests that have one id', async () => {
    const { input, replies, replyTo } = pipes();

    input.write(INITIALIZE + message(7, 'ping') + message(7, 'ping') + message(7, 'tools/list') + message(8, 'ping'));
    await replyTo(8);
    await replyTo(7);

    expect(replies().filter(({ id }) => id === 7)).toHaveLength(3);
    input.end();
  });

  it('takes a method that it does not have for a fault of the protocol', async () => {
    const { input, replyTo } = pipes();

    input.write(INITIALIZE + message(2, 'prompts/list') + message(3, 'shutdown'));

    expect((await replyTo(2)).error?.code).toBe(-32601);
    expect((await replyTo(3)).error?.code).toBe(-32601);
    input.end();
  });

  it('ends when its input does, also amid a call', async () => {
    const disks = Array.from({ length: 2000 }, (_, index) => OPEN_DISK.replace('"disk"', `"disk${index}"`));
    const { input, ended, replies } = pipes(repository({ 'main.tf': disks.join('\n') }));

    input.end(INITIALIZE + message(2, 'tools/call', { name: 'audit', arguments: {} }));

    await ended;
    expect(replies().map(({ id }) => id)).not.toContain(2);
  });

  it('ends when nobody reads its output any more', async () => {
    const { output, ended } = pipes();

    output.destroy(new Error('EPIPE'));

    await expect(ended).resolves.toBeUndefined();
  });
});
