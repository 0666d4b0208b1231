/** A client on the server in this process, and repositories for it to ask about. */
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import { localAuditor } from '../../src/commands/mcp.ts';
import { parseMcp } from '../../src/config/mcp-command.ts';
import type { Auditor, Status } from '../../src/mcp/port.ts';
import { createServer } from '../../src/mcp/server.ts';

export const PROJECT = path.join(import.meta.dirname, '..', '..');
export const WEBSHOP = path.join(PROJECT, 'fixtures', 'repos', 'webshop');

export const OPEN_DISK = 'resource "aws_ebs_volume" "disk" {\n  availability_zone = "eu-central-1a"\n  encrypted         = false\n}\n';

/** A new folder with these files; no part of its path is a link. */
export function repository(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcp-')));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** The auditor of the command, with its defaults and these arguments. */
export function auditor(...args: string[]): Auditor {
  const parsed = parseMcp(args, {}, PROJECT, '1.2.3');
  if (parsed.kind !== 'mcp') throw new Error(parsed.text);
  return localAuditor(parsed.settings, { home: PROJECT, version: '1.2.3', engine: 'engine' });
}

export interface Session {
  readonly client: Client;
  readonly log: readonly string[];
  /** The answer of a tool: its structured content, or the text of an error. */
  ask(tool: string, given: Record<string, unknown>): Promise<{ data: Record<string, unknown>; text: string; error: string | null }>;
}

export interface SessionOptions {
  readonly roots: readonly string[];
  readonly auditor?: Auditor;
  readonly status?: Status;
  /** URIs; without them the client offers no roots. */
  readonly offered?: readonly string[] | Error;
}

export async function session({ roots, status, offered, ...options }: SessionOptions): Promise<Session> {
  const log: string[] = [];
  const server = createServer({
    version: '1.2.3',
    roots,
    auditor: options.auditor ?? auditor(),
    status: status ?? null,
    log: (line) => void log.push(line),
  });
  const client = new Client({ name: 'test', version: '1' }, { capabilities: offered === undefined ? {} : { roots: {} } });
  if (offered !== undefined) {
    client.setRequestHandler(ListRootsRequestSchema, () => {
      if (offered instanceof Error) throw offered;
      return { roots: offered.map((uri) => ({ uri })) };
    });
  }
  const [near, far] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(far), client.connect(near)]);
  // The client checks each answer against the schema of its tool when it knows the tools.
  await client.listTools();
  onTestFinished(() => client.close());
  const ask: Session['ask'] = async (tool, given) => {
    const result = (await client.callTool({ name: tool, arguments: given })) as CallToolResult;
    const text = result.content.map((each) => (each.type === 'text' ? each.text : each.type)).join('\n');
    return { data: result.structuredContent ?? {}, text, error: result.isError === true ? text : null };
  };
  return { client, log, ask };
}
