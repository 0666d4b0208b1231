import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/temporal/connection.ts';
import { sharedServer } from './support.ts';

const NEVER = new AbortController().signal;

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('a server that cannot be used', () => {
  it('that does not listen: says where, and what to do', async () => {
    const address = `127.0.0.1:${await closedPort()}`;

    await expect(connect({ ...sharedServer(), address }, NEVER, 600)).rejects.toThrow(
      new RegExp(`^No Temporal server answers at ${address} for namespace "default" .* Check temporal-address, temporal-namespace`, 'u'),
    );
  });

  it('that accepts and never answers: gives up at the deadline', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    try {
      await expect(connect({ ...sharedServer(), address: `127.0.0.1:${address.port}` }, NEVER, 800)).rejects.toThrow(
        'No Temporal server answers',
      );
    } finally {
      silent.close();
    }
  });

  it('that has no such namespace: names the namespace', async () => {
    await expect(connect({ ...sharedServer(), namespace: 'nowhere' }, NEVER, 1500)).rejects.toThrow('for namespace "nowhere"');
  });
});
