/** The conversation with one scanner: opened when it is first asked, used for every question, and over at the first thing that goes wrong with it. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { JsonSchemaValidatorResult, jsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/types.js';
import { digest } from '../domain/fingerprint.ts';
import { Budget } from './budget.ts';
import { ScannerRefused } from './environment.ts';
import { oneLine } from './text.ts';

/** Tools that are looked at; a list without an end is none. */
const MOST_PAGES = 10;

export interface SessionTerms {
  /** Names of its tools, each with whether it must be there. */
  readonly tools: Readonly<Record<ToolUse, { readonly name: string; readonly named: boolean }>>;
  /** sha256 of its tools (see {@link toolsDigest}); null: not pinned. */
  readonly toolsSha256: string | null;
  /** For all calls together. */
  readonly timeoutMilliseconds: number;
  readonly version: string;
}

export type ToolUse = 'analyzeResource' | 'analyzeRepository';

/** The question could not be answered; the message is a sentence without the scanner's name. */
export class NoAnswer extends Error {}

export class Session {
  readonly #terms: SessionTerms;
  readonly #connect: () => Transport;
  readonly #budget: Budget;
  #opening: Promise<ReadonlyMap<ToolUse, Tool>> | undefined;
  #client: Client | undefined;
  #transport: Transport | undefined;
  /** Why it is over. */
  #over: string | null = null;
  #closing: Promise<void> | undefined;
  /** What the transport told last; when it closes, why. */
  #failure: string | null = null;
  readonly #waiting = new Set<(reason: NoAnswer) => void>();

  constructor(terms: SessionTerms, connect: () => Transport) {
    this.#terms = terms;
    this.#connect = connect;
    const seconds = terms.timeoutMilliseconds / 1000;
    this.#budget = new Budget(terms.timeoutMilliseconds, () => {
      this.#end(
        `it took longer than the ${seconds} s that all of its calls may take together; give it more time in the policy, or make it faster`,
      );
    });
  }

  /**
   * The tool for a use; undefined when the scanner does not have it.
   * @throws NoAnswer
   */
  tool(use: ToolUse): Promise<Tool | undefined> {
    return this.#within(async () => (await this.#open()).get(use));
  }

  /**
   * What the tool answered as structured content.
   * @throws NoAnswer
   */
  call(tool: Tool, question: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#within(async () => {
      await this.#open();
      const result = await this.#client?.callTool({ name: tool.name, arguments: question }, undefined, this.#patience);
      if (result?.isError === true) throw new NoAnswer(`${tool.name} answered with an error: ${oneLine(textOf(result.content), 300)}`);
      return result?.structuredContent;
    });
  }

  close(): Promise<void> {
    this.#end('it was closed');
    return this.#closing ?? Promise.resolve();
  }

  /** Within the budget, and no longer than the conversation lasts, however long its end takes. */
  async #within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#over !== null) throw new NoAnswer(this.#over);
    const done = this.#budget.begin();
    let leave: ((reason: NoAnswer) => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        leave = reject;
        this.#waiting.add(reject);
        work().then(resolve, reject);
      });
    } catch (error) {
      if (error instanceof NoAnswer) throw error;
      throw new NoAnswer(this.#over ?? oneLine(error instanceof Error ? error.message : String(error), 300), { cause: error });
    } finally {
      if (leave !== undefined) this.#waiting.delete(leave);
      done();
    }
  }

  #open(): Promise<ReadonlyMap<ToolUse, Tool>> {
    this.#opening ??= this.#start().catch((error: unknown) => {
      this.#end(oneLine(error instanceof Error ? error.message : String(error), 500));
      throw new NoAnswer(this.#over ?? '', { cause: error });
    });
    return this.#opening;
  }

  async #start(): Promise<ReadonlyMap<ToolUse, Tool>> {
    const transport = this.#connect();
    this.#transport = transport;
    // No capabilities: what a server asks of us (a model, folders, a person) is answered with an error.
    const client = new Client(
      { name: 'infrastructure-security-agent', version: this.#terms.version },
      { capabilities: {}, jsonSchemaValidator: UNUSED },
    );
    this.#client = client;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a client is no event target
    client.onerror = (error) => {
      this.#failure = oneLine(error.message, 300);
    };
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a client is no event target
    client.onclose = () => this.#end(this.#failure ?? 'it ended the conversation');
    await client.connect(transport, this.#patience);
    return this.#choose(await this.#listTools(client));
  }

  get #patience(): { readonly timeout: number } {
    return { timeout: this.#terms.timeoutMilliseconds + 60_000 };
  }

  async #listTools(client: Client): Promise<readonly Tool[]> {
    const tools: Tool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const listed = await client.listTools(cursor === undefined ? {} : { cursor }, this.#patience);
      tools.push(...listed.tools);
      cursor = listed.nextCursor;
      if (cursor === undefined) return tools;
    }
    throw new ScannerRefused(`its list of tools does not end within ${MOST_PAGES} pages`);
  }

  #choose(tools: readonly Tool[]): ReadonlyMap<ToolUse, Tool> {
    const { toolsSha256, tools: wanted } = this.#terms;
    const actual = toolsDigest(tools);
    if (toolsSha256 !== null && toolsSha256.toLowerCase() !== actual)
      throw new ScannerRefused(
        `its tools are not those that the policy pins: their sha256 is ${actual}, and ${toolsSha256} is expected; look at what changed before you pin the new one`,
      );
    const chosen = new Map<ToolUse, Tool>();
    for (const use of ['analyzeResource', 'analyzeRepository'] as const) {
      const { name, named } = wanted[use];
      const tool = tools.find((each) => each.name === name);
      if (tool !== undefined) chosen.set(use, tool);
      else if (named) throw new ScannerRefused(`it has no tool ${name}, which the policy names; it has ${namesOf(tools)}`);
    }
    if (chosen.size === 0)
      throw new ScannerRefused(
        `it has neither a tool ${wanted.analyzeResource.name} nor ${wanted.analyzeRepository.name}; it has ${namesOf(tools)}, of which the policy can name one`,
      );
    return chosen;
  }

  #end(reason: string): void {
    if (this.#over !== null) return;
    this.#over = reason;
    this.#budget.stop();
    for (const leave of this.#waiting) leave(new NoAnswer(reason));
    this.#closing = this.#transport?.close().catch(() => undefined);
  }
}

/** Answers are checked by our own schemas; a schema from a scanner is code from elsewhere, and is compiled nowhere. */
const UNUSED: jsonSchemaValidator = {
  getValidator<T>() {
    return (input: unknown): JsonSchemaValidatorResult<T> => ({ valid: true, data: input as T, errorMessage: undefined });
  },
};

function namesOf(tools: readonly Tool[]): string {
  return tools.length === 0 ? 'none' : oneLine(tools.map(({ name }) => name).join(', '), 200);
}

/** Of names, descriptions and schemas, whatever the order of tools or keys: lower-case hex. */
function toolsDigest(tools: readonly Tool[]): string {
  const told = tools.map(({ name, description, inputSchema, outputSchema }) => canonical({ name, description, inputSchema, outputSchema }));
  return digest(told.toSorted());
}

function canonical(json: unknown): string {
  return JSON.stringify(json, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function textOf(content: unknown): string {
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  return parts.map((part) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : '')).join(' ');
}
