import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/temporal/connection.ts';
import type { TemporalTarget } from '../../src/temporal/connection.ts';
import { sharedServer } from './support.ts';

const NEVER = new AbortController().signal;

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

const place = mkdtempSync(path.join(tmpdir(), 'tls-'));

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: place, stdio: 'pipe' });
}

function read(name: string): Pair {
  return { certificate: readFileSync(path.join(place, `${name}.crt`), 'utf8'), key: readFileSync(path.join(place, `${name}.key`), 'utf8') };
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function authority(name: string): Pair {
  openssl('req', '-x509', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.crt`, '-days', '2', '-subj', `/CN=${name}`);
  return read(name);
}

function signed(name: string, by: string): Pair {
  openssl('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  writeFileSync(path.join(place, `${name}.ext`), `subjectAltName=DNS:${name}\n`);
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${by}.crt`,
    '-CAkey',
    `${by}.key`,
    '-CAcreateserial',
    '-days',
    '2',
    '-out',
    `${name}.crt`,
    '-extfile',
    `${name}.ext`,
  );
  return read(name);
}

describe('a server over TLS that asks for a client certificate', () => {
  let proxy: Server;
  let target: TemporalTarget;
  let stranger: Pair;

  beforeAll(async () => {
    const ca = authority('authority');
    const server = signed('temporal.test', 'authority');
    const client = signed('agent', 'authority');
    stranger = authority('stranger');
    const port = Number(sharedServer().address.split(':')[1]);
    proxy = createServer(
      { cert: server.certificate, key: server.key, ca: ca.certificate, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
      (socket) => {
        const upstream = connectTcp(port, '127.0.0.1');
        socket.on('error', () => upstream.destroy());
        upstream.on('error', () => socket.destroy());
        socket.pipe(upstream).pipe(socket);
      },
    );
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    target = {
      ...sharedServer(),
      address: `127.0.0.1:${address.port}`,
      tls: { serverName: 'temporal.test', ca: ca.certificate, client },
    };
  });

  afterAll(() => void proxy.close());

  it('is reached with its authority, its name and a certificate it knows', async () => {
    const connection = await connect(target, NEVER, 5000);

    await expect(connection.workflowService.describeNamespace({ namespace: 'default' })).resolves.toMatchObject({
      namespaceInfo: { name: 'default' },
    });
    await connection.close();
  });

  it.each([
    ['without the client certificate', { client: null }],
    ['under another name', { serverName: 'other.test' }],
    ['with only the system to vouch for it', { ca: null }],
  ])('is refused %s', async (_, change) => {
    const tls = target.tls === null ? null : { ...target.tls, ...change };

    await expect(connect({ ...target, tls }, NEVER, 1500)).rejects.toThrow(`No Temporal server answers at ${target.address}`);
  });

  it('is refused when a stranger vouches for it', async () => {
    const tls = target.tls === null ? null : { ...target.tls, ca: stranger.certificate };

    await expect(connect({ ...target, tls }, NEVER, 1500)).rejects.toThrow(`No Temporal server answers at ${target.address}`);
  });
});
