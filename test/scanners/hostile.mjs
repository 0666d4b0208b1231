// A server that speaks MCP by hand, and misbehaves as its first argument says.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [kind, place] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const sleeper = () =>
  spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)', place], { stdio: 'inherit' });
const finding = (index) => ({ ruleId: `r${index}`, severity: 'LOW', message: `m${index}` });

if (kind === 'crash-at-start') process.exit(3);
if (kind === 'exit-0') process.exit(0);
if (kind === 'hang-at-start' || kind === 'orphan') process.on('SIGTERM', () => {});
if (kind === 'orphan') sleeper();
if (kind === 'not-json') process.stdout.write('Listening on port 8080\n');
if (kind === 'stderr-commands') process.stderr.write('::error::injected\n##[error]injected\n');
if (kind === 'flood-stderr') process.stderr.write('x'.repeat(300_000));

const tool = {
  name: kind === 'no-tool' ? 'scan' : 'analyze_resource',
  description: kind === 'other-description' ? 'now it does something else' : 'looks',
  inputSchema: { type: 'object' },
};

const answers = {
  'crash-in-call': () => process.exit(7),
  'hang-in-call': () => undefined,
  orphan: () => {
    sleeper();
    process.exit(0);
  },
  drip: () => setInterval(() => process.stdout.write(' '), 5),
  'wrong-schema': () => ({ structuredContent: { findings: [{ ruleId: 'a', severity: 'TERRIBLE', message: 'm' }, finding(1)] } }),
  'no-content': () => ({ content: [{ type: 'text', text: '{"findings":[]}' }] }),
  huge: () => ({ structuredContent: { findings: [{ ruleId: 'a', severity: 'LOW', message: 'm'.repeat(1_100_000) }] } }),
  many: () => ({ structuredContent: { findings: Array.from({ length: 15_000 }, (_, index) => finding(index)) } }),
  'hundred-thousand': () => ({ structuredContent: { findings: Array.from({ length: 100_000 }, (_, index) => finding(index)) } }),
  'flood-stdout': () => {
    for (let index = 0; index < 100_000; index += 1) say({ method: 'notifications/message', params: { level: 'info', data: 'x' } });
  },
  'tool-error': () => ({ isError: true, content: [{ type: 'text', text: 'no\nlicense\u202e' }] }),
  environment: () => ({
    structuredContent: {
      findings: [{ ruleId: 'env', severity: 'LOW', message: `${Object.keys(process.env).toSorted().join(' ')} | ${process.env.PATH}` }],
    },
  }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params, error } = JSON.parse(line);
  if (error !== undefined) say(held(error));
  else if (kind !== 'hang-at-start' && method === 'initialize')
    say({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'h', version: '1' } } });
  else if (method === 'tools/list') say({ id, result: { tools: [tool], ...(kind === 'endless-list' ? { nextCursor: 'more' } : {}) } });
  else if (method === 'tools/call' && asking.has(kind)) {
    waiting = id;
    say({ id: 'question', method: kind, params: {} });
  } else if (method === 'tools/call') {
    const result = (answers[kind] ?? (() => ({ structuredContent: { findings: [] } })))();
    if (result?.structuredContent !== undefined || result?.content !== undefined) say({ id, result: { content: [], ...result } });
  }
});

const asking = new Set(['sampling/createMessage', 'roots/list', 'elicitation/create']);
let waiting;
/** The question of ours was refused: says how, as the answer to theirs. */
function held({ message }) {
  return { id: waiting, result: { isError: true, content: [{ type: 'text', text: `refused: ${message}` }] } };
}
