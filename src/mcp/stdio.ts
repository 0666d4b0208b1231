/** Serves over standard input and output until the client is gone. */
import { Transform } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { MESSAGE_BYTES } from './limits.ts';

const LINE_FEED = 10;

/** Ends when standard input does, or nobody reads standard output any more; what is being answered then is cancelled. */
export async function serveStdio(server: McpServer, input: Readable, output: Writable, log: (line: string) => void): Promise<void> {
  const lines = input.pipe(wholeLines(MESSAGE_BYTES, log));
  await server.connect(new StdioServerTransport(lines, output, { maxBufferSize: MESSAGE_BYTES + 1 }));
  await new Promise<void>((resolve) => {
    const end = (): void => resolve();
    lines.once('end', end);
    input.once('close', end).once('error', end);
    output.once('error', end);
  });
  await server.close();
  input.destroy();
}

/**
 * Passes on a message when it has arrived in full, and leaves out those that are too long: the transport would join what it
 * has with every piece that arrives, and hang up on a long one.
 */
function wholeLines(mostBytes: number, log: (line: string) => void): Transform {
  let pieces: Buffer[] = [];
  let size = 0;
  return new Transform({
    readableObjectMode: true,
    transform(chunk: Buffer, _encoding, done) {
      for (let rest = chunk; rest.length > 0;) {
        const end = rest.indexOf(LINE_FEED) + 1;
        const piece = end === 0 ? rest : rest.subarray(0, end);
        rest = rest.subarray(piece.length);
        size += piece.length;
        if (size > mostBytes) pieces = [];
        else pieces.push(piece);
        if (end === 0) continue;
        if (size > mostBytes) log(`a message of ${size} bytes is left out; at most ${mostBytes} are read`);
        else this.push(Buffer.concat(pieces));
        pieces = [];
        size = 0;
      }
      done();
    },
  });
}
