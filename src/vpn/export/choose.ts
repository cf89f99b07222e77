/** Which connections an export is about. Pure. */
import { ActionError } from '../../errors.ts';
import { shown } from '../../spec/show.ts';
import { type Connection, isId } from '../objects.ts';

/** More names help nobody. */
const mostListed = 20;

function names(connections: readonly Connection[]): string {
  const listed = connections.slice(0, mostListed).map(({ name, id }) => (name === '' ? id : shown(name)));
  const more = connections.length - listed.length;
  return `${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function notFound(wanted: string, connections: readonly Connection[]): ActionError {
  const text =
    wanted === '*'
      ? 'This project has no IPsec connection to export.'
      : `connection-name: this project has no IPsec connection ${shown(wanted)}.`;
  const hint =
    connections.length === 0
      ? 'The list of connections came back empty. Check project and region; on Open Telekom Cloud a user without the right to read gets an empty list too.'
      : `It has: ${names(connections)}. Capitals and blanks count.`;
  return new ActionError('NOT_FOUND', text, { hint });
}

/** By id, else by name. */
function find(wanted: string, connections: readonly Connection[]): readonly Connection[] {
  if (wanted === '*') {
    return connections;
  }
  const byId = connections.filter(({ id }) => isId(wanted) && id.toLowerCase() === wanted.toLowerCase());
  return byId.length > 0 ? byId : connections.filter(({ name }) => name === wanted);
}

/**
 * Each connection once, sorted by name and id.
 * @param wanted names or ids; `*` is all
 * @throws ActionError NOT_FOUND, or AMBIGUOUS for a name that several have
 */
export function chooseConnections(
  wanted: readonly string[],
  connections: readonly Connection[],
): readonly Connection[] {
  const chosen = new Set<Connection>();
  for (const one of wanted) {
    const found = find(one, connections);
    if (found.length === 0) {
      throw notFound(one, connections);
    }
    if (found.length > 1 && one !== '*') {
      const ids = found.map(({ id, status }) => `${id} (${status})`).join(', ');
      const text = `connection-name: there are ${found.length} IPsec connections ${shown(one)}: ${ids}.`;
      throw new ActionError('AMBIGUOUS', text, { hint: 'Give the id of the one that is meant.' });
    }
    for (const connection of found) {
      chosen.add(connection);
    }
  }
  const key = ({ name, id }: Connection): string => `${name}\n${id}`;
  return [...chosen].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
