/** The scanners that a policy names, each behind one session for the whole run. */
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { digest } from '../domain/fingerprint.ts';
import type { Resource } from '../domain/resource.ts';
import type { ScannerAnswer, ScannerFailure, ScannerFinding, Scanners } from '../domain/scanner.ts';
import type { SourceText } from '../domain/source.ts';
import type { Workspace } from '../domain/workspace.ts';
import { resourceFindings } from './answer.ts';
import { MESSAGE_BYTES, TOOLS } from './contract.ts';
import { digestsOf } from './environment.ts';
import type { Job } from './environment.ts';
import { httpTransport } from './http.ts';
import { questionOf } from './question.ts';
import { askRepository } from './repository.ts';
import type { Joined } from './repository.ts';
import { NoAnswer, Session } from './session.ts';
import { StdioTransport } from './stdio.ts';
import { identifier } from './text.ts';

/** One scanner as the policy has it; the policy's own type has this shape. */
export interface ScannerTerms {
  readonly name: string;
  readonly server: { readonly command: readonly string[]; readonly sha256: string | null } | { readonly url: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly required: boolean;
  readonly timeoutMilliseconds: number;
  readonly tools: { readonly analyzeResource: string | null; readonly analyzeRepository: string | null };
  readonly toolsSha256: string | null;
}

export interface ScannerPorts extends Job {
  readonly version: string;
  /** The day it is: what a scanner knows changes without notice, so what it found is taken for ours for a day. */
  readonly today: string;
  /** Takes a line of any content; its encoder makes it harmless. */
  log(line: string): void;
}

/** Nothing is started before it is asked for. */
export function createScanners(settings: readonly ScannerTerms[], ports: ScannerPorts): Scanners {
  return new ConfiguredScanners(settings, ports);
}

class ConfiguredScanners implements Scanners {
  readonly digest: string;
  readonly #scanners: readonly Scanner[];

  constructor(settings: readonly ScannerTerms[], ports: ScannerPorts) {
    this.#scanners = settings.map((setting) => new Scanner(setting, ports));
    const programs = settings.flatMap(({ server }) => ('url' in server ? [] : digestsOf(server.command, ports)));
    this.digest = digest([JSON.stringify(settings), ports.version, ports.today, ...programs]);
  }

  async analyze(resource: Resource, workspace: Workspace): Promise<ScannerAnswer> {
    return merged(await Promise.all(this.#scanners.map((scanner) => scanner.analyze(resource, workspace))));
  }

  async analyzeAgain(ruleId: string, resource: Resource, source: (file: string) => SourceText | undefined): Promise<ScannerAnswer> {
    const own = this.#scanners.filter((scanner) => scanner.says(ruleId));
    return merged(await Promise.all(own.map((scanner) => scanner.analyzeResource(resource, source))));
  }

  diagnostics(): readonly Diagnostic[] {
    return this.#scanners.flatMap((scanner) => scanner.diagnostics());
  }

  async close(): Promise<void> {
    await Promise.all(this.#scanners.map((scanner) => scanner.close()));
  }
}

function merged(answers: readonly ScannerAnswer[]): ScannerAnswer {
  return { findings: answers.flatMap(({ findings }) => findings), failures: answers.flatMap(({ failures }) => failures) };
}

class Scanner {
  readonly #setting: ScannerTerms;
  readonly #session: Session;
  readonly #root: string;
  #joined: Promise<Joined | null> | undefined;
  #diagnostics: readonly Diagnostic[] = [];

  constructor(setting: ScannerTerms, ports: ScannerPorts) {
    const { name, server, environment, tools, toolsSha256, timeoutMilliseconds } = setting;
    this.#setting = setting;
    this.#root = ports.root;
    const named = {
      analyzeResource: { name: tools.analyzeResource ?? TOOLS.analyzeResource, named: tools.analyzeResource !== null },
      analyzeRepository: { name: tools.analyzeRepository ?? TOOLS.analyzeRepository, named: tools.analyzeRepository !== null },
    };
    this.#session = new Session({ tools: named, toolsSha256, timeoutMilliseconds, version: ports.version }, () =>
      'url' in server
        ? httpTransport(server.url)
        : new StdioTransport({ ...server, environment }, ports, (line) => ports.log(`scanner ${name}: ${line}`)),
    );
  }

  says(ruleId: string): boolean {
    return ruleId.startsWith(`scanner/${identifier(this.#setting.name)}/`);
  }

  async analyze(resource: Resource, workspace: Workspace): Promise<ScannerAnswer> {
    const answers = await Promise.all([
      this.analyzeResource(resource, (file) => workspace.source(file)),
      this.#analyzeRepository(resource, workspace),
    ]);
    const { findings, failures } = merged(answers);
    // What ended the session is told by both.
    return { findings, failures: [...new Map(failures.map((failure) => [failure.reason, failure])).values()] };
  }

  analyzeResource(resource: Resource, source: (file: string) => SourceText | undefined): Promise<ScannerAnswer> {
    return this.#answer(async () => {
      const tool = await this.#session.tool('analyzeResource');
      if (tool === undefined) return { findings: [], problems: [] };
      const text = source(resource.source.file);
      const question = questionOf(resource, text, asksForSource(tool));
      if (Buffer.byteLength(JSON.stringify(question)) > MESSAGE_BYTES)
        throw new NoAnswer(
          `the attributes of a resource are more than the ${MESSAGE_BYTES} bytes that a scanner is told; split the declaration`,
        );
      const answer = await this.#session.call(tool, question);
      return resourceFindings(answer, { scanner: this.#setting.name, resource, source: text });
    });
  }

  #analyzeRepository(resource: Resource, workspace: Workspace): Promise<ScannerAnswer> {
    return this.#answer(async () => {
      this.#joined ??= this.#session
        .tool('analyzeRepository')
        .then((tool) =>
          tool === undefined ? null : askRepository(this.#session, tool, { scanner: this.#setting.name, root: this.#root, workspace }),
        );
      const joined = await this.#joined;
      if (joined === null) return { findings: [], problems: [] };
      this.#diagnostics = joined.diagnostics;
      return { findings: joined.of(resource), problems: joined.problems };
    });
  }

  diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #answer(
    work: () => Promise<{ readonly findings: readonly ScannerFinding[]; readonly problems: readonly string[] }>,
  ): Promise<ScannerAnswer> {
    const failure = (reason: string): ScannerFailure => ({ scanner: this.#setting.name, required: this.#setting.required, reason });
    try {
      const { findings, problems } = await work();
      return { findings, failures: problems.map(failure) };
    } catch (error) {
      if (error instanceof NoAnswer) return { findings: [], failures: [failure(error.message)] };
      throw error;
    }
  }
}

function asksForSource({ inputSchema }: Tool): boolean {
  return Object.hasOwn(inputSchema.properties ?? {}, 'source');
}
