/**
 * The parts of undici that we load, each from its own file: the package's index also loads fetch, WebSocket, mocks and
 * caches, which takes twice as long as everything that we use. The version is pinned exactly (package.json).
 */
declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici';
  export default Agent;
}

declare module 'undici/lib/core/connect.js' {
  import type { Socket } from 'node:net';
  import type { buildConnector } from 'undici';
  /** The declared type of the package says `void`; the connector returns the socket that is being connected. */
  export default function build(
    options: buildConnector.BuildOptions,
  ): (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;
}
