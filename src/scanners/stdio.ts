/** MCP over the standard streams of a program that is not trusted: what it says is limited before anything is made of it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { deserializeMessage, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { MESSAGE_BYTES } from './contract.ts';
import { commandOf, environmentOf } from './environment.ts';
import type { Job } from './environment.ts';
import { endGroup, spawnGroup } from './process-group.ts';

/** Of standard error; what comes after it is only counted. */
const LOG_BYTES = 64 * 1024;
/** Messages that answer no question, since the last that did: notifications and questions of its own. */
const MOST_UNASKED = 1000;

export interface Program {
  readonly command: readonly string[];
  readonly sha256: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #program: Program;
  readonly #job: Job;
  readonly #log: (line: string) => void;
  #child: ChildProcessWithoutNullStreams | undefined;
  #folder: string | undefined;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Ids of questions without an answer yet. */
  readonly #asked = new Set<unknown>();
  #unasked = 0;
  #closing: Promise<void> | undefined;

  /** @param log takes lines of any content: its encoder makes them harmless */
  constructor(program: Program, job: Job, log: (line: string) => void) {
    this.#program = program;
    this.#job = job;
    this.#log = log;
  }

  /** @throws ScannerRefused */
  async start(): Promise<void> {
    const folder = mkdtempSync(path.join(tmpdir(), 'infra-audit-scanner-'));
    this.#folder = folder;
    const [cwd, home] = [path.join(folder, 'work'), path.join(folder, 'home')];
    for (const each of [cwd, home]) mkdirSync(each, { mode: 0o700 });
    const { command, sha256, environment } = this.#program;
    const child = spawnGroup(commandOf(command, sha256, this.#job), { cwd, env: environmentOf(environment, home, this.#job) });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#relay(child.stderr);
    // A program that is gone is told by its exit; that its pipes break says nothing more.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
    child.once('close', (code, signal) => {
      this.#fail(`its program ended${code === null ? ` by ${String(signal)}` : ` with exit code ${code}`} before it was asked to`);
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const text = serializeMessage(message);
    if (this.#isClosed) throw new Error('its program has ended');
    if ('method' in message && 'id' in message) this.#asked.add(message.id);
    this.#child?.stdin.write(text);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const child = this.#child;
    child?.stdin.end();
    for (const stream of child === undefined ? [] : [child.stdout, child.stderr]) stream.destroy();
    if (child !== undefined) await endGroup(child);
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.onclose?.();
  }

  get #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  #fail(reason: string): void {
    if (this.#isClosed) return;
    this.onerror?.(new Error(reason));
    void this.close();
  }

  /** One message a line. */
  #read(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1 && !this.#isClosed; end = rest.indexOf(10)) {
      this.#keep(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const line = Buffer.concat(this.#chunks, this.#size);
      this.#chunks = [];
      this.#size = 0;
      if (!this.#isClosed) this.#take(line.toString('utf8'));
    }
    this.#keep(rest);
  }

  #keep(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > MESSAGE_BYTES) this.#fail(`it wrote a message of more than ${MESSAGE_BYTES} bytes`);
    else if (piece.length > 0) this.#chunks.push(piece);
  }

  #take(line: string): void {
    let message: JSONRPCMessage;
    try {
      message = deserializeMessage(line);
    } catch {
      this.#fail('it wrote a line to standard output that is no JSON-RPC message; a log belongs to standard error');
      return;
    }
    const answers = !('method' in message) && this.#asked.delete(message.id);
    this.#unasked = answers ? 0 : this.#unasked + 1;
    if (this.#unasked > MOST_UNASKED) this.#fail(`it wrote more than ${MOST_UNASKED} messages that nobody asked for`);
    else this.onmessage?.(message);
  }

  #relay(stream: NodeJS.ReadableStream): void {
    let line = '';
    let room = LOG_BYTES;
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      if (room <= 0) return;
      const lines = (line + text.slice(0, room)).split('\n');
      line = lines.pop() ?? '';
      for (const each of lines) this.#log(each);
      room -= text.length;
      if (room <= 0) this.#log(`${line}… (its log is longer than ${LOG_BYTES} bytes; the rest is not shown)`);
    });
    stream.on('end', () => {
      if (room > 0 && line !== '') this.#log(line);
    });
  }
}
