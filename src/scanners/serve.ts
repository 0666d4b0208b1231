/** Serves results of another tool as a scanner on standard streams: what this program asks over MCP, answered by itself. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { TOOLS, repositoryAnswer, repositoryQuestion } from './contract.ts';
import type { RepositoryFinding } from './contract.ts';

/** Findings of one answer: with messages of the longest kind they stay below the limit of a message. */
const PAGE = 200;

/**
 * Resolves when whoever asks closes standard input.
 * @param find everything it finds below an absolute folder; called once, an error of it is the answer
 */
export async function serveFindings(
  version: string,
  find: (root: string) => readonly RepositoryFinding[] | Promise<readonly RepositoryFinding[]>,
): Promise<void> {
  const server = new McpServer({ name: 'infra-audit', version });
  let found: Promise<readonly RepositoryFinding[]> | undefined;
  server.registerTool(
    TOOLS.analyzeRepository,
    { inputSchema: repositoryQuestion.shape, outputSchema: repositoryAnswer.shape },
    async ({ root, cursor = '0' }) => {
      found ??= (async () => find(root))();
      const all = await found;
      const start = Number(cursor);
      const next = start + PAGE;
      const answer = { findings: all.slice(start, next), ...(next < all.length ? { nextCursor: String(next) } : {}) };
      return { content: [], structuredContent: answer };
    },
  );
  const ended = new Promise<void>((resolve) => process.stdin.once('end', resolve));
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}
