/** HTTP to a scanner that is not trusted: to its own origin, to public addresses or this machine, and no more than a message long. */
import type { LookupFunction } from 'node:net';
import { lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { Readable } from 'node:stream';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { MESSAGE_BYTES } from './contract.ts';
import { ScannerRefused } from './environment.ts';

/** https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 counterpart: what is not reachable from everywhere. */
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** @throws ScannerRefused when the address is one that no scanner may have */
export function httpTransport(address: string): StreamableHTTPClientTransport {
  const url = parsed(address);
  return new StreamableHTTPClientTransport(url, {
    fetch: (target, init) => guardedFetch(url, new URL(target), init),
    reconnectionOptions: { maxRetries: 0, initialReconnectionDelay: 1000, maxReconnectionDelay: 1000, reconnectionDelayGrowFactor: 1 },
  });
}

function parsed(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) throw new ScannerRefused(`its address ${address} is no URL`);
  if (url.username !== '' || url.password !== '') throw new ScannerRefused('its address holds a password; a policy is no place for one');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackName(url.hostname)))
    throw new ScannerRefused(`its address ${address} must begin with https://, or name this machine (http://localhost)`);
  const host = bare(url.hostname);
  if (isIP(host) !== 0 && !isAllowed(host, isLoopbackName(url.hostname)))
    throw new ScannerRefused(`its address ${host} is of a private network`);
  return url;
}

function bare(hostname: string): string {
  return hostname.replaceAll(/^\[|\]$/gu, '');
}

function isLoopbackName(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || (isIP(host) !== 0 && LOOPBACK.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'));
}

function isAllowed(address: string, loopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return loopback ? LOOPBACK.check(address, family) : !PRIVATE.check(address, family);
}

/** Answers no redirect, opens no stream that the server could speak on by itself, and ends with the message's limit. */
async function guardedFetch(origin: URL, target: URL, init: RequestInit = {}): Promise<Response> {
  if (target.origin !== origin.origin) throw new ScannerRefused(`${target.origin} is not the scanner's own origin`);
  if (init.method === 'GET') return new Response(null, { status: 405 });
  const loopback = isLoopbackName(target.hostname);
  const checkedLookup: LookupFunction = (hostname, options, answer) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const refused = found?.find(({ address }) => !isAllowed(address, loopback));
      const [first] = found ?? [];
      if (error !== null) answer(error, '', 0);
      else if (refused !== undefined || first === undefined)
        answer(new ScannerRefused(`${hostname} leads to ${refused?.address ?? 'nowhere'}, an address of a private network`), '', 0);
      else if (options.all === true) answer(null, found);
      else answer(null, first.address, first.family);
    });
  };
  return new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? requestHttps : requestHttp)(
      target,
      {
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        lookup: checkedLookup,
        ...(init.signal === null || init.signal === undefined ? {} : { signal: init.signal }),
      },
      (response) => {
        const status = response.statusCode ?? 500;
        if (status >= 300 && status < 400) {
          request.destroy();
          reject(
            new ScannerRefused(`it answers with a redirect (status ${status}), which is not followed; give the address that it leads to`),
          );
          return;
        }
        const headers = new Headers();
        for (const name of ['content-type', 'mcp-session-id']) {
          const value = response.headers[name];
          if (typeof value === 'string') headers.set(name, value);
        }
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MESSAGE_BYTES) response.destroy(new Error(`it answered with more than ${MESSAGE_BYTES} bytes`));
        });
        const empty = [204, 205, 304].includes(status);
        resolve(new Response(empty ? null : (Readable.toWeb(response) as ReadableStream), { status, headers }));
      },
    );
    request.on('error', reject);
    request.end(init.body);
  });
}
