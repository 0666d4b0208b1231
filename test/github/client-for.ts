import { GitHubClient } from '../../src/github/client.ts';
import type { ClientOptions } from '../../src/github/client.ts';
import type { FakeGitHub } from '../support/github-server.ts';

/** A client of the fake whose waits take no time; `waits` has their milliseconds. */
export function clientFor(github: FakeGitHub, options: Partial<ClientOptions> = {}): { client: GitHubClient; waits: number[] } {
  const waits: number[] = [];
  let elapsed = 0;
  const clock = {
    now: () => elapsed,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
      elapsed += milliseconds;
    },
  };
  const client = new GitHubClient({
    apiUrl: github.url,
    graphqlUrl: `${github.url}/graphql`,
    repository: github.repository,
    token: github.token,
    clock,
    ...options,
  });
  return { client, waits };
}
